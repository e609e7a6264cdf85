// Persons, their trust, relationships and recoveries.
import type { State } from "../state.js";
import { cell, each, pairs, type Question, type Questions } from "./question.js";

export const identityQuestions: Questions = (state) => [
  ...each(state.rows.user, (id) => userOf(state, id)),
  ...each(state.rows.user, (id) => trustOf(state, id)),
  ...each(state.rows.relationship, (id) => relationshipOf(state, id)),
  ...each(state.rows.recovery_session, (id) => sessionOf(state, id)),
];

const userOf = ({ rows }: State, userId: string): Question => ({
  ...{ check: "ledger users", what: userId, name: "user", args: { userId } },
  expected: (answer) => [
    ...pairs(answer, rows.user.get(userId), {
      ...{ nationality: "nationality", ageYears: "age_years", status: "status", guardians: "guardians" },
      createdAt: "@created_at",
    }),
    ...pairs(answer, rows.genesis.get(userId), { genesisPhase: "phase" }),
  ],
});

const trustOf = ({ rows }: State, userId: string): Question => ({
  ...{ check: "ledger trust", what: userId, name: "trust", args: { userId } },
  expected: (answer) =>
    pairs(answer, rows.user.get(userId), {
      ...{ parents: "parents", spouses: "spouses", siblings: "siblings", children: "children", friends: "friends" },
      loanAdjustment: "loan_adjustment",
    }),
});

const relationshipOf = ({ rows }: State, relationshipId: string): Question => ({
  ...{ check: "ledger relationships", what: relationshipId, name: "relationship", args: { relationshipId } },
  expected: (answer) =>
    pairs(answer, rows.relationship.get(relationshipId), {
      ...{ subjectId: "subject_id", objectId: "object_id", type: "type", status: "status" },
      ...{ requestedAt: "@requested_at", decidedAt: "@decided_at" },
    }),
});

const sessionOf = ({ rows }: State, sessionId: string): Question => ({
  ...{ check: "ledger recoveries", what: sessionId, name: "recoverySession", args: { sessionId } },
  expected: (answer) => {
    const confirmed = [...rows.recovery_confirmation.values()]
      .filter((row) => row["session_id"] === sessionId)
      .map((row) => row["guardian_id"]);
    return [
      ...pairs(answer, rows.recovery_session.get(sessionId), {
        ...{ userId: "user_id", guardians: "guardians", required: "required", status: "status" },
        ...{ openedAt: "@opened_at", expiresAt: "@expires_at" },
      }),
      ["confirmations", cell(answer?.["confirmations"]), confirmed.join(",")],
    ];
  },
});
