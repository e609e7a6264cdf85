// Events of identity (protocol.md 13).
import { choice, country, events, int, ref } from "../language.js";
import { genesisOutcomes, userStatuses } from "../choices.js";

export const identity = events("identity", {
  UserCreated: {
    userId: ref("User"),
    nationality: country(),
    ageYears: int(0, 150),
    status: choice("UserStatus", userStatuses),
    trustScore: int(0, 100),
    genesisOutcome: choice("GenesisOutcome", genesisOutcomes),
  },
});
