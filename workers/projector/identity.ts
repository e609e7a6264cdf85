// Users and how many live where.
import { changesOf, type Projection } from "./change.js";

const { put, patch, add } = changesOf("identity");

const noRelationships = { parents: 0, spouses: 0, siblings: 0, children: 0, friends: 0 };

export const identity = {
  UserCreated: ({ userId, nationality, ageYears, status, trustScore, genesisOutcome, at }, place) => [
    put("user", {
      ...{ id: userId, nationality, ageYears, status, lockReason: null, trustScore, genesisOutcome },
      ...{ relationshipScore: trustScore, loanAdjustment: 0, ...noRelationships },
      ...{ createdAt: at, position: place.position() },
    }),
    add("residence", { country: nationality }, { residents: 1n }),
  ],
  TrustScoreChanged: ({ userId, score: trustScore, relationshipScore, loanAdjustment, ...counts }) => {
    const { parents, spouses, siblings, children, friends } = counts;
    const score = { trustScore, relationshipScore, loanAdjustment };
    return [patch("user", { id: userId }, { ...score, parents, spouses, siblings, children, friends })];
  },
  GenesisDistributed: ({ userId, ageYears }) => [
    patch("user", { id: userId }, { ageYears, genesisOutcome: "DISTRIBUTED" }),
  ],
} satisfies Projection<"identity">;
