// CPU of one entity read from the cache against the same read from PostgreSQL: two subgraph processes that differ in nothing
// but their cache address, asked by turns. Counted are the subgraph, PostgreSQL and Redis; who asks is not.
import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Agent, request } from "undici";
import type { Caller } from "../platform/auth.js";
import { readConfig } from "../platform/config.js";
import { openStatements, STATEMENT_HEADER, type Statements } from "../platform/statement.js";
import { subgraphPort } from "../subgraphs/main.js";
import { cpuOf } from "./cpu.js";
import { createUser, ended, inBursts, newPerson } from "./load.js";
import { median, type Report } from "./report.js";
import { newSystem, until, type System } from "./system.js";

const OFFSET = 1200;
const PEOPLE = 50;
const ROUNDS = 5;
const SLICE_MS = 5_000;
const AT_ONCE = 8;
/** Nobody listens there: a subgraph without a cache. */
const NOWHERE = "redis://127.0.0.1:9";
const QUERY = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Wallet { id kind balance frozen } } }`;
const asking: Caller = { sub: "00000000-0000-7000-8000-000000000002", roles: ["ADMIN"] };

interface Side {
  readonly pid: number;
  readonly url: string;
  readonly metrics: string;
  end(): Promise<void>;
}

async function newSide(system: System, first: number, cache: Record<string, string>): Promise<Side> {
  const address = (name: string) => readFileSync(join(system.home, "keys", name), "utf8");
  // One process of a name runs under one home.
  const home = join(system.home, `side-${first}`);
  mkdirSync(home);
  const child: ChildProcess = spawn(process.execPath, ["dist/cli/index.js", "start", "subgraphs", "tokenomics"], {
    stdio: ["ignore", "ignore", "inherit"],
    env: {
      ...{ PATH: process.env["PATH"], GX_ENV: "development", GX_HOME: home, SUBGRAPH_PORT: String(first) },
      STATEMENT_SECRET_FILE: join(system.home, "keys", "statement"),
      ...{ DATABASE_URL: address("database-url"), REDIS_URL: address("redis-url"), LOG_LEVEL: "error" },
      ...cache,
    },
  });
  const over = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const at = `http://127.0.0.1:${subgraphPort(first, "tokenomics")}`;
  await until("a subgraph to be ready", async () => (await fetch(`${at}/readyz`).catch(() => undefined))?.ok);
  return {
    ...{ pid: child.pid ?? 0, url: `${at}/graphql`, metrics: `${at}/metrics` },
    end: async () => {
      child.kill("SIGTERM");
      await over;
    },
  };
}

function childrenOf(parent: number): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) === parent;
      } catch {
        return false;
      }
    });
}

interface Load {
  readonly bodies: readonly string[];
  readonly statements: Statements;
  readonly agent: Agent;
}

