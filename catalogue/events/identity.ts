// Events of identity (protocol.md 13).
import { array, choice, country, events, int, reasonCode, ref, time } from "../language.js";
import { genesisOutcomes, relationshipTypes, userStatuses } from "../choices.js";

/** How many there are of something: fits a column of the read models. */
const number = () => int(0, 2_147_483_647);

const relationship = {
  relationshipId: ref("Relationship"),
  subjectId: ref("User"),
  objectId: ref("User"),
  type: choice("RelationshipType", relationshipTypes),
};

export const identity = events("identity", {
  UserCreated: {
    userId: ref("User"),
    nationality: country(),
    ageYears: int(0, 150),
    status: choice("UserStatus", userStatuses),
    trustScore: int(0, 100),
    genesisOutcome: choice("GenesisOutcome", genesisOutcomes),
  },
  UserLocked: { userId: ref("User"), reason: reasonCode() },
  UserUnlocked: { userId: ref("User") },
  RelationshipRequested: relationship,
  RelationshipConfirmed: relationship,
  RelationshipRejected: { relationshipId: ref("Relationship"), rejectedBy: ref("User") },
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
  GuardiansNominated: { userId: ref("User"), guardians: array(ref("User")) },
  RecoveryInitiated: {
    sessionId: ref("RecoverySession"),
    userId: ref("User"),
    initiatorId: ref("User"),
    guardians: array(ref("User")),
    required: number(),
    expiresAt: time(),
  },
  RecoveryConfirmed: {
    sessionId: ref("RecoverySession"),
    guardianId: ref("User"),
    confirmations: number(),
    required: number(),
  },
  RecoveryCompleted: { sessionId: ref("RecoverySession"), userId: ref("User") },
  RecoveryCancelled: { sessionId: ref("RecoverySession"), userId: ref("User") },
});
