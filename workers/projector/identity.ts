// Persons: users and how many live where, their relationships, guardians and recoveries, and who is concerned by them.
import { changesOf, type Change, type Projection } from "./change.js";

const { put, append, patch, patchGroup, add } = changesOf("identity");

const noRelationships = { parents: 0, spouses: 0, siblings: 0, children: 0, friends: 0 };

const decided = (id: string, status: string, at: number): Change<"identity">[] => [
  patch("relationship", { id }, { status, decidedAt: at }),
  patchGroup("relationshipParty", { relationshipId: id }, { status }),
];

export const identity = {
  UserCreated: ({ userId, nationality, ageYears, status, trustScore, genesisOutcome, at }, place) => [
    put("user", {
      ...{ id: userId, nationality, ageYears, status, lockReason: null, trustScore, genesisOutcome },
      ...{ relationshipScore: trustScore, loanAdjustment: 0, ...noRelationships, guardians: [] },
      ...{ createdAt: at, position: place.position() },
    }),
    add("residence", { country: nationality }, { residents: 1n }),
  ],
  UserLocked: ({ userId, reason }) => [patch("user", { id: userId }, { status: "LOCKED", lockReason: reason })],
  UserUnlocked: ({ userId }) => [patch("user", { id: userId }, { status: "ACTIVE", lockReason: null })],
  GenesisDistributed: ({ userId, ageYears }) => [
    patch("user", { id: userId }, { ageYears, genesisOutcome: "DISTRIBUTED" }),
  ],

  RelationshipRequested: ({ relationshipId, subjectId, objectId, type, at }, place) => {
    const [position, status] = [place.position(), "PENDING"];
    return [
      put("relationship", {
        ...{ id: relationshipId, subjectId, objectId, type, status },
        ...{ requestedAt: at, decidedAt: null, position },
      }),
      ...[subjectId, objectId].map((userId) => put("relationshipParty", { relationshipId, userId, status, position })),
    ];
  },
  RelationshipConfirmed: ({ relationshipId, at }) => decided(relationshipId, "CONFIRMED", at),
  RelationshipRejected: ({ relationshipId, at }) => decided(relationshipId, "REJECTED", at),
  TrustScoreChanged: ({ userId, score: trustScore, relationshipScore, loanAdjustment, ...counts }) => {
    const { parents, spouses, siblings, children, friends } = counts;
    const score = { trustScore, relationshipScore, loanAdjustment };
    return [patch("user", { id: userId }, { ...score, parents, spouses, siblings, children, friends })];
  },

  GuardiansNominated: ({ userId, guardians }, place) => [
    patch("user", { id: userId }, { guardians }),
    patchGroup("guardian", { userId }, { active: false }),
    ...guardians.map((guardianId, line) =>
      put("guardian", { userId, guardianId, active: true, position: place.position(line) }),
    ),
  ],
  RecoveryInitiated: ({ sessionId, userId, initiatorId, guardians, required, expiresAt, at }, place) => [
    put("recoverySession", {
      ...{ id: sessionId, userId, initiatorId, guardians, required, status: "OPEN" },
      ...{ openedAt: at, expiresAt, position: place.position() },
    }),
    append("recoveryConfirmation", { sessionId, guardianId: initiatorId, position: place.position() }),
  ],
  RecoveryConfirmed: ({ sessionId, guardianId }, place) => [
    append("recoveryConfirmation", { sessionId, guardianId, position: place.position() }),
  ],
  RecoveryCompleted: ({ sessionId }) => [patch("recoverySession", { id: sessionId }, { status: "COMPLETED" })],
  RecoveryCancelled: ({ sessionId }) => [patch("recoverySession", { id: sessionId }, { status: "CANCELLED" })],
} satisfies Projection<"identity">;
