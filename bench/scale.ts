// A world of users as blocks → the read models by the rebuild of `gx replay` → every list, search and count of the graph,
// with the plan of each statement. Leaves nothing behind: its PostgreSQL and all rows are removed, also when it is stopped.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { removePostgres, startPostgres } from "../cli/ground/postgres.js";
import { progressLine, type ProgressLine } from "../cli/progress.js";
import { secretFile } from "../platform/config.js";
import { GxError } from "../platform/errors.js";
import { migrate } from "../platform/migrations.js";
import { READING } from "../platform/reads.js";
import type { Report, Row } from "./report.js";
import { watchedGraph } from "./scale/graph.js";
import { bounds, judged, type Judged, type Kind } from "./scale/judge.js";
import { landmarksOf } from "./scale/landmarks.js";
import { fillWith, type Filled } from "./scale/rows.js";
import { busyPerson, storyOf } from "./scale/story.js";

type Say = (line: string) => void;

interface Stage {
  readonly url: string;
  readonly pool: pg.Pool;
  readonly users: number;
  readonly line: ProgressLine;
  readonly say: Say;
  readonly signal: AbortSignal;
}

/** The rebuild of the rows of so many users, and what each question of the graph reads of them then. */
export async function scale(say: Say, users: number): Promise<Report> {
  const home = mkdtempSync(join(tmpdir(), "gx-scale-"));
  const stopped = new AbortController();
  const stop = () => stopped.abort(new GxError("STOPPED", "stopped before its end; nothing was kept"));
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, stop);
  const line = progressLine();
  const server = await startPostgres({ home, port: await freePort(), output: () => undefined });
  const url = readFileSync(secretFile(home, "DATABASE_URL"), "utf8").trim();
  const pool = new pg.Pool({ connectionString: url, max: 4 });
  pool.on("error", () => undefined);
  try {
    await migrate(url);
    const stage: Stage = { ...{ url, pool, users, line, say }, signal: stopped.signal };
    return report(users, await fill(stage), await judge(stage));
  } finally {
    line.end();
    await pool.end();
    await server.stop();
    removePostgres(home);
    rmSync(home, { recursive: true, force: true });
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, stop);
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

interface Rebuilt extends Filled {
  readonly rows: number;
  readonly bytes: number;
  /** Of this process, which makes the blocks besides. */
  readonly peakBytes: number;
}

async function fill({ pool, users, line, say, signal }: Stage): Promise<Rebuilt> {
  const begin = performance.now();
  const filled = await fillWith(
    pool,
    storyOf(users),
    ({ block, events }) =>
      line.show(() => {
        const seconds = (performance.now() - begin) / 1_000;
        return `Rebuilding: ${block() + 1} blocks, ${events()} events, ${Math.round(events() / seconds)} events/s, ${Math.round(seconds)} s`;
      }),
    signal,
  );
  const { rows } = await pool.query<{ rows: string; bytes: string }>(
    `select sum(reltuples) filter (where relkind = 'r' and nspname in ('read', 'app')) as rows,
       pg_database_size(current_database()) as bytes
     from pg_class join pg_namespace n on n.oid = relnamespace`,
  );
  const undone = Object.entries(filled.missing).map(([table, lacking]) => `${lacking} rows of ${table}`);
  if (undone.length > 0) throw new Error(`the history changes what is not there: ${undone.join(", ")}`);
  line.end();
  say(`rebuilt ${filled.events} events in ${Math.round(filled.seconds)} s`);
  return {
    ...{ ...filled, rows: Number(rows[0]?.rows), bytes: Number(rows[0]?.bytes) },
    peakBytes: process.resourceUsage().maxRSS * 1_024,
  };
}

async function judge({ pool, url, line, say, signal }: Stage): Promise<Judged[]> {
  const client = await pool.connect();
  const graph = watchedGraph(url, { sub: busyPerson.id, roles: ["SUPER_ADMIN"] });
  const answers: Judged[] = [];
  try {
    const landmarks = await landmarksOf(client);
    // As the sessions of subgraphs are.
    for (const [name, value] of Object.entries(READING)) await client.query(`set ${name} = ${value}`);
    const told = (domain: string, question: string) => line.show(() => `Asking ${domain}: ${question}`);
    for await (const answer of judged({ graph, client, landmarks, told, signal })) {
      answers.push(answer);
      const { domain, question, plan, statement } = answer;
      for (const fault of plan.faults) say(`${domain}, ${question}: ${fault}\n  ${plan.text}\n  ${statement.text}`);
    }
    return answers;
  } finally {
    line.end();
    await graph.close();
    client.release();
  }
}

const kinds: Readonly<Record<Kind, string>> = {
  page: "first page of 20",
  "deep page": "page of 100 in the middle",
  count: "count up to 10,000",
  value: "value or small list",
};

function report(users: number, rebuilt: Rebuilt, answers: readonly Judged[]): Report {
  const { events, rows, blocks, commands, seconds, bytes, peakBytes } = rebuilt;
  const one = (measure: string, value: number, unit: string): Row => ({ measure, values: [value], unit });
  const sound = answers.filter(({ plan }) => plan.faults.length === 0);
  return {
    name: "scale",
    sentence:
      `${users} users as ${blocks} blocks with ${commands} commands and ${events} events, rebuilt by the code of gx replay ` +
      `(making the blocks and the command log included), then ${answers.length} statements of the graph: every list with ` +
      `every filter, counts and values, each with its plan.`,
    rows: [
      one("rebuild", seconds / 60, "min"),
      one("rebuild", events / seconds, "events/s"),
      one("rebuild", rows / seconds, "rows/s"),
      one("rebuild", blocks / seconds, "blocks/s"),
      one("rows", rows, "rows"),
      one("database", bytes / 1e9, "GB"),
      one("peak memory of the process", peakBytes / 1e6, "MB"),
      ...(Object.keys(kinds) as Kind[]).flatMap((kind) => figuresOf(kind, answers)),
    ],
    ratios: [{ measure: "plans that are bounded / plans", value: sound.length / answers.length, atLeast: 1 }],
  };
}

/** Medians over statements, the worst as the end of the range. */
function figuresOf(kind: Kind, answers: readonly Judged[]): Row[] {
  const plans = answers.filter((answer) => answer.kind === kind).map(({ plan }) => plan);
  if (plans.length === 0) return [];
  return [
    {
      measure: `${kinds[kind]}: rows read (bound ${bounds[kind]})`,
      values: plans.map(({ rows }) => rows),
      unit: "rows",
    },
    { measure: `${kinds[kind]}: time in PostgreSQL`, values: plans.map(({ ms }) => ms), unit: "ms" },
  ];
}
