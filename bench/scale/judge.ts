// Asks every question of the graph, and judges the plan of each statement that its answer takes.
import type pg from "pg";
import { furnishedDomains, type FurnishedDomain } from "../../catalogue/index.js";
import type { Statement, WatchedGraph } from "./graph.js";
import { planOf, type Plan } from "./plans.js";
import { questionsOf, type Landmarks, type Question } from "./questions.js";

export interface Judged {
  readonly domain: FurnishedDomain;
  /** Field, arguments, and what of it: a page, a page far behind, the count. */
  readonly question: string;
  readonly kind: Kind;
  readonly statement: Statement;
  readonly plan: Plan;
}
export type Kind = "page" | "deep page" | "count" | "value";

/** Rows of the pages asked for. */
const FIRST = 20;
const DEEP = 100;
/** Where one row in ten is looked for, all rows may be gone through in their order until the page is full. */
const PER_ROW = 12;
/** Rows that an answer may read: some for each row of its page; what is counted at most; all that there is of the small. */
export const bounds: Readonly<Record<Kind, number>> = {
  page: PER_ROW * (FIRST + 1) + 50,
  "deep page": PER_ROW * (DEEP + 1) + 50,
  count: 10_001 + 50,
  value: 650,
};

export interface Judging {
  readonly graph: WatchedGraph;
  /** Explains; the settings of its session are those of the judgement. */
  readonly client: pg.ClientBase;
  readonly landmarks: Landmarks;
  /** Told of each question before it is asked. */
  readonly told?: (domain: FurnishedDomain, question: string) => void;
  readonly signal?: AbortSignal;
}

/** What is found once and used again. */
interface Going extends Judging {
  /** The place in the middle of each order. */
  readonly middles: Map<string, string | undefined>;
}

/** @throws Error where the graph refuses a question; Aborted between two. */
export async function* judged(given: Judging): AsyncGenerator<Judged> {
  const judging: Going = { ...given, middles: new Map() };
  for (const domain of furnishedDomains) {
    for (const question of questionsOf(judging.graph.schemas[domain], judging.landmarks)) {
      judging.signal?.throwIfAborted();
      judging.told?.(domain, question.name);
      yield* answersTo(judging, domain, question);
    }
  }
}

async function* answersTo(judging: Going, domain: FurnishedDomain, question: Question): AsyncGenerator<Judged> {
  const { name, document, variables, list } = question;
  const asked = { domain, name, document };
  if (!list) {
    yield* plansOf(judging, { ...asked, variables, kind: name.endsWith(" counted") ? "count" : "value" });
    return;
  }
  const page = { ...asked, variables: { ...variables, first: FIRST }, kind: "page" } as const;
  const { data, statements } = yield* plansOf(judging, page);
  const cursor = cursorIn(data, list);
  const place = cursor === undefined ? undefined : await middleOf(judging, statements);
  if (cursor === undefined || place === undefined) return;
  const after = Buffer.from(`${Buffer.from(cursor, "base64url").toString("latin1").slice(0, MARK)}${place}`);
  const deep = { ...variables, first: DEEP, after: after.toString("base64url") };
  yield* plansOf(judging, { ...asked, variables: deep, kind: "deep page" });
}

interface Asked {
  readonly domain: FurnishedDomain;
  readonly name: string;
  readonly document: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly kind: Kind;
}

async function* plansOf({ graph, client }: Judging, { domain, name, document, variables, kind }: Asked) {
  const answer = await graph.ask(domain, document, variables);
  if (answer.errors.length > 0) throw new Error(`${domain}, ${name}: ${answer.errors.join("; ")}`);
  for (const statement of answer.statements) {
    const plan = await planOf(client, statement, bounds[kind]);
    yield { domain, question: `${name}${kind === "deep page" ? " far behind" : ""}`, kind, statement, plan } as Judged;
  }
  return answer;
}

/** Length of what tells a list's cursors from others; behind it stands the place. */
const MARK = 8;

function cursorIn(data: unknown, path: readonly (string | number)[]): string | undefined {
  const list = path.reduce<unknown>((at, step) => (at as Record<string | number, unknown> | null)?.[step], data);
  return (list as { edges: { cursor: string }[] } | null)?.edges[0]?.cursor;
}

/** The place in the middle of a table, in the order in which the last statement read it. */
async function middleOf({ client, middles }: Going, statements: readonly Statement[]): Promise<string | undefined> {
  const text = statements.at(-1)?.text ?? "";
  const [, table = "", column = ""] = /ORDER BY ("\w+"\."\w+")\.("\w+") DESC/.exec(text) ?? [];
  if (table === "") return undefined;
  const order = `${table}.${column}`;
  if (middles.has(order)) return middles.get(order);
  const ordered = `from ${table} where ${column} is not null`;
  const { rows } = await client.query<{ place: string }>(
    `select ${column}::text as place ${ordered} order by ${column} offset (select count(*) / 2 ${ordered}) limit 1`,
  );
  middles.set(order, rows[0]?.place);
  return rows[0]?.place;
}
