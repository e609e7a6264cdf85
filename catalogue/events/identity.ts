// Events of identity (protocol.md 13).
import { choice, country, events, int, ref } from "../language.js";
import { genesisOutcomes, userStatuses } from "../choices.js";

/** How many relationships of a kind a person has: fits a column of the read models. */
const number = () => int(0, 2_147_483_647);

export const identity = events("identity", {
  UserCreated: {
    userId: ref("User"),
    nationality: country(),
    ageYears: int(0, 150),
    status: choice("UserStatus", userStatuses),
    trustScore: int(0, 100),
    genesisOutcome: choice("GenesisOutcome", genesisOutcomes),
  },
  TrustScoreChanged: {
    userId: ref("User"),
    score: int(0, 100),
    relationshipScore: int(0, 100),
    loanAdjustment: int(-100, 100),
    parents: number(),
    spouses: number(),
    siblings: number(),
    children: number(),
    friends: number(),
  },
});
