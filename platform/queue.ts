// BullMQ: one queue per signing role. Jobs carry an id, and a name for people; they wake a worker and show on the board.
// Never let anything depend on Redis: what must happen stands in the database, and Redis may be away or come back empty.
import { randomUUID } from "node:crypto";
import { Queue, Worker, type JobsOptions } from "bullmq";
import type { Redis } from "ioredis";
import { between } from "./boundary.js";
import { GxError, messageOf } from "./errors.js";
import type { Logger } from "./log.js";
import type { Metrics } from "./metrics.js";
import { openRedis } from "./redis.js";

/** With BullMQ's defaults, adding the id of a finished job again would be a silent no-op. */
const jobOptions = (id: string): JobsOptions => ({
  jobId: id,
  attempts: 1,
  removeOnComplete: true,
  removeOnFail: true,
});
/** A key that is set once and only a loss of everything removes. */
const EPOCH = "gx:queue:epoch";
const ANSWER_MS = 1_000;
const RECONNECT_MS = 250;
const CONNECT_AT_START_MS = 2_000;

// ---------------------------------------------------------------- producer

/** A command that waits for a worker. */
export interface Waiting {
  readonly id: string;
  /** The name on the wire, with the domain. */
  readonly name: string;
}

/** What the board shows: `transfer …9e4a5b79`. Ids of one minute differ only at their end. */
const jobName = ({ id, name }: Waiting): string => `${name.slice(name.indexOf(".") + 1)} …${id.slice(-8)}`;

export interface Producer {
  /**
   * Adds a job for each command to the role's queue. Fails fast and never throws: false = not all were added; the rows are found
   * by the worker's own look into the table.
   */
  wake(role: string, commands: readonly Waiting[]): Promise<boolean>;
  close(): Promise<void>;
}

export interface QueueOptions {
  url: string;
  log: Logger;
}

export function openProducer({ url, log, metrics }: QueueOptions & { metrics: Metrics }): Producer {
  const failed = metrics.counter("command_enqueue_failed_total", "Commands whose job was not added.", ["role"]);
  // Nothing is kept back while Redis is away: a job that comes minutes later would only repeat what the table says.
  const client = connect(
    { url, log },
    { enableOfflineQueue: false, maxRetriesPerRequest: 1, commandTimeout: ANSWER_MS },
  );
  const queues = new Map<string, Queue>();
  const queueOf = (role: string) => {
    const known = queues.get(role);
    if (known) return known;
    const queue = new Queue(role, { connection: client, skipMetasUpdate: true });
    queue.on("error", () => undefined);
    queues.set(role, queue);
    return queue;
  };
  const add = async (role: string, commands: readonly Waiting[]) => {
    if (client.status !== "ready") throw new Error("Redis is away");
    const jobs = commands.map((command) => {
      const { id } = command;
      return { name: jobName(command), data: { id }, opts: jobOptions(id) };
    });
    await between("queue", "add", () => within(ANSWER_MS, queueOf(role).addBulk(jobs)));
  };
  return {
    wake: async (role, commands) => {
      try {
        await add(role, commands);
        return true;
      } catch (error) {
        log.debug({ role, error }, "Jobs not added");
        failed.inc({ role }, commands.length);
        // A queue whose first connection broke would stay broken.
        queues.delete(role);
        return false;
      }
    },
    close: () => {
      client.disconnect();
      return Promise.resolve();
    },
  };
}

// ---------------------------------------------------------------- consumer

export interface Consumer {
  /** Takes jobs whenever Redis is there, until the returned function is called; it leaves unfinished jobs to the next taker. */
  take(options: TakeOptions): () => Promise<void>;
  /** @throws when Redis is away or may evict keys. */
  probe(): Promise<void>;
  /**
   * The same text as long as Redis has lost nothing: another one tells that it was flushed or came back empty. Undefined while
   * it is away.
   */
  epoch(): Promise<string | undefined>;
  /** Jobs of the queue by BullMQ's states. */
  counts(): Promise<Record<string, number>>;
  close(): void;
}

export interface TakeOptions {
  /** Jobs at a time. */
  concurrency: number;
  /** A job ends when this resolves. */
  handle: (id: string) => Promise<void>;
}

/**
 * The receiving end of one queue. Redis may be away.
 * @throws GxError EVICTING_REDIS when it is there and its maxmemory-policy is not noeviction.
 */
