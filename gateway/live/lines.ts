// The looks at a wallet's statement: each line that is newer than the newest one of the first look, in order, each once.
// Never holds more than a page of them: after many lines at once the places of the pages are kept, and read from the oldest on.
import type { Variables } from "../supergraph.js";
import type { Look, Looked } from "./feed.js";
import { found, isLooked, NOTHING, valueOf, type Found, type Read, type Result, type Value } from "./looks.js";
import { CURSORS, MARKS, type Subscription } from "./subscriptions.js";

interface Lines extends Value {
  readonly edges: readonly { readonly cursor: string; readonly node?: unknown }[];
  readonly pageInfo: { readonly hasNextPage: boolean };
}
const EMPTY: Lines = { edges: [], pageInfo: { hasNextPage: false } };

/** Lines asked for where one or two are expected. */
const FEW = 20;

/** A cursor; null: before the newest line, or there is no line. */
type Place = string | null;

interface Statement {
  readonly subscription: Subscription;
  readonly read: Read;
  /** The newest line that was shown or was there at the first look, which has not been when undefined. */
  newest: Place | undefined;
  /** The line right above it, once that is known: a page that ends with it is all that is new. */
  next: string | undefined;
  /** Where pages that are to be shown begin, the oldest last. */
  pages: string[];
}

/** `pageSize`: most lines of one answer. */
export function lookAtWallet(subscription: Subscription, read: Read, pageSize: number): Look<Result> {
  const statement: Statement = { subscription, read, newest: undefined, next: undefined, pages: [] };
  return async (block) => {
    if (statement.newest === undefined) return begin(statement, block);
    const page = statement.pages.at(-1);
    if (page !== undefined) return showPage(statement, page, pageSize, block);
    const head = await showHead(statement, Math.min(FEW, pageSize), block);
    if (head !== "more") return head;
    const walked = await walk(statement, pageSize, block);
    if (walked) return walked;
    if (statement.pages.length > 0) return { ...NOTHING, more: true };
    const whole = await showHead(statement, pageSize, block);
    return whole === "more" ? { ...NOTHING, more: true } : whole;
  };
}

async function ask(
  { subscription, read }: Statement,
  query: string,
  given: Variables,
  block: number | undefined,
): Promise<{ lines: Lines; errors: Found["errors"] } | Looked<Result>> {
  const answer = found(await read(query, given, block), subscription);
  return isLooked(answer) ? answer : { lines: (answer.value ?? EMPTY) as Lines, errors: answer.errors };
}

const askCursors = (statement: Statement, first: number, after: Place, block: number | undefined) => {
  const { subject } = statement.subscription;
  return ask(statement, CURSORS, { walletId: subject, [MARKS.first]: first, [MARKS.after]: after }, block);
};

async function begin(statement: Statement, block: number | undefined): Promise<Looked<Result>> {
  const answer = await askCursors(statement, 1, null, block);
  if ("values" in answer) return answer;
  statement.newest = answer.lines.edges[0]?.cursor ?? null;
  return NOTHING;
}

/** Finds where the pages below the first begin, down to the newest line that was shown. */
async function walk(
  statement: Statement,
  pageSize: number,
  block: number | undefined,
): Promise<Looked<Result> | undefined> {
  const pages: string[] = [];
  for (;;) {
    const answer = await askCursors(statement, pageSize, pages.at(-1) ?? null, block);
    if ("values" in answer) return answer;
    const { edges, pageInfo } = answer.lines;
    const oldest = freshOf(statement, edges).at(-1)?.cursor;
    // The page before ended right above the newest line.
    if (oldest === undefined) pages.pop();
    else statement.next = oldest;
    if (!pageInfo.hasNextPage || oldest === undefined || oldest !== edges.at(-1)?.cursor) break;
    pages.push(oldest);
  }
  statement.pages = pages;
  return undefined;
}

/** The lines above the newest that was shown; of a page that does not reach down to it, all. */
function freshOf({ newest, next }: Statement, edges: Lines["edges"]): Lines["edges"] {
  const known = edges.findIndex(({ cursor }) => cursor === newest);
  if (known !== -1) return edges.slice(0, known);
  const above = edges.findIndex(({ cursor }) => cursor === next);
  return above === -1 ? edges : edges.slice(0, above + 1);
}

/** Of the first page what is new; "more" when that is not all that is new. */
async function showHead(
  statement: Statement,
  first: number,
  block: number | undefined,
): Promise<Looked<Result> | "more"> {
  const { query, variables } = statement.subscription;
  const answer = await ask(statement, query, { ...variables, [MARKS.first]: first, [MARKS.after]: null }, block);
  if ("values" in answer) return answer;
  const { edges, pageInfo } = answer.lines;
  const { newest, next } = statement;
  if (pageInfo.hasNextPage && !edges.some(({ cursor }) => cursor === newest || cursor === next)) return "more";
  return shown(statement, answer);
}

async function showPage(
  statement: Statement,
  after: string,
  first: number,
  block: number | undefined,
): Promise<Looked<Result>> {
  const { query, variables } = statement.subscription;
  const answer = await ask(statement, query, { ...variables, [MARKS.first]: first, [MARKS.after]: after }, block);
  if ("values" in answer) return answer;
  statement.pages.pop();
  const looked = shown(statement, answer);
  statement.next = after;
  return { ...looked, more: true };
}

/** What is new, the oldest first; the last of it is the newest line from now on. */
function shown(statement: Statement, { lines, errors }: { lines: Lines; errors: Found["errors"] }): Looked<Result> {
  const fresh = freshOf(statement, lines.edges);
  const [newest] = fresh;
  if (newest) {
    statement.newest = newest.cursor;
    statement.next = undefined;
  }
  const values = fresh.map(({ node }, place) => {
    // value, edges, place, node: four steps.
    const own = errors.filter(({ path }) => path?.[2] === place);
    return valueOf(statement.subscription, node, own, 4);
  });
  return { values: values.reverse() };
}
