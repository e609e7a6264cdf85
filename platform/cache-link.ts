// The connection to the cache Redis: which server process it speaks to, short time-outs, and a breaker.
// Never lets a caller wait for a Redis that did not answer the last time: it is asked in the background until it does.
import { ReplyError, type Redis } from "ioredis";
import { messageOf } from "./errors.js";
import type { Logger } from "./log.js";
import { openRedis } from "./redis.js";

const AGAIN_MS = 250;
/** So many looks in vain, and the connection is made anew: it may be half open. */
const LOOKS = 8;

export interface LinkOptions {
  readonly url: string;
  readonly log: Logger;
  /** Milliseconds for one answer. */
  readonly answerMs: number;
}

export interface Link {
  /** Run id of the Redis process at the other end; undefined while it is away, too slow or not to be trusted. */
  server(): string | undefined;
  /** @throws whatever went wrong; the link is away then, unless Redis itself refused, until a look in the background succeeds. */
  run<T>(command: (client: Redis) => Promise<T>): Promise<T>;
  /** Why `server` is undefined, or "connected". */
  state(): string;
  close(): void;
}

/** Redis of a single address; `seen` is called with each server process that was found. */
export function openLink({ url, log, answerMs }: LinkOptions, seen: (server: string) => void = () => undefined): Link {
  const client = openRedis(url, {
    ...{ enableOfflineQueue: false, autoResendUnfulfilledCommands: false, maxRetriesPerRequest: 0 },
    ...{ commandTimeout: answerMs, connectTimeout: 2_000, retryStrategy: () => AGAIN_MS },
  });
  let server: string | undefined;
  let state = "away";
  let timer: NodeJS.Timeout | undefined;
  let vain = 0;
  const away = (why: string, error?: unknown) => {
    if (state === "connected") log.warn({ detail: error === undefined ? why : messageOf(error) }, "Cache is away");
    server = undefined;
    state = why;
  };
  const lookSoon = () => void (timer ??= setTimeout(() => void look(), AGAIN_MS).unref());
  const look = async () => {
    clearTimeout(timer);
    timer = undefined;
    if (client.status !== "ready") return;
    try {
      found(await client.info());
    } catch (error) {
      away("slow", error);
      vain += 1;
      if (vain % LOOKS === 0) client.disconnect(true);
      else lookSoon();
    }
  };
  const found = (info: string) => {
    vain = 0;
    const of = (name: string) => new RegExp(`^${name}:(\\S+)`, "m").exec(info)?.[1];
    const policy = of("maxmemory_policy");
    if (policy !== "noeviction" && of("maxmemory") !== "0") {
      // A tag that is dropped before its value would make a stale value good.
      if (state !== "evicts keys")
        log.warn({ detail: policy }, "Cache is not used: its maxmemory-policy must be noeviction");
      return away("evicts keys");
    }
    const id = of("run_id");
    if (id === undefined) return away("tells no run id");
    if (state !== "connected") log.info("Cache is connected");
    [server, state] = [id, "connected"];
    seen(id);
  };
  client.on("error", (error) => away("away", error));
  client.on("close", () => away("away"));
  client.on("ready", () => void look());
  return {
    server: () => server,
    run: async (command) => {
      try {
        return await command(client);
      } catch (error) {
        // A Redis that says no (memory full, read-only) is there: whoever asked goes without.
        if (error instanceof ReplyError) throw error;
        away("slow", error);
        lookSoon();
        throw error;
      }
    },
    state: () => state,
    close: () => {
      clearTimeout(timer);
      client.removeAllListeners("ready").removeAllListeners("close");
      client.disconnect();
    },
  };
}
