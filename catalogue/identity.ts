// Commands about persons (protocol.md 7 and 12).
import { relationshipTypes } from "./choices.js";
import { choice, command, country, domain, hash, int, list, reasonCode, ref } from "./language.js";
import { identity as happened } from "./events/identity.js";
import { BAL, CRED, tokenomics } from "./events/tokenomics.js";

/** One lane for both directions. */
const pairLane = (one: string, other: string) => `pair:${[one, other].sort().join("~")}`;

export const identity = domain("identity", happened, {
  createUser: command("partner", "Bring an approved person onto the ledger and hand out the genesis coins.", {
    input: { userId: ref("User"), biometricHash: hash(), nationality: country(), ageYears: int(0, 150) },
    emits: [happened.UserCreated, ...BAL, tokenomics.GenesisDistributed, tokenomics.TreasuryAllocated, ...CRED],
    refusals: ["ALREADY_EXISTS", "BIOMETRIC_IN_USE", "COUNTRY_NOT_INITIALIZED"],
    lanes: ({ userId, nationality }) => [`country:${nationality}`, `user:${userId}`, `account:${userId}`],
    weight: () => 24,
  }),
  lockUser: command("admin", "Keep a user from asking for anything; the account still receives.", {
    input: { userId: ref("User"), reason: reasonCode() },
    emits: [happened.UserLocked],
    refusals: ["NOT_FOUND", "WRONG_STATE"],
    lanes: ({ userId }) => [`user:${userId}`],
    weight: () => 7,
  }),
  unlockUser: command("admin", "Let a locked user ask again.", {
    input: { userId: ref("User") },
    emits: [happened.UserUnlocked],
    refusals: ["NOT_FOUND", "SELF_ACTION", "WRONG_STATE"],
    lanes: ({ userId }) => [`user:${userId}`],
    weight: () => 7,
  }),
  requestRelationship: command("activeUser", "Ask another user to confirm what that user is to the asker.", {
    input: { objectId: ref("User"), type: choice("RelationshipType", relationshipTypes) },
    emits: [happened.RelationshipRequested],
    refusals: ["SELF_ACTION", "NOT_FOUND", "USER_NOT_ACTIVE", "DUPLICATE_RELATIONSHIP"],
    lanes: ({ objectId }, { actor }) => [pairLane(actor, objectId)],
    weight: () => 9,
  }),
  confirmRelationship: command("self", "Confirm a relationship that one was asked for; both trust scores change.", {
    input: { relationshipId: ref("Relationship") },
    emits: [happened.RelationshipConfirmed, happened.TrustScoreChanged],
    refusals: ["NOT_FOUND", "ACTOR_NOT_ALLOWED", "WRONG_STATE", "USER_NOT_ACTIVE"],
    lanes: ({ relationshipId }, { actor }) => [`relationship:${relationshipId}`, `user:${actor}`],
    weight: () => 14,
  }),
  rejectRelationship: command("self", "Reject a relationship that one was asked for, or withdraw the request.", {
    input: { relationshipId: ref("Relationship") },
    emits: [happened.RelationshipRejected],
    refusals: ["NOT_FOUND", "ACTOR_NOT_ALLOWED", "WRONG_STATE"],
    lanes: ({ relationshipId }) => [`relationship:${relationshipId}`],
    weight: () => 8,
  }),
  nominateGuardians: command("self", "Name the users who may recover one's access; the list is replaced.", {
    input: { guardians: list(ref("User"), 3, 10) },
    emits: [happened.GuardiansNominated],
    refusals: ["SELF_ACTION", "RECOVERY_OPEN", "NOT_FOUND", "USER_NOT_ACTIVE"],
    lanes: (_input, { actor }) => [`user:${actor}`],
    weight: ({ guardians }) => 8 + guardians.length,
  }),
  initiateRecovery: command("guardian", "Begin the recovery of a user's access; it is the first confirmation.", {
    input: { userId: ref("User"), newBiometricHash: hash() },
    emits: [happened.RecoveryInitiated],
    refusals: ["NOT_FOUND", "ACTOR_NOT_ALLOWED", "RECOVERY_OPEN", "BIOMETRIC_IN_USE"],
    lanes: ({ userId }) => [`user:${userId}`],
    weight: () => 12,
  }),
  confirmRecovery: command("guardian", "Confirm a recovery; the last one needed replaces the biometric hash.", {
    input: { sessionId: ref("RecoverySession") },
    emits: [happened.RecoveryConfirmed, happened.RecoveryCompleted],
    refusals: [
      "NOT_FOUND",
      "ACTOR_NOT_ALLOWED",
      "WRONG_STATE",
      "RECOVERY_EXPIRED",
      "ALREADY_ACTED",
      "BIOMETRIC_IN_USE",
    ],
    lanes: ({ sessionId }) => [`recovery:${sessionId}`],
    weight: () => 12,
  }),
  cancelRecovery: command("self", "End a recovery of one's own access that is open.", {
    input: { sessionId: ref("RecoverySession") },
    emits: [happened.RecoveryCancelled],
    refusals: ["NOT_FOUND", "ACTOR_NOT_ALLOWED", "WRONG_STATE", "RECOVERY_EXPIRED"],
    lanes: ({ sessionId }) => [`recovery:${sessionId}`],
    weight: () => 7,
  }),
});
