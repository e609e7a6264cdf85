// What events mean for users and how many live where, relationships, guardians and recoveries.
import { line, ms, type Effects } from "./effect.js";
import type { State } from "../state.js";

export const identityEffects = (state: State) => {
  const decide = (id: string, status: string, at: number) => {
    state.patch("relationship", id, { status, decided_at: ms(at) });
    const { subject_id: subject, object_id: object } = state.rows.relationship.get(id) ?? {};
    for (const party of [subject, object]) state.patch("relationship_party", `${id} ${party}`, { status });
  };
  return {
    UserCreated: ({ userId, nationality, ageYears, status, trustScore, genesisOutcome, at }, { position }) => {
      state.put("user", {
        ...{ id: userId, nationality, age_years: String(ageYears), status, lock_reason: null, position },
        ...{ trust_score: String(trustScore), genesis_outcome: genesisOutcome, created_at: ms(at) },
        ...{ relationship_score: "10", loan_adjustment: "0" },
        ...{ parents: "0", spouses: "0", siblings: "0", children: "0", friends: "0", guardians: "" },
      });
      state.bump("residence", nationality, "residents", 1n, { country: nationality, residents: "0" });
    },
    UserLocked: ({ userId, reason }) => state.patch("user", userId, { status: "LOCKED", lock_reason: reason }),
    UserUnlocked: ({ userId }) => state.patch("user", userId, { status: "ACTIVE", lock_reason: null }),
    RelationshipRequested: ({ relationshipId: id, subjectId, objectId, type, at }, { position }) => {
      state.put("relationship", {
        ...{ id, subject_id: subjectId, object_id: objectId, type, status: "PENDING", position },
        ...{ requested_at: ms(at), decided_at: null },
      });
      for (const userId of [subjectId, objectId]) {
        state.put("relationship_party", { relationship_id: id, user_id: userId, status: "PENDING", position });
      }
    },
    RelationshipConfirmed: ({ relationshipId, at }) => decide(relationshipId, "CONFIRMED", at),
    RelationshipRejected: ({ relationshipId, at }) => decide(relationshipId, "REJECTED", at),
    TrustScoreChanged: (event) =>
      state.patch("user", event.userId, {
        ...{ trust_score: String(event.score), relationship_score: String(event.relationshipScore) },
        ...{ loan_adjustment: String(event.loanAdjustment), parents: String(event.parents) },
        ...{ spouses: String(event.spouses), siblings: String(event.siblings) },
        ...{ children: String(event.children), friends: String(event.friends) },
      }),
    GenesisDistributed: ({ userId, ageYears }) =>
      state.patch("user", userId, { age_years: String(ageYears), genesis_outcome: "DISTRIBUTED" }),
    GuardiansNominated: ({ userId, guardians }, { position }) => {
      const before = state.rows.user.get(userId)?.["guardians"] ?? "";
      for (const guardian of before.split(",").filter(Boolean)) {
        state.patch("guardian", `${userId} ${guardian}`, { active: "false" });
      }
      guardians.forEach((guardian, number) =>
        state.put("guardian", {
          ...{ user_id: userId, guardian_id: guardian, active: "true", position: line(position, number) },
        }),
      );
      state.patch("user", userId, { guardians: guardians.join(",") });
    },
    RecoveryInitiated: ({ sessionId, userId, initiatorId, guardians, required, expiresAt, at }, { position }) => {
      state.put("recovery_session", {
        ...{ id: sessionId, user_id: userId, initiator_id: initiatorId, guardians: guardians.join(","), position },
        ...{ required: String(required), status: "OPEN", opened_at: ms(at), expires_at: ms(expiresAt) },
      });
      state.put("recovery_confirmation", { session_id: sessionId, guardian_id: initiatorId, position });
    },
    RecoveryConfirmed: ({ sessionId, guardianId }, { position }) =>
      state.put("recovery_confirmation", { session_id: sessionId, guardian_id: guardianId, position }),
    RecoveryCompleted: ({ sessionId }) => state.patch("recovery_session", sessionId, { status: "COMPLETED" }),
    RecoveryCancelled: ({ sessionId }) => state.patch("recovery_session", sessionId, { status: "CANCELLED" }),
  } satisfies Effects;
};
