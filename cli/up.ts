// gx up: the whole system of one home on this machine, from nothing to ready, watched over until it is stopped.
// Development only. Never leave anything that the next start cannot use or clear.
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { readConfig, type Config } from "../platform/config.js";
import { statementSecret } from "../platform/devkeys.js";
import { GxError } from "../platform/errors.js";
import { isOnNetwork, standOnNetwork } from "../platform/ledger-in-use.js";
import { removePostgres } from "./ground/postgres.js";
import { removeRedis } from "./ground/redis.js";
import { bringUp } from "./network/up.js";
import { openBoard, type Board } from "./system/board.js";
import { entranceLines } from "./system/entrance.js";
import { setUpOnce } from "./system/first-run.js";
import { checkPorts, endLeftovers } from "./system/leftovers.js";
import { takeLock } from "./system/lock.js";
import { stepsOf, type Part, type Step } from "./system/part.js";
import { removePid, sweepPids, writePid } from "./system/pidfile.js";
import { openSystem, type System } from "./system/system.js";
import { watchSources } from "./system/watch.js";
import { UsageError } from "./usage.js";

interface Options {
  network?: boolean;
  fresh?: boolean;
  empty?: boolean;
  demo?: boolean;
  only?: string;
  watch?: boolean;
}

export function register(program: Command): void {
  program
    .command("up")
    .description("Start the whole system on this machine and keep it running until Ctrl-C.")
    .option("--network", "on the Fabric network of `gx network`, which is started when it does not run; it stays so")
    .option(
      "--fresh",
      "start empty: data, wallets, keys and logs of GX_HOME are removed first; a network keeps its chain",
    )
    .option("--empty", "leave an empty ledger empty: no bootstrap, no countries")
    .option("--demo", "fill the ledger with six people and their payments")
    .option("--only <parts>", "only these parts, separated by commas")
    .option("--watch", "build again and restart what a change belongs to")
    .action(up);
}

async function up(options: Options): Promise<void> {
  const found = readConfig();
  if (found.env !== "development") {
    throw new GxError("DEVELOPMENT_ONLY", `GX_ENV is ${found.env}: gx up is for development, elsewhere use gx start`);
  }
  const unlock = takeLock(found.home);
  try {
    const config = onChosenLedger(found, options);
    refuseDemoWithoutLedger(config, options);
    const steps = chosenSteps(config, options.only);
    const parts = steps.filter((step): step is Part => !("run" in step));
    await clearTheWay(config, parts, options.fresh === true);
    if (config.onOwnNetwork && options.only === undefined) await bringUp(config, { fresh: false });
    writePid(config.home, "up", process.pid, 0);
    statementSecret(config);
    await runUntilStopped({ config, steps, parts, options });
  } finally {
    removePid(found.home, "up", process.pid);
    // A part that was killed could not remove the files of what it had started itself.
    sweepPids(found.home);
    unlock();
  }
  // Sockets of the start may still linger; everything that matters has ended.
  process.exit();
}

/** A home stays on the ledger that its database shows; only an empty start changes it. */
function onChosenLedger(found: Config, { network = false, fresh = false }: Options): Config {
  const { home, onOwnNetwork } = found;
  if (network && !onOwnNetwork) refuseBesideOther(found, fresh);
  const changes = network || (fresh && isOnNetwork(home));
  if (!changes) return found;
  standOnNetwork(home, network);
  return readConfig();
}

function refuseBesideOther({ home, embedded }: Config, fresh: boolean): void {
  if (!embedded.ledger) throw new UsageError("--network: FABRIC_PROFILE is set; choose one");
  if (fresh || !existsSync(join(home, "ledger"))) return;
  throw new GxError("OTHER_LEDGER", `${home} stands on its development ledger; start empty with: ${FRESH_NETWORK}`);
}

const FRESH_NETWORK = "npm run gx -- up --network --fresh";

function refuseDemoWithoutLedger({ embedded, onOwnNetwork }: Config, { demo, empty, only }: Options): void {
  if (!demo) return;
  if (empty) throw new UsageError("--demo fills the ledger, --empty leaves it empty: choose one");
  if (only !== undefined) throw new UsageError("--demo needs the whole system: leave --only out");
  if (embedded.ledger || onOwnNetwork) return;
  throw new UsageError("--demo fills a ledger of this machine only, FABRIC_PROFILE is set");
}

