// How far the read models are, as this process knows it: a block whose rows are there. Waits for blocks and for commands.
// Never lets anybody wait beyond the deadline it came with, nor more than a hundred at a time.
import pg from "pg";
import type { Database } from "./database.js";
import type { Logger } from "./log.js";
import { pause } from "./pause.js";

/** NOTIFY channel on which each transaction that moves the checkpoint tells its block. */
export const BLOCK_CHANNEL = "gx_block";

/** What a read wants to see: a block, or the end of a command. */
export type Target = number | string;

/** The rows are not there in time. */
export class Behind extends Error {
  /** Blocks that are missing; null for a command that no block holds yet. */
  readonly distance: number | null;
  constructor(distance: number | null) {
    super("The read models have not reached the point asked for.");
    this.distance = distance;
  }
}
/** There is no command of that id. */
export class UnknownCommand extends Error {}

export interface Watermark {
  /** The highest block that is known to be there; -1 before the first. */
  block(): number;
  /**
   * Resolves when the rows are there, or when the command has FAILED and there will be none.
   * @throws Behind, at the deadline (Unix milliseconds) or at once where waiting is in vain; UnknownCommand.
   */
  reach(target: Target, deadline: number): Promise<void>;
  close(): Promise<void>;
}

export interface WatermarkOptions {
  readonly url: string;
  readonly database: Database;
  readonly log: Logger;
}

const LOOK_MS = 1_000;
/** While somebody waits: notifications may be lost, and a command that fails tells nobody. */
const LOOK_MS_WHILE_WAITED = 100;
const MOST_WAITING = 100;
/** Blocks further ahead of the chain than this come in no request's time. */
const FAR = 1_000;
const RECONNECT_MS = 250;

interface Waiter {
  readonly target: Target;
  /** What is missing; undefined before it was looked at. */
  distance: number | null | undefined;
  readonly end: (error?: Error) => void;
}

interface Looked {
  readonly block: string;
  readonly height: string | null;
  readonly commands: Readonly<Record<string, { status: string; block: number | null }>> | null;
}
const LOOK = `select c.block, h.height,
    (select jsonb_object_agg(id, jsonb_build_object('status', status, 'block', block)) from app.command
      where id = any($1::uuid[])) as commands
  from read.checkpoint c left join read.chain_head h on true`;

export function openWatermark({ url, database, log }: WatermarkOptions): Watermark {
  let block = -1;
  const waiters = new Set<Waiter>();
  const raise = (to: number) => void (block = Math.max(block, to));

  const look = async () => {
    const asked = [...waiters];
    const ids = asked.map(({ target }) => target).filter((target) => typeof target === "string");
    const { rows } = await database.query<Looked>("watermark", LOOK, [ids]);
    const [found] = rows;
    if (!found) return;
    raise(Number(found.block));
    for (const waiter of asked) judge(waiter, found, block);
  };
  const looking = repeated(look, () => (waiters.size > 0 ? LOOK_MS_WHILE_WAITED : LOOK_MS));
  const listening = listen(url, log, {
    // The database may be another one now: what was known of the one before is worth nothing.
    connected: (to) => void (block = to),
    told: (to) => {
      raise(to);
      if (waiters.size > 0) looking.now();
    },
  });

  return {
    block: () => block,
    reach: (target, deadline) => {
      if (typeof target === "number" && target <= block) return Promise.resolve();
      if (waiters.size >= MOST_WAITING) return Promise.reject(new Behind(distanceOf(target, block)));
      return new Promise<void>((resolve, reject) => {
        const end = (error?: Error) => {
          clearTimeout(timer);
          waiters.delete(waiter);
          if (error) reject(error);
          else resolve();
        };
        const waiter: Waiter = { target, distance: undefined, end };
        const late = () => end(new Behind(waiter.distance === undefined ? distanceOf(target, block) : waiter.distance));
        const timer = setTimeout(late, Math.max(0, deadline - Date.now()));
        waiters.add(waiter);
        looking.now();
      });
    },
    close: async () => {
      looking.stop();
      for (const waiter of waiters) waiter.end(new Behind(null));
      await listening.stop();
    },
  };
}

const distanceOf = (target: Target, block: number): number | null =>
  typeof target === "number" ? Math.max(0, target - block) : null;

/** Ends the waiting that has an end. */
function judge(waiter: Waiter, { height, commands }: Looked, block: number): void {
  const { target } = waiter;
  if (typeof target === "number") {
    waiter.distance = distanceOf(target, block);
    if (target <= block) waiter.end();
    else if (target > Math.max(Number(height ?? 0), block + 1) + FAR) waiter.end(new Behind(waiter.distance));
    return;
  }
  const command = commands?.[target];
  if (!command) return waiter.end(new UnknownCommand(`there is no command ${target}`));
  const { status } = command;
  // An outcome is written with the rows of its block.
  if (status === "COMMITTED" || status === "REFUSED" || status === "FAILED") return waiter.end();
  waiter.distance = null;
}

/** Runs `work` again and again, one at a time, `everyMs` after its end, or at once when asked. Failures wait for the next time. */
function repeated(work: () => Promise<void>, everyMs: () => number): { now: () => void; stop: () => void } {
  let timer: NodeJS.Timeout | undefined;
  let running = false;
  let again = false;
  let stopped = false;
  const run = async () => {
    clearTimeout(timer);
    if (running || stopped) return void (again = true);
    running = true;
    again = false;
    await work().catch(() => undefined);
    running = false;
    if (again) void run();
    else if (!stopped) timer = setTimeout(() => void run(), everyMs()).unref();
  };
  void run();
  return {
    now: () => void run(),
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

interface Heard {
  connected(block: number): void;
  told(block: number): void;
}

/** Hears of blocks on a connection of its own, made anew whenever it breaks. */
function listen(url: string, log: Logger, heard: Heard): { stop: () => Promise<void> } {
  const stopping = new AbortController();
  let client: pg.Client | undefined;
  const connect = async () => {
    const made = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000, keepAlive: true });
    client = made;
    const broken = new Promise<void>((resolve) => {
      made.on("error", () => resolve());
      made.on("end", () => resolve());
    });
    made.on("notification", ({ payload }) => heard.told(Number(payload)));
    try {
      // A client that is ended while it connects settles neither way.
      await Promise.race([made.connect(), broken]);
      await made.query(`listen ${BLOCK_CHANNEL}`);
      const { rows } = await made.query<{ block: string }>("select block from read.checkpoint");
      heard.connected(Number(rows[0]?.block ?? -1));
      await broken;
    } catch (error) {
      log.debug({ error }, "Not listening to blocks");
    }
    await made.end().catch(() => undefined);
  };
  const work = (async () => {
    while (!stopping.signal.aborted) {
      await connect();
      await pause(RECONNECT_MS, stopping.signal);
    }
  })();
  return {
    stop: async () => {
      stopping.abort();
      await client?.end().catch(() => undefined);
      await work;
    },
  };
}
