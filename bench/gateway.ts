// CPU of the gateway for one request, beside what people run today and beside the limit, over the same subgraphs: sides
// in turn, each a process of its own. Counted is that process alone. Ours does more: tokens, limits, signed statements.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Agent } from "undici";
import { furnishedDomains } from "../catalogue/index.js";
import { readConfig, root } from "../platform/config.js";
import { developmentToken } from "../platform/devkeys.js";
import { entitiesOf, questions, slice, type QuestionName, type Side } from "./gateway-load.js";
import { median, type Report } from "./report.js";
import { until } from "./system.js";

const GATEWAY = 5_300;
const [PEER, LIMIT, FIRST] = [GATEWAY + 1, GATEWAY + 2, GATEWAY + 10];
const ROUNDS = 5;
const SLICE_MS = 4_000;
const WARM_MS = 3_000;
const ADMIN = "00000000-0000-7000-8000-000000000002";

const labels = { peer: "@apollo/gateway and server", ours: "this gateway", limit: "echo and bare posts" } as const;
type SideName = keyof typeof labels;
type Sides = Readonly<Record<SideName, Side>>;
const sideNames = Object.keys(labels) as SideName[];
const asked = Object.keys(questions) as QuestionName[];

const portOf = (domain: string) => FIRST + furnishedDomains.findIndex((name) => name === domain);

/** Runs the benchmark; figures are microseconds of CPU per request. */
export async function gateway(say: (line: string) => void): Promise<Report> {
  const home = mkdtempSync(join(tmpdir(), "gx-bench-"));
  const endings: (() => unknown)[] = [() => rmSync(home, { recursive: true, force: true })];
  const agent = new Agent({ connections: 64 });
  endings.push(() => agent.destroy());
  try {
    return await inTurn(await newSides(home, endings), agent, say);
  } finally {
    for (const end of endings.reverse()) await end();
  }
}

async function newSides(home: string, endings: (() => unknown)[]): Promise<Sides> {
  const subgraphs = furnishedDomains.map((domain) => `${domain}=${portOf(domain)}`);
  const urls = furnishedDomains.map((domain) => `${domain}=http://127.0.0.1:${portOf(domain)}/graphql`).join();
  const settings = {
    ...{ GX_ENV: "development", GX_HOME: home, GATEWAY_PORT: String(GATEWAY), SUBGRAPH_URLS: urls, LOG_LEVEL: "error" },
    // One caller asks for all.
    ...{ RATE_LIMIT: "1000000", RATE_BURST: "1000000" },
  };
  const begin = (...words: string[]): number => {
    const child = spawn(process.execPath, words, {
      stdio: ["ignore", "ignore", "inherit"],
      env: { PATH: process.env["PATH"], NODE_ENV: "production", APOLLO_TELEMETRY_DISABLED: "true", ...settings },
    });
    const over = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    endings.push(async () => {
      child.kill("SIGTERM");
      await over;
    });
    return child.pid ?? 0;
  };
  begin("dist/bench/gateway-subgraphs.js", ...subgraphs);
  const supergraph = join(root, "schema", "supergraph.graphql");
  const peer = begin("dist/bench/gateway-peer.js", String(PEER), supergraph, ...subgraphs);
  const limit = begin("dist/bench/gateway-limit.js", String(LIMIT), String(portOf("admin")));
  const ours = begin("dist/cli/index.js", "start", "gateway");
  const at = (port: number, path: string) => `http://127.0.0.1:${port}${path}`;
  const answers = (address: string) => async () => (await fetch(address).catch(() => undefined)) !== undefined;
  await until("the peer", answers(at(PEER, "/")));
  await until("the limit", answers(at(LIMIT, "/0")));
  await until("the gateway", async () => (await fetch(at(GATEWAY, "/readyz")).catch(() => undefined))?.ok);
  const token = await developmentToken(readConfig(settings), { sub: ADMIN, roles: ["ADMIN"], ttlSeconds: 3_600 });
  return {
    peer: { pid: peer, address: at(PEER, "/graphql") },
    ours: { pid: ours, address: at(GATEWAY, "/graphql"), token },
    limit: { pid: limit, address: at(LIMIT, "/") },
  };
}

async function inTurn(sides: Sides, agent: Agent, say: (line: string) => void): Promise<Report> {
  for (const question of asked) for (const side of sideNames) await slice(sides[side], question, agent, WARM_MS);
  const found = new Map<string, number[]>();
  const of = (question: QuestionName, side: SideName) => found.get(`${question} ${side}`) ?? [];
  const measure = async (question: QuestionName, side: SideName) => {
    const figure = await slice(sides[side], question, agent, SLICE_MS);
    found.set(`${question} ${side}`, [...of(question, side), figure]);
    return `${side} ${figure.toFixed(0)} µs`;
  };
  for (let round = 1; round <= ROUNDS; round++) {
    for (const question of asked) {
      const figures: string[] = [];
      for (const side of sideNames) figures.push(await measure(question, side));
      say(`round ${round}, ${questions[question].told}: ${figures.join(", ")}`);
    }
  }
  const identity = `http://127.0.0.1:${portOf("identity")}`;
  const entities = { peer: await entitiesOf(sides.peer, identity), ours: await entitiesOf(sides.ours, identity) };
  return report(of, entities);
}

function report(
  of: (question: QuestionName, side: SideName) => readonly number[],
  entities: { readonly peer: number; readonly ours: number },
): Report {
  const ratio = (question: QuestionName) => median(of(question, "peer")) / median(of(question, "ours"));
  const above = (question: QuestionName) => median(of(question, "ours")) / median(of(question, "limit"));
  const row = (question: QuestionName, side: SideName) => ({
    ...{ measure: `${questions[question].told}: ${labels[side]}`, values: of(question, side), unit: "µs" },
  });
  const rowsOfList = (side: "peer" | "ours") => ({
    ...{ measure: `list of 100 rows with 5 owners: ${labels[side]}`, values: [entities[side]], unit: "entities" },
  });
  return {
    name: "gateway",
    sentence:
      `CPU of a gateway's process for one request, over subgraphs that answer at once. Sides in turn, ${SLICE_MS / 1_000} s each, ` +
      `${ROUNDS} rounds. The peer checks no token, limits nothing and signs nothing. The limit takes the body, posts as often as ` +
      `the read needs (the read of 64 clients: not at all), one after the other, and answers with the body.`,
    rows: [
      ...asked.flatMap((question) => sideNames.map((side) => row(question, side))),
      ...(["peer", "ours"] as const).map(rowsOfList),
    ],
    peer: readFileSync(join(root, "bench", "gateway-peer.ts"), "utf8"),
    ratios: [
      { measure: "G1 read over 3 subgraphs, peer / ours", value: ratio("three"), atLeast: 3 },
      { measure: "G2 read over 1 subgraph, peer / ours", value: ratio("one"), atLeast: 3 },
      { measure: "G5 64 clients, one read, peer / ours", value: ratio("hot"), atLeast: 10 },
      { measure: "G6 entities asked for, peer / ours", value: entities.peer / entities.ours, atLeast: 20 },
      { measure: "read over 3 subgraphs, ours / limit (smaller is better)", value: above("three") },
      { measure: "read over 1 subgraph, ours / limit (smaller is better)", value: above("one") },
    ],
  };
}