function chosenSteps(config: Config, only: string | undefined): Step[] {
  const steps = stepsOf(config);
  if (only === undefined) return steps;
  const asked = only.split(",").map((name) => name.trim());
  const names = steps.map(({ name }) => name);
  const unknown = asked.filter((name) => !names.includes(name));
  if (unknown.length > 0) throw new UsageError(`--only: ${unknown.join(", ")} is not one of ${names.join(", ")}`);
  return steps.filter((step) => asked.includes(step.name) || ("run" in step && asked.includes(step.for)));
}

async function clearTheWay(config: Config, parts: readonly Part[], fresh: boolean): Promise<void> {
  if (fresh) refuseFreshOutside(config);
  const ended = await endLeftovers(config, fresh);
  if (ended.length > 0) console.log(`Ended what an earlier start left: ${ended.join(", ")}`);
  if (fresh) removeData(config.home);
  await checkPorts(config, parts);
}

function refuseFreshOutside({ embedded, onOwnNetwork }: Config): void {
  const outside = [
    ...(embedded.postgres ? [] : ["DATABASE_URL"]),
    ...(embedded.redis ? [] : ["REDIS_URL"]),
    ...(embedded.ledger || onOwnNetwork ? [] : ["FABRIC_PROFILE"]),
  ];
  if (outside.length === 0) return;
  throw new GxError(
    "FRESH",
    `--fresh clears only what is embedded; ${outside.join(", ")} is outside: empty that yourself`,
  );
}

function removeData(home: string): void {
  removePostgres(home);
  removeRedis(home);
  for (const folder of ["ledger", "wallets", "keys", "logs", "pids"]) {
    rmSync(join(home, folder), { recursive: true, force: true });
  }
}

interface Session {
  config: Config;
  steps: readonly Step[];
  parts: readonly Part[];
  options: Options;
}

async function runUntilStopped({ config, steps, parts, options }: Session): Promise<void> {
  const board = openBoard(steps);
  const system = openSystem(config.home, steps, board);
  const stopped = stopSignal(system, board);
  let unwatch: () => void = () => undefined;
  try {
    const running = stand({ config, steps, parts, options }, system, board);
    await Promise.race([running, stopped]);
    if (options.watch) unwatch = watchSources({ root: config.root, system, say: board.say });
    await stopped;
  } finally {
    unwatch();
    const begin = Date.now();
    board.done();
    await system.stop();
    board.say(`Stopped in ${((Date.now() - begin) / 1_000).toFixed(1)} s`);
  }
}

async function stand({ config, parts, options }: Session, system: System, board: Board): Promise<void> {
  await system.start();
  board.done();
  const needed = config.onOwnNetwork ? ["gateway", "submitter"] : ["gateway", "ledger"];
  const whole = needed.every((name) => parts.some((part) => part.name === name));
  const gateway = `http://127.0.0.1:${config.ports.gateway}/graphql`;
  if (whole && !options.empty) await setUpOnce({ config, gateway, say: board.say });
  if (options.demo) {
    const { fillDemo } = await import("./demo-data.js");
    await fillDemo({ gateway, home: config.home, say: board.say });
  }
  const entrance = parts.some(({ name }) => name === "gateway") ? entranceLines(config) : ["GX is ready"];
  const fresh = config.onOwnNetwork ? FRESH_NETWORK : "npm start -- --fresh";
  const stop = `Stop with Ctrl-C. Data stays in ${shown(config.home)}; start empty with: ${fresh}`;
  // At once: who waits for the first line finds the others too.
  board.say([...entrance, stop].join("\n"));
}

function shown(home: string): string {
  const below = `${process.cwd()}/`;
  return home.startsWith(below) ? home.slice(below.length) : home;
}

/** Resolves at the first signal; the second kills everything at once. */
function stopSignal(system: System, board: Board): Promise<void> {
  return new Promise((resolve) => {
    let signals = 0;
    for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.on(name, () => {
        signals += 1;
        if (signals === 1) {
          board.done();
          board.say("Stopping; once more kills");
          resolve();
          return;
        }
        system.kill();
        process.exitCode = 1;
      });
    }
  });
}
