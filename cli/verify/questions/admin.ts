// The system, its parameters and countries.
import type { State } from "../state.js";
import { cell, each, pairs, type Question, type Questions } from "./question.js";

export const adminQuestions: Questions = (state) => [
  ...(state.rows.system.size > 0 ? [systemOf(state), parametersOf(state)] : []),
  ...each(state.rows.country, (code) => countryOf(state, code)),
];

const systemOf = ({ rows }: State): Question => ({
  ...{ check: "ledger system", what: "system", name: "systemStatus", args: {} },
  expected: (answer) => {
    const row = rows.system.get("system");
    const none = { count: 0, units: 0 };
    return [
      ...pairs(answer, row, {
        ...{ profile: "profile", operatorMsp: "operator_msp", bootstrappedAt: "@bootstrapped_at" },
        ...{ paused: "paused", pauseReason: "pause_reason", pausedAt: "@paused_at" },
      }),
      ...pairs((answer?.["countries"] as object | null) ?? none, row, { count: "countries", units: "units" }),
    ];
  },
});

const parametersOf = ({ rows }: State): Question => ({
  ...{ check: "ledger parameters", what: "parameter", name: "parameters", args: {} },
  expected: (answer) => {
    const ids = new Set([...Object.keys(answer ?? {}), ...rows.parameter.keys()]);
    return [...ids].map((id) => [id, cell(answer?.[id]), rows.parameter.get(id)?.["value"] ?? null]);
  },
});

const countryOf = ({ rows }: State, code: string): Question => ({
  ...{ check: "ledger countries", what: code, name: "country", args: { code } },
  expected: (answer) => {
    const slots = answer?.["slots"] as object | undefined;
    const used = [1, 2, 3, 4, 5, 6].map((phase) => rows.slot_use.get(`${code} ${phase}`)?.["used"] ?? "0");
    const row = rows.country.get(code);
    return [
      ...pairs(answer, row, { name: "name", region: "region", units: "units" }),
      ...pairs(slots, { ...row, used: used.join(",") }, { total: "slots", used: "used" }),
    ];
  },
});
