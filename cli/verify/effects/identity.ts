// What events mean for users and how many live where.
import { ms, type Effects } from "./effect.js";
import type { State } from "../state.js";

export const identityEffects = (state: State) =>
  ({
    UserCreated: ({ userId, nationality, ageYears, status, trustScore, genesisOutcome, at }, { position }) => {
      state.put("user", {
        ...{ id: userId, nationality, age_years: String(ageYears), status, lock_reason: null, position },
        ...{ trust_score: String(trustScore), genesis_outcome: genesisOutcome, created_at: ms(at) },
        ...{ relationship_score: "10", loan_adjustment: "0" },
        ...{ parents: "0", spouses: "0", siblings: "0", children: "0", friends: "0" },
      });
      state.bump("residence", nationality, "residents", 1n, { country: nationality, residents: "0" });
    },
    TrustScoreChanged: (event) =>
      state.patch("user", event.userId, {
        ...{ trust_score: String(event.score), relationship_score: String(event.relationshipScore) },
        ...{ loan_adjustment: String(event.loanAdjustment), parents: String(event.parents) },
        ...{ spouses: String(event.spouses), siblings: String(event.siblings) },
        ...{ children: String(event.children), friends: String(event.friends) },
      }),
    GenesisDistributed: ({ userId, ageYears }) =>
      state.patch("user", userId, { age_years: String(ageYears), genesis_outcome: "DISTRIBUTED" }),
  }) satisfies Effects;
