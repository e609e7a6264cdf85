// Users and how many live where.
import { changesOf, type Projection } from "./change.js";

const { put, patch, add } = changesOf("identity");

export const identity = {
  UserCreated: ({ userId, nationality, ageYears, status, trustScore, genesisOutcome, at }, place) => [
    put("user", {
      ...{ id: userId, nationality, ageYears, status, lockReason: null, trustScore, genesisOutcome },
      ...{ createdAt: at, position: place.position() },
    }),
    add("residence", { country: nationality }, { residents: 1n }),
  ],
  GenesisDistributed: ({ userId, ageYears }) => [
    patch("user", { id: userId }, { ageYears, genesisOutcome: "DISTRIBUTED" }),
  ],
} satisfies Projection<"identity">;
