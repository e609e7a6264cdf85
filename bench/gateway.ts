// CPU of the gateway for one request, beside what people run today and beside the limit, over the same subgraphs: sides
// in turn, each a process of its own. Counted is that process alone. Ours does more: tokens, limits, signed statements.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Agent, request } from "undici";
import { furnishedDomains } from "../catalogue/index.js";
import { readConfig, root } from "../platform/config.js";
import { developmentToken } from "../platform/devkeys.js";
import { cpuOf } from "./cpu.js";
import { median, type Report } from "./report.js";
import { until } from "./system.js";

const OFFSET = 1_300;
const GATEWAY = 4_000 + OFFSET;
const [PEER, LIMIT, FIRST] = [GATEWAY + 1, GATEWAY + 2, GATEWAY + 10];
const ROUNDS = 5;
const SLICE_MS = 4_000;
const WARM_MS = 1_500;
const WALLETS = 50;

const OWNER = "owner { ... on User { id status nationality { name region } } }";
const questions = {
  three: {
    query: `query ($id: ID!) { wallet(id: $id) { id balance kind ${OWNER} } }`,
    posts: 3,
    clients: 16,
    same: false,
  },
  one: { query: "query ($id: ID!) { wallet(id: $id) { id balance kind frozen } }", posts: 1, clients: 16, same: false },
  hot: {
    query: `query ($id: ID!) { wallet(id: $id) { id balance kind ${OWNER} } }`,
    posts: 0,
    clients: 64,
    same: true,
  },
} as const;
type Question = keyof typeof questions;
const ROWS =
  "query ($id: ID!) { transactions(walletId: $id, first: 100) { edges { node { counterparty { owner { ... on User { id status } } } } } } }";

interface Side {
  readonly pid: number;
  readonly address: string;
  readonly token?: string;
}

const wallet = (n: number) => `0b1d0000-0000-4000-9000-${String(n).padStart(12, "0")}`;
const bodiesOf = ({ query, same }: (typeof questions)[Question]): readonly string[] =>
  Array.from({ length: same ? 1 : WALLETS }, (_, n) => JSON.stringify({ query, variables: { id: wallet(n) } }));
const bodies = { three: bodiesOf(questions.three), one: bodiesOf(questions.one), hot: bodiesOf(questions.hot) };

/** Asks one side for a while; CPU of one request, microseconds. */
async function slice(side: Side, name: Question, agent: Agent, forMs = SLICE_MS): Promise<number> {
  const { posts, clients } = questions[name];
  const url = side.address.endsWith("/") ? `${side.address}${posts}` : side.address;
  const headers = {
    "content-type": "application/json",
    ...(side.token ? { authorization: `Bearer ${side.token}` } : {}),
  };
  const end = performance.now() + forMs;
  const before = cpuOf(side.pid);
  let asked = 0;
  const one = async () => {
    while (performance.now() < end) {
      const body = bodies[name][asked++ % bodies[name].length] ?? "";
      const answer = await request(url, { method: "POST", headers, body, dispatcher: agent });
      const text = await answer.body.text();
      // Errors are fast, too.
      if (!text.includes(posts === 0 || posts === 3 ? "nationality" : "balance") || text.includes('"errors"')) {
        throw new Error(`${name} was answered by ${answer.statusCode} ${text}`);
      }
    }
  };
  await Promise.all(Array.from({ length: clients }, one));
  return ((cpuOf(side.pid) - before) * 1_000) / asked;
}

/** Entities that the subgraph of users is asked for by one list of 100 rows. */
async function entitiesOf(side: Side, identity: string): Promise<number> {
  const count = async () => Number(await (await fetch(identity)).text());
  const before = await count();
  const answer = await fetch(side.address, {
    method: "POST",
    headers: { "content-type": "application/json", ...(side.token ? { authorization: `Bearer ${side.token}` } : {}) },
    body: JSON.stringify({ query: ROWS, variables: { id: wallet(0) } }),
  });
  const { data } = (await answer.json()) as { data?: { transactions: { edges: unknown[] } } };
  if (data?.transactions.edges.length !== 100) throw new Error("the list has not 100 rows");
  return (await count()) - before;
}

