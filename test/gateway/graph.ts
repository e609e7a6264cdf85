// The whole graph in one process for suites: subgraphs and gateway on free ports, over a database and a Redis of their own.
// Rows come from blocks through the projector, commands through mutations: nothing is written behind the back of either.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomUUID } from "node:crypto";
import { Agent } from "undici";
import { furnishedDomains, type FurnishedDomain } from "../../catalogue/index.js";
import { tokenRoles } from "../../catalogue/roles.js";
import { newGateway } from "../../gateway/server.js";
import { subgraphSeconds, type SubgraphAddress } from "../../gateway/subgraph.js";
import { rememberTokens } from "../../gateway/tokens.js";
import { openSupergraph } from "../../gateway/main.js";
import { openAuthentication, type Caller } from "../../platform/auth.js";
import { keepFiguresHome, readConfig, type Config } from "../../platform/config.js";
import { openCache } from "../../platform/cache.js";
import { openDatabase } from "../../platform/database.js";
import { developmentToken } from "../../platform/devkeys.js";
import { createHealth, opsRoutes } from "../../platform/health.js";
import { createLog, type Logger } from "../../platform/log.js";
import { createMetrics, type Metrics } from "../../platform/metrics.js";
import { knownDocuments, nameByText } from "../../platform/known-documents.js";
import { operationFigures } from "../../platform/operations.js";
import { openProducer } from "../../platform/queue.js";
import { openReplay } from "../../platform/replay.js";
import { openReads, READING } from "../../platform/reads.js";
import { openRegistrations } from "../../platform/registrations.js";
import { openStatements, STATEMENT_HEADER, type Statements } from "../../platform/statement.js";
import { openWatermark } from "../../platform/watermark.js";
import { webMetrics } from "../../platform/web.js";
import { openAcceptance } from "../../platform/accept.js";
import { readYourWrites } from "../../subgraphs/reading.js";
import { newSubgraph } from "../../subgraphs/server.js";
import { eventually, newDatabase, newRedis, type TestDatabase, type TestRedis } from "../environment.js";
import { openUpdates, type Updates } from "../../platform/updates.js";
import { changedBy } from "../../workers/projector/updates.js";
import { historyOf, type History } from "../projector/history.js";

export interface GraphError {
  message: string;
  path?: (string | number)[];
  extensions: {
    code: string;
    requestId: string;
    category?: string;
    fields?: { path: string; message: string }[];
    state?: string | null;
  };
}
export interface Answer<T> {
  status: number;
  headers: Headers;
  data: T | null;
  errors: GraphError[];
  text: string;
}

export interface Graph {
  config: Config;
  database: TestDatabase;
  redis: TestRedis;
  history: History;
  statements: Statements;
  /** Address of the gateway, without a path. */
  url: string;
  subgraphs: readonly SubgraphAddress[];
  log: Logger;
  /** Log lines of all processes. */
  lines: Record<string, unknown>[];
  metrics: Metrics;
  /** Tells what is written by others than the history. */
  updates: Updates;
  token(role: string, sub?: string): Promise<string>;
  ask<T = Record<string, unknown>>(
    query: string,
    variables?: object,
    token?: string,
    headers?: Record<string, string>,
  ): Promise<Answer<T>>;
  /** Asks a subgraph itself, with a good statement. */
  askSubgraph<T = Record<string, unknown>>(
    domain: FurnishedDomain,
    caller: Caller,
    query: string,
    variables?: object,
  ): Promise<Answer<T>>;
  closeSubgraph(domain: FurnishedDomain): Promise<void>;
  close(): Promise<void>;
}

export const nobody: Caller = { sub: undefined, roles: [] };

