// The process of the subgraphs: a port per domain, all domains or those named.
import type { FastifyInstance } from "fastify";
import { domainNames } from "../catalogue/language.js";
import { furnishedDomains, type FurnishedDomain } from "../catalogue/index.js";
import { openAcceptance } from "../platform/accept.js";
import { holdBudget, poolOf } from "../platform/budget.js";
import { openCache } from "../platform/cache.js";
import { openDatabase, pendingMigrations, type Database } from "../platform/database.js";
import { GxError } from "../platform/errors.js";
import { knownDocuments, knownFolder, nameByPart } from "../platform/known-documents.js";
import { measuredOperations } from "../platform/operations.js";
import type { ProcessContext } from "../platform/process.js";
import { openProducer } from "../platform/queue.js";
import { openReplay } from "../platform/replay.js";
import { openReads, READING } from "../platform/reads.js";
import { openRegistrations } from "../platform/registrations.js";
import { openStatements } from "../platform/statement.js";
import { openUpdates } from "../platform/updates.js";
import { openWatermark } from "../platform/watermark.js";
import { listen, settle, webMetrics } from "../platform/web.js";
import { measureCommandLog } from "./command-metrics.js";
import type { Context } from "./context.js";
import { readYourWrites } from "./reading.js";
import { newSubgraph } from "./server.js";

/** Port of a domain's subgraph: in catalogue order from the first one's. */
export const subgraphPort = (first: number, domain: string): number => first + domainNames.indexOf(domain as never);

export async function main(context: ProcessContext, args: string[]): Promise<void> {
  const { config, log, metrics, health, release } = context;
  const domains = domainsOf(args);
  const statements = await openStatements(config);
  // One connection hears the watermark.
  const connections = poolOf(config, 1);
  const database = openDatabase({ url: config.databaseUrl, connections, log, metrics, session: READING });
  release("database", () => database.close());
  await holdBudget(database, config.databaseConnections, release);
  const producer = openProducer({ url: config.redisUrl, log, metrics });
  release("queue", () => producer.close());
  const reads = openReads(database);
  const accept = openAcceptance({ database, wake: producer.wake, metrics, log });
  const updates = config.cacheUrl === "" ? undefined : openUpdates({ url: config.cacheUrl, log });
  if (updates) release("updates", () => updates.close());
  const replay = openReplay({ database, wake: producer.wake, tell: (...told) => updates?.tell(...told) });
  const watermark = openWatermark({ url: config.databaseUrl, database, log });
  release("watermark", () => watermark.close());
  const cache = openCache({ url: config.cacheUrl, log, metrics, watermark: watermark.block });
  release("cache", () => cache.close());
  const registrations = openRegistrations(database);
  const ports = { reads, cache, accept, replay, registrations, pageSize: config.limits.pageSize };

  watchReadiness(context, database);
  health.fact("watermark", watermark.block);
  health.fact("cache", cache.state);
  health.fact("domains", () => domains);
  if (domains.includes("admin")) release("command metrics", measureCommandLog(database, metrics));
  const plugins = [
    measuredOperations<Context>(metrics, nameByPart(knownDocuments(knownFolder(config.root)))),
    readYourWrites(watermark, metrics),
  ];
  const shared = { ports, statements, metrics: webMetrics(context), plugins };
  const apps: FastifyInstance[] = [];
  for (const domain of domains) {
    const subgraph = await newSubgraph(context, { domain, ...shared });
    release(`subgraph ${domain}`, () => subgraph.close());
    await listen(subgraph.app, config.host, subgraphPort(config.ports.subgraphs, domain), "SUBGRAPH_PORT");
    apps.push(subgraph.app);
  }
  release("callers", () => settle(apps, config.settleMs));
}

function domainsOf(args: readonly string[]): readonly FurnishedDomain[] {
  if (args.length === 0) return furnishedDomains;
  return args.map((name) => {
    const known = furnishedDomains.find((domain) => domain === name);
    if (!known) throw new GxError("USAGE", `subgraphs: ${name} is not one of ${furnishedDomains.join(", ")}`);
    return known;
  });
}

/** Ready: the database answers and has the tables that these sources know. Redis is not needed: mutations go on. */
function watchReadiness({ health }: ProcessContext, database: Database): void {
  let migrated = false;
  health.check("migrations", async () => {
    if (migrated) return;
    const pending = await pendingMigrations((sql) => database.query("migrations", sql));
    if (pending.length > 0) throw new Error(`${pending.length} are missing; run: npm run gx -- migrate`);
    migrated = true;
  });
  health.check("database", async () => {
    try {
      await database.query("health", "select block from read.checkpoint");
    } catch (error) {
      // What comes back in its place may be older.
      migrated = false;
      throw error;
    }
  });
}