/** Runs the benchmark; figures are microseconds of CPU per request. */
export async function gateway(say: (line: string) => void): Promise<Report> {
  const home = mkdtempSync(join(tmpdir(), "gx-bench-"));
  const subgraphs = furnishedDomains.map((domain, index) => `${domain}=${FIRST + index}`);
  const portOf = (domain: string) => Number(subgraphs.find((pair) => pair.startsWith(`${domain}=`))?.split("=")[1]);
  const urls = furnishedDomains.map((domain) => `${domain}=http://127.0.0.1:${portOf(domain)}/graphql`).join();
  const settings = {
    ...{ GX_ENV: "development", GX_HOME: home, GATEWAY_PORT: String(GATEWAY), SUBGRAPH_URLS: urls, LOG_LEVEL: "error" },
    ...{ RATE_LIMIT: "1000000", RATE_BURST: "1000000" },
  };
  const started: (() => Promise<void>)[] = [];
  const begin = (...words: string[]) => {
    const child = spawn(process.execPath, words, {
      stdio: ["ignore", "ignore", "inherit"],
      env: { PATH: process.env["PATH"], NODE_ENV: "production", APOLLO_TELEMETRY_DISABLED: "true", ...settings },
    });
    const over = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    started.push(async () => {
      child.kill("SIGTERM");
      await over;
    });
    return child.pid ?? 0;
  };
  const agent = new Agent({ connections: 64 });
  try {
    begin("dist/bench/gateway-subgraphs.js", ...subgraphs);
    const supergraph = join(root, "schema", "supergraph.graphql");
    const peer = begin("dist/bench/gateway-peer.js", String(PEER), supergraph, ...subgraphs);
    const limit = begin("dist/bench/gateway-limit.js", String(LIMIT), String(portOf("admin")));
    const ours = begin("dist/cli/index.js", "start", "gateway");
    const config = readConfig(settings);
    for (const port of [PEER, LIMIT, GATEWAY]) {
      await until(`port ${port}`, () =>
        fetch(`http://127.0.0.1:${port}/`).then(
          () => true,
          () => undefined,
        ),
      );
    }
    await until(
      "the gateway",
      async () => (await fetch(`http://127.0.0.1:${GATEWAY}/readyz`).catch(() => undefined))?.ok,
    );
    const sub = "00000000-0000-7000-8000-000000000002";
    const token = await developmentToken(config, { sub, roles: ["ADMIN"], ttlSeconds: 3_600 });
    const sides = {
      peer: { pid: peer, address: `http://127.0.0.1:${PEER}/graphql` },
      ours: { pid: ours, address: `http://127.0.0.1:${GATEWAY}/graphql`, token },
      limit: { pid: limit, address: `http://127.0.0.1:${LIMIT}/` },
    } as const;
    return await inTurn(sides, agent, `http://127.0.0.1:${portOf("identity")}`, say);
  } finally {
    await agent.destroy();
    for (const end of started.reverse()) await end();
    rmSync(home, { recursive: true, force: true });
  }
}

type SideName = "peer" | "ours" | "limit";

async function inTurn(
  sides: Readonly<Record<SideName, Side>>,
  agent: Agent,
  identity: string,
  say: (line: string) => void,
): Promise<Report> {
  const names = Object.keys(sides) as SideName[];
  const asked = Object.keys(questions) as Question[];
  for (const question of asked) for (const side of names) await slice(sides[side], question, agent, WARM_MS);
  const values = new Map<string, number[]>();
  const of = (question: Question, side: SideName) => values.get(`${question} ${side}`) ?? [];
  for (let round = 1; round <= ROUNDS; round++) {
    for (const question of asked) {
      for (const side of names)
        values.set(`${question} ${side}`, [...of(question, side), await slice(sides[side], question, agent)]);
    }
    say(
      `round ${round}: ${asked.map((question) => names.map((side) => `${question} ${side} ${of(question, side).at(-1)?.toFixed(0)}`).join(", ")).join("; ")} µs`,
    );
  }
  const entities = { peer: await entitiesOf(sides.peer, identity), ours: await entitiesOf(sides.ours, identity) };
  const ratio = (question: Question) => median(of(question, "peer")) / median(of(question, "ours"));
  const told: Readonly<Record<Question, string>> = {
    three: "read over 3 subgraphs",
    one: "read over 1 subgraph",
    hot: "64 clients, one identical read",
  };
  const labels: Readonly<Record<SideName, string>> = {
    peer: "@apollo/gateway and server",
    ours: "this gateway",
    limit: "echo and bare posts",
  };
  return {
    name: "gateway",
    sentence: "",
    rows: asked.flatMap((question) =>
      names.map((side) => ({ measure: `${told[question]}: ${labels[side]}`, values: of(question, side), unit: "µs" })),
    ),
    ratios: [
      { measure: `G1 ${told.three}`, value: ratio("three"), atLeast: 3 },
      { measure: `G2 ${told.one}`, value: ratio("one"), atLeast: 3 },
      { measure: `G5 ${told.hot}`, value: ratio("hot"), atLeast: 10 },
      {
        measure: `G6 100 rows with 5 owners: entities asked for (peer ${entities.peer})`,
        value: entities.ours,
        atLeast: 5,
      },
    ],
  };
}