/** `instead`: addresses of subgraphs that are not ours, or of what stands before ours. */
export async function newGraph(
  settings: Record<string, string> = {},
  instead: Partial<Record<FurnishedDomain, string | ((own: string) => Promise<string>)>> = {},
): Promise<Graph> {
  keepFiguresHome();
  const database = await newDatabase();
  const redis = await newRedis();
  const home = mkdtempSync(join(tmpdir(), "gx-graph-"));
  // Suites ask faster than a caller.
  const rate = { RATE_LIMIT: "100000", RATE_BURST: "100000" };
  const given = { ...rate, GX_ENV: "development", GX_HOME: home, DATABASE_URL: database.url, REDIS_URL: redis.url };
  const config = readConfig({ ...given, ...settings });
  const lines: Record<string, unknown>[] = [];
  const identity = { service: "graph", environment: "development", version: "0" };
  const sink = { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) };
  const log = createLog({ ...identity, level: "info" }, sink);
  const metrics = createMetrics({ ...identity, digest: "", catalogue: "" });
  const health = createHealth("0");
  const context = { config, log, metrics, health, ops: opsRoutes(health, metrics) };
  const statements = await openStatements(config);

  const pool = openDatabase({ url: config.databaseUrl, connections: 8, log, metrics, session: READING });
  const producer = openProducer({ url: config.redisUrl, log, metrics });
  const accept = openAcceptance({ database: pool, wake: producer.wake, metrics });
  const watermark = openWatermark({ url: config.databaseUrl, database: pool, log });
  const cache = openCache({ url: config.cacheUrl, log, metrics, watermark: watermark.block });
  const updates = openUpdates({ url: config.cacheUrl, log });
  const registrations = openRegistrations(pool);
  const replay = openReplay({ database: pool, wake: producer.wake, tell: updates.tell });
  const ports = { reads: openReads(pool), cache, accept, replay, registrations, pageSize: config.limits.pageSize };
  const plugins = [readYourWrites(watermark, metrics)];
  const web = webMetrics(context);
  const running = new Map<FurnishedDomain, () => Promise<void>>();
  const subgraphs: SubgraphAddress[] = [];
  for (const domain of furnishedDomains) {
    const subgraph = await newSubgraph(context, { domain, ports, statements, metrics: web, plugins });
    const at = await subgraph.app.listen({ host: "127.0.0.1", port: 0 });
    running.set(domain, subgraph.close);
    const other = instead[domain] ?? `${at}/graphql`;
    subgraphs.push({ domain, url: typeof other === "string" ? other : await other(`${at}/graphql`) });
  }
  const dispatcher = new Agent({ connections: 8 });
  const served = await openSupergraph(
    context,
    { dispatcher, statements, log, seconds: subgraphSeconds(metrics) },
    subgraphs,
  );
  const gateway = await newGateway(context, {
    documents: served.now,
    authenticate: rememberTokens(await openAuthentication(config, tokenRoles)),
    metrics: web,
    rejected: metrics.counter("gateway_rejected_total", "Requests turned away.", ["reason"]),
    operations: operationFigures(metrics, nameByText(knownDocuments("schema/operations"))),
    subscriptions: metrics.gauge("gateway_subscriptions", "Open subscriptions.", ["kind"]),
  });
  const url = await gateway.app.listen({ host: "127.0.0.1", port: 0 });
  const closeSubgraph = async (domain: FurnishedDomain) => {
    await running.get(domain)?.();
    running.delete(domain);
  };
  return {
    ...{ config, database, redis, statements, url, subgraphs, lines, metrics, log, updates, closeSubgraph },
    history: historyOf(database.pool, (written) => updates.tell(changedBy(written), written.block)),
    token: (role, sub = randomUUID()) => developmentToken(config, { sub, roles: role.split(","), ttlSeconds: 600 }),
    ask: (query, variables = {}, token, headers = {}) =>
      post(`${url}/graphql`, JSON.stringify({ query, variables }), {
        ...headers,
        ...(token ? { authorization: `Bearer ${token}` } : {}),
      }),
    askSubgraph: async (domain, caller, query, variables = {}) => {
      const body = JSON.stringify({ query, variables });
      const address = subgraphs.find((each) => each.domain === domain)?.url ?? "";
      return post(address, body, { [STATEMENT_HEADER]: await statements.sign(caller, domain, body) });
    },
    close: async () => {
      await gateway.close();
      served.close();
      await dispatcher.destroy();
      for (const domain of running.keys()) await closeSubgraph(domain);
      await producer.close();
      cache.close();
      await updates.close();
      await watermark.close();
      await pool.close();
      health.close();
      await redis.close();
      await database.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

export async function post<T>(url: string, body: string, headers: Record<string, string> = {}): Promise<Answer<T>> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body,
  });
  const text = await response.text();
  const parsed = (text.startsWith("{") ? JSON.parse(text) : {}) as { data?: T | null; errors?: GraphError[] };
  return {
    status: response.status,
    headers: response.headers,
    data: parsed.data ?? null,
    errors: parsed.errors ?? [],
    text,
  };
}

/** Waits for the jobs of a command: the queue is woken after the answer. */
export const jobsOf = (graph: Graph, role: string, count: number) =>
  eventually(async () => (await graph.redis.client.llen(`bull:${role}:wait`)) === count, `${count} jobs of ${role}`);