/** Asks one side for a while; CPU per request, microseconds. */
async function slice(system: System, side: Side, load: Load): Promise<{ subgraph: number; all: number }> {
  const { bodies, statements, agent } = load;
  const signed = await Promise.all(bodies.map((body) => statements.sign(asking, "tokenomics", body)));
  const [postgres, redis] = [system.pid("postgres"), system.pid("redis")];
  const cpu = () => {
    const behind = [postgres, ...childrenOf(postgres), redis].reduce((sum, pid) => sum + cpuOf(pid), 0);
    return { subgraph: cpuOf(side.pid), all: cpuOf(side.pid) + behind };
  };
  const end = performance.now() + SLICE_MS;
  let asked = 0;
  const before = cpu();
  const one = async () => {
    while (performance.now() < end) {
      const place = asked++ % bodies.length;
      const headers = { "content-type": "application/json", [STATEMENT_HEADER]: signed[place] ?? "" };
      const answer = await request(side.url, { method: "POST", headers, body: bodies[place] ?? "", dispatcher: agent });
      const text = await answer.body.text();
      // Errors are fast, too.
      if (!text.includes('"balance":"500000000"')) throw new Error(`a wallet was answered by ${text}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  const after = cpu();
  const per = (ms: number) => (ms * 1_000) / asked;
  return { subgraph: per(after.subgraph - before.subgraph), all: per(after.all - before.all) };
}

async function hits(side: Side): Promise<number> {
  const text = await (await fetch(side.metrics)).text();
  return Number(/^cache_requests_total\{[^}]*result="hit"[^}]*\} (\d+)/m.exec(text)?.[1] ?? 0);
}

/** Runs the benchmark; each figure is microseconds of CPU per request. */
export async function read(say: (line: string) => void): Promise<Report> {
  say("starting a system …");
  const system = await newSystem(OFFSET);
  const closing: (() => unknown)[] = [];
  try {
    const people = Array.from({ length: PEOPLE }, newPerson);
    const partner = system.tokens("PARTNER_API")[0] as string;
    const created = await inBursts(people, 10, (userId) => createUser(system, partner, userId, "NG"));
    await ended(system, system.tokens("ADMIN")[0] as string, created);
    const cached = await newSide(system, 3_001 + OFFSET + 50, {});
    closing.push(cached.end);
    const plain = await newSide(system, 3_001 + OFFSET + 70, { CACHE_URL: NOWHERE });
    closing.push(plain.end);
    const agent = new Agent({ connections: AT_ONCE });
    closing.push(() => agent.close());
    const bodies = people.map((id) =>
      JSON.stringify({ query: QUERY, variables: { of: [{ __typename: "Wallet", id }] } }),
    );
    const config = readConfig({ GX_ENV: "development", GX_HOME: system.home });
    const load: Load = { bodies, agent, statements: await openStatements(config) };
    return await inTurn(system, { cached, plain }, load, say);
  } finally {
    for (const close of closing.reverse()) await close();
    await system.remove();
  }
}

async function inTurn(
  system: System,
  { cached, plain }: { cached: Side; plain: Side },
  load: Load,
  say: (line: string) => void,
): Promise<Report> {
  for (const side of [cached, plain]) await slice(system, side, load);
  const found = { cached: [] as Figures[], plain: [] as Figures[] };
  const before = await hits(cached);
  for (let round = 1; round <= ROUNDS; round++) {
    found.cached.push(await slice(system, cached, load));
    found.plain.push(await slice(system, plain, load));
    const [ours, theirs] = [found.cached.at(-1), found.plain.at(-1)];
    say(`round ${round}: cache ${ours?.all.toFixed(0)} µs, PostgreSQL ${theirs?.all.toFixed(0)} µs a request`);
  }
  if ((await hits(cached)) === before) throw new Error("nothing came from the cache");
  const values = (side: keyof typeof found, of: keyof Figures) => found[side].map((figures) => figures[of]);
  const ratio = (of: keyof Figures) => median(values("plain", of)) / median(values("cached", of));
  return {
    name: "read",
    sentence:
      `CPU of one request for one wallet of ${PEOPLE}, ${AT_ONCE} at a time, at two subgraph processes that differ in their ` +
      `cache address only. Sides in turn, ${SLICE_MS / 1_000} s each, ${ROUNDS} rounds.`,
    rows: [
      { measure: "PostgreSQL: subgraph, PostgreSQL and Redis", values: values("plain", "all"), unit: "µs" },
      { measure: "cache: subgraph, PostgreSQL and Redis", values: values("cached", "all"), unit: "µs" },
      { measure: "PostgreSQL: subgraph alone", values: values("plain", "subgraph"), unit: "µs" },
      { measure: "cache: subgraph alone", values: values("cached", "subgraph"), unit: "µs" },
    ],
    ratios: [
      { measure: "CPU of all, PostgreSQL / cache", value: ratio("all") },
      { measure: "CPU of the subgraph, PostgreSQL / cache", value: ratio("subgraph") },
    ],
  };
}
type Figures = Awaited<ReturnType<typeof slice>>;
