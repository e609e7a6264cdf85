// The ledger's own state (gx:query) against the fold of its blocks: what events told is what the state holds.
// Reads only. Objects that change while they are asked for are asked again after the new blocks were folded.
import { functions, WIRE_VERSION } from "../../catalogue/wire.js";
import type { Fabric } from "../../platform/fabric.js";
import type { Fold } from "./fold.js";
import type { Report } from "./report.js";
import { questions } from "./questions/index.js";
import type { Answer, Question } from "./questions/question.js";

export interface LedgerSide {
  readonly fabric: Pick<Fabric, "evaluate">;
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

async function query(
  fabric: Pick<Fabric, "evaluate">,
  { name, args }: Pick<Question, "name" | "args">,
): Promise<Answer> {
  const result = await fabric.evaluate(functions.query, JSON.stringify({ version: WIRE_VERSION, name, args }));
  const answer = JSON.parse(result.toString("utf8")) as Answer;
  return answer?.["complete"] === false ? { ...answer, pending: await pendingOf(fabric, args) } : answer;
}

/** Sum of all unfolded deltas, page by page: an account may have more than one query reads. */
async function pendingOf(fabric: Pick<Fabric, "evaluate">, args: Readonly<Record<string, unknown>>): Promise<string> {
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
