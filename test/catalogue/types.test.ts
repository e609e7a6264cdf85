// What the compiler says about entries and values of the catalogue: each wrong line is an error exactly there.
// Checked by `npm run check`.
import type { catalogue, EventNamed } from "../../catalogue/index.js";
import {
  command,
  country,
  events,
  int,
  optional,
  qirat,
  record,
  ref,
  text,
  type EmittedBy,
  type InputOf,
  type RefusalsOf,
} from "../../catalogue/language.js";
import { admin } from "../../catalogue/events/admin.js";

const rest = { lanes: () => [], weight: () => 1 };
type CreateUser = typeof catalogue.identity.commands.createUser;
type PauseSystem = typeof catalogue.admin.commands.pauseSystem;
type Transfer = typeof catalogue.tokenomics.commands.transfer;
const ID = "6f0c1f6e-0000-7000-8000-00000000000a";

const inputs = {
  whole: { to: ID, amount: "1", remark: null } satisfies InputOf<Transfer>,
  // @ts-expect-error a missing field
  missing: { to: ID, remark: null } satisfies InputOf<Transfer>,
  // @ts-expect-error money is text, never a number
  number: { to: ID, amount: 1, remark: null } satisfies InputOf<Transfer>,
  // @ts-expect-error an unknown field
  unknown: { reason: "x", actor: ID } satisfies InputOf<PauseSystem>,
  // @ts-expect-error a field misspelt
  misspelt: { userId: ID, biometricHsh: "", nationality: "NG", ageYears: 1 } satisfies InputOf<CreateUser>,
};

const refusalCodes = [
  "INSUFFICIENT_FUNDS" satisfies RefusalsOf<Transfer>,
  // @ts-expect-error a code that the command does not list
  "POOL_EXHAUSTED" satisfies RefusalsOf<Transfer>,
];

const emitted: EmittedBy<PauseSystem>["name"][] = [
  "SystemPaused",
  // @ts-expect-error an event that the command does not announce
  "SystemResumed",
];

const decoded = (event: EventNamed<"TransferCompleted">["fields"]) => {
  // @ts-expect-error a field that the event does not have
  return event.payee;
};

const entries = [
  command("admin", "Good.", {
    ...rest,
    input: { id: ref("User") },
    emits: [admin.SystemPaused],
    refusals: ["NOT_FOUND"],
  }),
  // @ts-expect-error a code that the protocol does not have
  command("admin", "Wrong.", { ...rest, input: {}, emits: [], refusals: ["NOT_FUOND"] }),
  // @ts-expect-error an event that is not declared
  command("admin", "Wrong.", { ...rest, input: {}, emits: [admin.SystemSung], refusals: [] }),
  // @ts-expect-error somebody who cannot ask
  command("nobody", "Wrong.", { ...rest, input: {}, emits: [], refusals: [] }),
  command("admin", "Wrong.", {
    input: { amount: qirat() },
    emits: [],
    refusals: [],
    // @ts-expect-error a lane made of a field that the input does not have
    lanes: ({ accountId }) => [`account:${accountId}`],
    weight: () => 1,
  }),
  // @ts-expect-error an entity that nobody owns
  ref("Wellet"),
  // @ts-expect-error a kind that takes bounds, without them
  text(),
];

const declared = events("admin", {
  Sung: { by: ref("User"), note: optional(text(1, 9)), rows: record("Row", { code: country(), count: int(0, 9) }) },
});
const made = [
  declared.Sung({ by: ID, note: null, rows: { code: "NG", count: 1 } }),
  // @ts-expect-error no field is ever absent in an event
  declared.Sung({ by: ID, rows: { code: "NG", count: 1 } }),
  // @ts-expect-error a field of a record is of another kind
  declared.Sung({ by: ID, note: null, rows: { code: "NG", count: "1" } }),
];

it("makes values that carry their name and domain", () => {
  expect(made[0]).toEqual({ name: "Sung", domain: "admin", by: ID, note: null, rows: { code: "NG", count: 1 } });
  expect([Object.keys(inputs), refusalCodes, emitted, entries].map(({ length }) => length)).toEqual([5, 2, 2, 7]);
  expect(decoded).toHaveLength(1);
});
