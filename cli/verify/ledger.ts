// The ledger's own state (gx:query) against the fold of its blocks: what events told is what the state holds.
// Reads only. Objects that change while they are asked for are asked again after the new blocks were folded.
import { functions, WIRE_VERSION } from "../../catalogue/wire.js";
import type { Fabric } from "../../platform/fabric.js";
import type { Fold } from "./fold.js";
import type { Report } from "./report.js";
import type { Cell, Row, State } from "./state.js";

type Answer = Readonly<Record<string, unknown>> | null;

/** One object of the ledger: how to ask for it, and what the fold says of it at the moment. */
interface Question {
  readonly check: string;
  readonly what: string;
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** What must be equal: found in the answer, expected by the fold; null = there must be none. */
  expected(answer: Answer): readonly Pair[];
}

export interface LedgerSide {
  readonly fabric: Fabric;
  readonly fold: Fold;
  /** Folds up to the present end of the chain; false when there was nothing new. */
  catchUp(): Promise<boolean>;
  /** Told of the progress. */
  say(done: number, of: number): void;
}

const CONCURRENT = 16;
const ROUNDS = 5;

/** Compares accounts, users, countries, system, parameters, supply and receipts. `failed`: commands without a receipt. */
export async function compareLedger(side: LedgerSide, report: Report, failed: readonly string[]): Promise<void> {
  await side.catchUp();
  let open: readonly Question[] = questions(side.fold, failed);
  for (let round = 1; open.length > 0; round += 1) {
    const differing = await ask(side, open, report, false);
    if (differing.length === 0) return;
    const moved = await side.catchUp();
    if (!moved || round === ROUNDS) {
      await ask(side, differing, report, true);
      return;
    }
    open = differing;
  }
}

/** Asks all; counts what is equal, returns the others, and reports them when `last`. */
async function ask(side: LedgerSide, all: readonly Question[], report: Report, last: boolean): Promise<Question[]> {
  const differing: Question[] = [];
  const waiting = all.entries();
  const work = async () => {
    for (const [index, question] of waiting) {
      const answer = await query(side.fabric, question);
      const pairs = question.expected(answer);
      const equal = pairs.every(([, found, expected]) => found === expected);
      if (equal || last) report.compared(question.check);
      if (!equal) differing.push(question);
      if (!equal && last) {
        for (const [field, found, expected] of pairs) {
          if (found !== expected) report.same(question.check, `${question.what}: ${field}`, found, expected);
        }
      }
      side.say(index + 1, all.length);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENT }, work));
  return differing;
}

async function query(fabric: Fabric, { name, args }: Pick<Question, "name" | "args">): Promise<Answer> {
  const result = await fabric.evaluate(functions.query, JSON.stringify({ version: WIRE_VERSION, name, args }));
  const answer = JSON.parse(result.toString("utf8")) as Answer;
  return answer?.["complete"] === false ? { ...answer, pending: await pendingOf(fabric, args) } : answer;
}

/** Sum of all unfolded deltas, page by page: an account may have more than one query reads. */
async function pendingOf(fabric: Fabric, args: Readonly<Record<string, unknown>>): Promise<string> {
  let sum = 0n;
  for (let bookmark: unknown = null; ;) {
    const asked = { version: WIRE_VERSION, name: "deltas", args: { ...args, pageSize: 100, bookmark } };
    const page = JSON.parse((await fabric.evaluate(functions.query, JSON.stringify(asked))).toString("utf8")) as {
      deltas: { amount: string }[];
      bookmark: string | null;
    };
    for (const { amount } of page.deltas) sum += BigInt(amount);
    if (page.bookmark === null) return String(sum);
    bookmark = page.bookmark;
  }
}

// ---------------------------------------------------------------- questions

const cell = (value: unknown): Cell => (value === null || value === undefined ? null : String(value));
const seconds = (ms: Cell): Cell => (ms === null ? null : String(Number(ms) / 1_000));

type Pair = readonly [field: string, found: Cell, expected: Cell];
/** Fields of an answer and the columns that say the same; "@" before a column: a time. */
function pairs(
  answer: object | null | undefined,
  row: Row | undefined,
  columns: Readonly<Record<string, string>>,
): Pair[] {
  return Object.entries(columns).map(([field, column]) => {
    const expected = row?.[column.replace("@", "")] ?? null;
    const found = cell((answer as Record<string, unknown> | null | undefined)?.[field]);
    return [field, found, column.startsWith("@") ? seconds(expected) : expected];
  });
}

function questions(fold: Fold, failed: readonly string[]): Question[] {
  const { rows } = fold.state;
  const each = <T>(table: ReadonlyMap<string, Row>, make: (key: string) => T) => [...table.keys()].map(make);
  return [
    ...(rows.system.size > 0 ? [systemOf(fold.state), parametersOf(fold.state)] : []),
    ...each(rows.wallet, (id) => accountOf(fold.state, id)),
    ...each(rows.pool, (id) => poolOf(fold.state, id)),
    ...each(rows.country, (code) => countryOf(fold.state, code)),
    ...each(rows.user, (id) => userOf(fold.state, id)),
    ...[...fold.outcomes.keys(), ...failed].map((id) => receiptOf(fold, id)),
  ];
}

const accountOf = ({ rows }: State, accountId: string): Question => ({
  ...{ check: "ledger accounts", what: accountId, name: "account", args: { accountId } },
  expected: (answer) => {
    const wallet = rows.wallet.get(accountId);
    const country = accountId.startsWith("treasury_") ? accountId.slice("treasury_".length) : null;
    const taxed = rows.tax_account.get(accountId) ?? { country, exempt: "false", timer_start: null };
    const own = { kind: "kind", stored: "stored", pending: "pending", frozen: "frozen", freezeReason: "freeze_reason" };
    return [
      ...pairs(answer, wallet, own),
      ...pairs(answer, taxed, { country: "country", taxTimerStart: "@timer_start", taxExempt: "exempt" }),
    ];
  },
});

const poolOf = ({ rows }: State, id: string): Question => ({
  ...{ check: "ledger supply", what: id, name: "account", args: { accountId: `MINTED_${id}` } },
  expected: (answer) => pairs(answer, rows.pool.get(id), { stored: "stored", pending: "pending" }),
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

const userOf = ({ rows }: State, userId: string): Question => ({
  ...{ check: "ledger users", what: userId, name: "user", args: { userId } },
  expected: (answer) => [
    ...pairs(answer, rows.user.get(userId), {
      ...{ nationality: "nationality", ageYears: "age_years", status: "status", createdAt: "@created_at" },
    }),
    ...pairs(answer, rows.genesis.get(userId), { genesisPhase: "phase" }),
  ],
});

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

const receiptOf = ({ outcomes }: Fold, commandId: string): Question => ({
  ...{ check: "receipts", what: commandId, name: "receipt", args: { commandId } },
  expected: (answer) => {
    const outcome = outcomes.get(commandId);
    const receipt = answer?.["outcome"] as { status?: string; code?: string } | undefined;
    return [
      ...pairs({ status: receipt?.status?.toUpperCase(), code: receipt?.code }, outcome, {
        status: "status",
        code: "code",
      }),
      ...pairs(answer, outcome, { txId: "tx_id" }),
    ];
  },
});
