// Persons.
import type { State } from "../state.js";
import { each, pairs, type Question, type Questions } from "./question.js";

export const identityQuestions: Questions = (state) => each(state.rows.user, (id) => userOf(state, id));

const userOf = ({ rows }: State, userId: string): Question => ({
  ...{ check: "ledger users", what: userId, name: "user", args: { userId } },
  expected: (answer) => [
    ...pairs(answer, rows.user.get(userId), {
      ...{ nationality: "nationality", ageYears: "age_years", status: "status", createdAt: "@created_at" },
    }),
    ...pairs(answer, rows.genesis.get(userId), { genesisPhase: "phase" }),
  ],
});
