// Keeps one part running: starts it, waits until it is ready, starts it again with back-off when it dies.
import { setTimeout as sleep } from "node:timers/promises";
import { GxError, messageOf } from "../../platform/errors.js";
import { openLogFile, tailOf, type LogFile } from "./logfile.js";
import type { Part } from "./part.js";
import { removePid, writePid } from "./pidfile.js";
import type { Running } from "./running.js";

export interface Supervised {
  part: Part;
  /** Resolves when the part is ready for the first time; rejects when it cannot be. */
  ready: Promise<void>;
  /** Ends the part and lets it start again. */
  restart(): Promise<void>;
  stop(): Promise<void>;
  kill(): void;
}

export interface Watcher {
  home: string;
  /** A line for people. */
  say: (line: string) => void;
  /** Also told again and again what a part that starts still waits for. */
  changed: (part: Part, state: "starting" | "ready" | "failed" | "stopped", detail?: string) => void;
}

const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 5_000;
/** After so long a life the next death counts as the first again. */
const STEADY_MS = 30_000;
const READY_LIMIT_MS = 60_000;
/** A part that was never ready and dies so often is wrong, not unlucky. */
const FIRST_ATTEMPTS = 3;

interface Keeper extends Watcher {
  part: Part;
  log: LogFile;
  stopping: AbortController;
  running: Running | undefined;
  /** Somebody asked for the end of this life: the next one starts at once. */
  restarting: boolean;
  wasReady: boolean;
}

export function supervise(part: Part, watcher: Watcher): Supervised {
  const log = openLogFile(watcher.home, part.name);
  const state = { stopping: new AbortController(), running: undefined, restarting: false, wasReady: false };
  const keeper: Keeper = { ...watcher, ...state, part, log };
  let over: Promise<void> = Promise.resolve();
  const ready = new Promise<void>((resolve, reject) => {
    over = keep(keeper, resolve).catch((error: unknown) => {
      keeper.changed(part, "failed", messageOf(error).split("\n", 1)[0]);
      reject(error instanceof Error ? error : new Error(messageOf(error)));
    });
  });
  ready.catch(() => undefined);
  return {
    part,
    ready,
    restart: async () => {
      keeper.restarting = true;
      await keeper.running?.stop();
    },
    stop: async () => {
      keeper.stopping.abort();
      await keeper.running?.stop();
      // Also waits for a start that is just under way: what it brings up must not outlive us.
      await over;
      log.close();
      keeper.changed(part, "stopped");
    },
    kill: () => {
      keeper.stopping.abort();
      keeper.running?.kill();
    },
  };
}

async function keep(keeper: Keeper, onReady: () => void): Promise<void> {
  const { part, stopping, say } = keeper;
  let wait = FIRST_WAIT_MS;
  for (let attempt = 1; ; attempt += 1) {
    const begin = Date.now();
    const reason = await live(keeper, onReady).catch((error: unknown) => {
      // What no repetition mends is said once.
      if (!keeper.wasReady && error instanceof GxError && error.retry === "never") throw error;
      return messageOf(error);
    });
    keeper.running = undefined;
    if (stopping.signal.aborted) return;
    if (!keeper.wasReady && attempt === FIRST_ATTEMPTS) throw notStarted(keeper, reason);
    if (keeper.restarting) {
      keeper.restarting = false;
      continue;
    }
    if (Date.now() - begin > STEADY_MS) wait = FIRST_WAIT_MS;
    say(`${part.name} ended (${reason}), starting it again in ${wait / 1_000} s`);
    await sleep(wait, undefined, { signal: stopping.signal }).catch(() => undefined);
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  }
}

/** One life of a part, from its start to its end; resolves with the reason of the end. */
async function live(keeper: Keeper, onReady: () => void): Promise<string> {
  const { home, part, log, stopping } = keeper;
  keeper.changed(part, "starting");
  const running = (keeper.running = await part.start(log.write));
  writePid(home, part.name, running.pid, part.port);
  if (stopping.signal.aborted) await running.stop();
  let reason: string | undefined;
  const exited = running.exited.then((why) => (reason ??= why));
  const limit = Date.now() + READY_LIMIT_MS;
  const missing = await waitReady(keeper, () => reason !== undefined || (!keeper.wasReady && Date.now() > limit));
  if (reason === undefined && missing !== undefined) {
    reason = `not ready within ${READY_LIMIT_MS / 1_000} s: ${missing}`;
    await running.stop();
  } else if (reason === undefined) {
    if (keeper.wasReady) keeper.say(`${part.name} is ready again`);
    keeper.wasReady = true;
    keeper.changed(part, "ready");
    onReady();
  }
  await exited;
  removePid(home, part.name, running.pid);
  return reason ?? "ended";
}

function notStarted({ home, part }: Keeper, reason: string): GxError {
  const said = tailOf(home, part.name);
  return new GxError("START", `${part.name} did not start: ${reason}${said ? `\n  ${said}` : ""}`);
}

/** Asks again and again until a part is ready. Resolves with what is missing when `until` comes first. */
async function waitReady({ part, changed }: Keeper, until: () => boolean): Promise<string | undefined> {
  for (;;) {
    const missing = await part.notReady();
    if (missing === undefined || until()) return missing;
    changed(part, "starting", missing);
    await sleep(50);
  }
}
