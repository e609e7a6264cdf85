// How every process begins and ends: settings, log, metrics, health; ordered start, drain on a signal, release in reverse.
// Never swallow a defect: it is logged once and the process ends with 1.
import { existsSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { readConfig, type Config, type ProcessName } from "./config.js";
import { GxError, messageOf } from "./errors.js";
import { createHealth, opsRoutes, type Health, type HealthControl, type OpsRoutes } from "./health.js";
import { createLog, type Logger } from "./log.js";
import { createMetrics, type Metrics } from "./metrics.js";
import { serviceName } from "./service-name.js";

/** What the main of a process gets. */
export interface ProcessContext {
  config: Config;
  log: Logger;
  metrics: Metrics;
  health: Health;
  /** /livez, /readyz and /metrics for a process with an HTTP server of its own; mount them unless `config.opsPort` is set. */
  ops: OpsRoutes;
  /** Adds a step of the drain. Steps run one after the other, the last added first. */
  release: (name: string, step: () => void | Promise<void>) => void;
}

/** Starts the work and returns when it stands; the process then lives until a signal. */
export type ProcessMain = (context: ProcessContext, args: string[]) => Promise<void>;

export interface RunOptions {
  args?: string[];
  /** Port of health and metrics where the process has no HTTP server of its own. GX_OPS_PORT wins. */
  opsPort?: (config: Config) => number | undefined;
}

/**
 * Runs a process to its end. Resolves with the exit status after the drain: 0, or 1 when it failed or something was left.
 * @throws SettingsError before anything was started.
 */
export async function run(name: ProcessName, main: ProcessMain, options: RunOptions = {}): Promise<number> {
  const config = readConfig(undefined, name);
  const service = serviceName(name, options.args ?? []);
  const identity = { service, environment: config.env, version: config.version };
  const log = createLog({ ...identity, level: config.logLevel });
  const metrics = createMetrics({ ...identity, ...builtFrom(config) });
  const health = createHealth(config.version);
  health.fact("memoryBytes", () => process.memoryUsage.rss());
  metrics.gauge("gx_ready", "1 when /readyz answers 200.", [], (gauge) => gauge.set(health.ready() ? 1 : 0));
  const ops = opsRoutes(health, metrics);
  const steps: Step[] = [];
  const release: ProcessContext["release"] = (step, act) => void steps.push({ name: step, act });
  endOnDefect(log);
  const signal = firstSignal(log);
  try {
    const port = config.opsPort ?? options.opsPort?.(config);
    if (port !== undefined) release("health and metrics", await serveOps(ops, config.host, port));
    const standing = main({ config, log, metrics, health, ops, release }, options.args ?? []).then(() => {
      health.started();
      log.info("Process started");
    });
    await Promise.race([standing, signal]);
    await signal;
  } catch (error) {
    log.fatal({ error }, "Process could not start");
    await drain({ log, health, steps, limitMs: config.drainMs });
    return 1;
  }
  return drain({ log, health, steps, limitMs: config.drainMs });
}

interface Step {
  name: string;
  act: () => void | Promise<void>;
}

interface Draining {
  log: Logger;
  health: HealthControl;
  steps: Step[];
  limitMs: number;
}

async function drain({ log, health, steps, limitMs }: Draining): Promise<number> {
  health.draining();
  let failed = false;
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<"late">((resolve) => (timer = setTimeout(() => resolve("late"), limitMs)));
  const left = [...steps];
  for (let step = left.at(-1); step !== undefined; step = left.at(-1)) {
    const outcome = await Promise.race([attempt(step), limit]);
    if (outcome === "late") {
      log.error({ left: left.map(({ name }) => name) }, "Drain took too long");
      return 1;
    }
    if (outcome !== "done") {
      failed = true;
      log.error({ error: outcome.error, step: step.name }, "Release failed");
    }
    left.pop();
  }
  clearTimeout(timer);
  health.close();
  log.info("Process ended");
  return failed ? 1 : 0;
}

async function attempt({ act }: Step): Promise<"done" | { error: unknown }> {
  try {
    await act();
    return "done";
  } catch (error) {
    return { error };
  }
}

/** The second signal is for people who do not want to wait. */
function firstSignal(log: Logger): Promise<void> {
  return new Promise((resolve) => {
    let signals = 0;
    for (const name of ["SIGTERM", "SIGINT"] as const) {
      process.on(name, () => {
        signals += 1;
        if (signals > 1) process.exit(1);
        log.info({ signal: name }, "Process draining");
        resolve();
      });
    }
  });
}

function endOnDefect(log: Logger): void {
  const end = (error: unknown) => {
    log.fatal({ error }, "Unexpected error");
    process.exit(1);
  };
  process.once("uncaughtException", end);
  process.once("unhandledRejection", end);
}

/** Answers health and metrics on a port of their own until the returned function is called. @throws GxError PORT */
export async function serveOps(ops: OpsRoutes, host: string, port: number): Promise<() => Promise<void>> {
  const server = createServer((request, response) => {
    if (!ops(request, response)) response.writeHead(404).end();
  });
  await listening(server, host, port);
  return () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
}

async function listening(server: Server, host: string, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const failed = (error: Error) =>
      reject(
        new GxError("PORT", `health and metrics cannot listen on ${host}:${port}: ${messageOf(error)}`, {
          cause: error,
        }),
      );
    server.once("error", failed);
    server.listen(port, host, () => {
      server.off("error", failed);
      resolve();
    });
  });
}

/** Hashes that the build left behind; sources run without a build say so. */
export function builtFrom(config: Config): { digest: string; catalogue: string } {
  const file = join(config.root, "dist", ".build.json");
  if (!existsSync(file)) return { digest: "unbuilt", catalogue: "unbuilt" };
  const built = JSON.parse(readFileSync(file, "utf8")) as { digest?: string; catalogue?: string };
  return { digest: built.digest ?? "unbuilt", catalogue: built.catalogue ?? "unbuilt" };
}