export async function openConsumer({ url, queue, log }: QueueOptions & { queue: string }): Promise<Consumer> {
  const client = connect({ url, log }, { maxRetriesPerRequest: null });
  const probe = async () => {
    if (client.status !== "ready") throw new Error("Redis is away");
    refuseEviction(await within(ANSWER_MS, client.info("memory")));
  };
  await isReady(client, CONNECT_AT_START_MS);
  try {
    if (client.status === "ready") await probe();
  } catch (error) {
    // One that does not answer in time is away.
    if (error instanceof GxError) {
      client.disconnect();
      throw error;
    }
  }
  const counting = new Queue(queue, { connection: client, skipMetasUpdate: true });
  counting.on("error", () => undefined);
  return {
    take: (options) => takeJobs(client, queue, options),
    probe,
    epoch: () => epochOf(client).catch(() => undefined),
    counts: () => within(ANSWER_MS, counting.getJobCounts()),
    close: () => client.disconnect(),
  };
}

async function epochOf(client: Redis): Promise<string | undefined> {
  if (client.status !== "ready") return undefined;
  await between("queue", "epoch", () => within(ANSWER_MS, client.set(EPOCH, randomUUID(), "NX")));
  return (await within(ANSWER_MS, client.get(EPOCH))) ?? undefined;
}

function takeJobs(client: Redis, queue: string, options: TakeOptions): () => Promise<void> {
  let worker: Worker<{ id: string }> | undefined;
  const start = () => {
    // One that met an outage while it started ends by itself.
    if (!worker?.isRunning()) worker = newWorker(client, queue, options);
  };
  client.on("ready", start);
  if (client.status === "ready") start();
  return async () => {
    client.off("ready", start);
    // Forced: waiting for the running jobs would be waiting for the ledger.
    await within(ANSWER_MS, worker?.close(true) ?? Promise.resolve()).catch(() => undefined);
  };
}

function newWorker(client: Redis, queue: string, { concurrency, handle }: TakeOptions): Worker<{ id: string }> {
  const worker = new Worker<{ id: string }>(queue, ({ data }) => handle(data.id), {
    connection: client,
    concurrency,
    // The defaults leave the jobs of a killed worker alone for 30 s, and fail them for good the second time.
    lockDuration: 5_000,
    stalledInterval: 2_000,
    maxStalledCount: 1_000_000,
    // Seconds of one blocking call; a call that an outage has left hanging is given up a second later.
    drainDelay: 1,
    runRetryDelay: RECONNECT_MS,
  });
  // Connection errors are logged once, by the connection.
  worker.on("error", () => undefined);
  return worker;
}

function refuseEviction(info: string): void {
  const policy = /^maxmemory_policy:(\S+)/m.exec(info)?.[1];
  if (policy === "noeviction") return;
  throw new GxError(
    "EVICTING_REDIS",
    `Redis of the queues (REDIS_URL) has maxmemory-policy ${policy ?? "unknown"} and may drop jobs; ` +
      "set it to noeviction: redis-cli config set maxmemory-policy noeviction",
  );
}

// ---------------------------------------------------------------- spectator

/** Queues to be looked at. A look fails fast while Redis is away. */
export interface Spectator {
  readonly queues: readonly Queue[];
  close(): void;
}

/** @throws GxError UNAVAILABLE while Redis is away. */
export async function openSpectator({ url, log }: QueueOptions, names: readonly string[]): Promise<Spectator> {
  const client = connect(
    { url, log },
    { enableOfflineQueue: false, maxRetriesPerRequest: 1, commandTimeout: ANSWER_MS },
  );
  await isReady(client, CONNECT_AT_START_MS);
  if (client.status !== "ready") {
    client.disconnect();
    throw new GxError("UNAVAILABLE", "Redis is away.", { public: true });
  }
  const queues = names.map((name) => new Queue(name, { connection: client, skipMetasUpdate: true }));
  for (const queue of queues) queue.on("error", () => undefined);
  return { queues, close: () => client.disconnect() };
}

// ---------------------------------------------------------------- connection

interface ConnectOptions {
  enableOfflineQueue?: boolean;
  maxRetriesPerRequest: number | null;
  commandTimeout?: number;
}

function connect({ url, log }: QueueOptions, options: ConnectOptions): Redis {
  const client = openRedis(url, { ...options, connectTimeout: 2_000, retryStrategy: () => RECONNECT_MS });
  let away = false;
  client.on("error", (error) => {
    if (!away) log.warn({ detail: messageOf(error) }, "Redis connection error");
    away = true;
  });
  client.on("ready", () => {
    if (away) log.info("Redis is back");
    away = false;
  });
  return client;
}

/** Waits for the first connection, but not for ever. */
async function isReady(client: Redis, milliseconds: number): Promise<void> {
  if (client.status === "ready") return;
  const ready = new Promise<void>((resolve) => client.once("ready", () => resolve()));
  await within(milliseconds, ready).catch(() => undefined);
}

async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${milliseconds} ms`)), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
