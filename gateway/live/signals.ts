// Hears on one connection to the cache Redis that something may have changed: a signal says "look again", never what.
// Never keeps a signal for somebody who has left: the last listener of a channel ends its subscription.
import type { Redis } from "ioredis";
import { messageOf } from "../../platform/errors.js";
import type { Logger } from "../../platform/log.js";
import { channels } from "../../platform/updates.js";
import { openRedis } from "../../platform/redis.js";

/** `block`: the one that made the change, where a block did. */
export type Signal = (block: number | undefined) => void;

export interface Listening {
  /** From then on nothing that is told is missed; or Redis is away, and looks come by the clock. */
  readonly ready: Promise<void>;
  close(): void;
}

export interface Signals {
  /** `signal` is called after each message, once after every interruption, and now and then while Redis is away. */
  listen(channel: string, signal: Signal): Listening;
  /** "connected", "away", or "off" without a Redis; for people. */
  state(): string;
  close(): void;
}

export interface SignalsOptions {
  /** Of the cache Redis; empty: there is none, and looks come by the clock alone. */
  readonly url: string;
  readonly log: Logger;
}

/** Milliseconds between two looks while Redis is away. */
const LOOK_MS = 2_000;
const AGAIN_MS = 250;
const ANSWER_MS = 2_000;
/** How often the connection is tried: one that is half open tells nothing. */
const PING_MS = 5_000;
/** Interruptions are told by each part that had them, at about the same time: they are one look. */
const GATHER_MS = 200;

interface Channel {
  readonly signals: Set<Signal>;
  ready: Promise<void>;
}

export function openSignals({ url, log }: SignalsOptions): Signals {
  const open = new Map<string, Channel>();
  let connected = false;
  let gathering: NodeJS.Timeout | undefined;
  const lookAll = () => {
    gathering = undefined;
    for (const { signals } of open.values()) for (const signal of signals) signal(undefined);
  };
  const lookSoon = () => void (gathering ??= setTimeout(lookAll, GATHER_MS).unref());
  const client =
    url === ""
      ? undefined
      : connect({ url, log }, (channel, text) => {
          if (channel === channels.resync) return lookSoon();
          const block = text === "" ? undefined : Number(text);
          for (const signal of open.get(channel)?.signals ?? []) signal(block);
        });
  const away = (error?: unknown) => {
    if (connected) log.warn({ detail: error === undefined ? "closed" : messageOf(error) }, "Live updates are away");
    connected = false;
  };
  /** Fails by a new connection, which subscribes to everything that is open then. */
  const attempt = async (command: (client: Redis) => Promise<unknown>) => {
    if (client?.status !== "ready") return;
    try {
      await command(client);
    } catch (error) {
      away(error);
      if (client.status === "ready") client.disconnect(true);
    }
  };
  const begin = async (redis: Redis) => {
    if (open.size > 0) await attempt(() => redis.subscribe(channels.resync, ...open.keys()));
    if (redis.status !== "ready") return;
    if (!connected) log.info("Live updates are connected");
    connected = true;
    lookSoon();
  };
  client?.on("ready", () => void begin(client));
  client?.on("close", away);
  const ticking = setInterval(() => {
    if (!connected) lookAll();
  }, LOOK_MS).unref();
  const pinging = setInterval(() => void attempt((redis) => redis.ping()), PING_MS).unref();

  const subscribe = (channel: string) =>
    attempt((redis) => (open.size === 1 ? redis.subscribe(channels.resync, channel) : redis.subscribe(channel)));
  const unsubscribe = (channel: string) =>
    attempt((redis) => (open.size === 0 ? redis.unsubscribe(channels.resync, channel) : redis.unsubscribe(channel)));

  return {
    listen: (channel, signal) => {
      // Each listener has a function of its own, also where two were given the same.
      const own: Signal = (block) => signal(block);
      const known = open.get(channel);
      const entry = known ?? { signals: new Set(), ready: Promise.resolve() };
      entry.signals.add(own);
      open.set(channel, entry);
      if (!known) entry.ready = subscribe(channel);
      return {
        ready: entry.ready,
        close: () => {
          if (!entry.signals.delete(own) || entry.signals.size > 0) return;
          open.delete(channel);
          void unsubscribe(channel);
        },
      };
    },
    state: () => (connected ? "connected" : url === "" ? "off" : "away"),
    close: () => {
      for (const timer of [ticking, pinging]) clearInterval(timer);
      clearTimeout(gathering);
      client?.removeAllListeners("ready").removeAllListeners("close");
      client?.disconnect();
    },
  };
}

function connect({ url, log }: SignalsOptions, told: (channel: string, text: string) => void): Redis {
  const client = openRedis(url, {
    ...{ enableOfflineQueue: false, autoResubscribe: false, autoResendUnfulfilledCommands: false },
    ...{ maxRetriesPerRequest: 0, commandTimeout: ANSWER_MS, connectTimeout: ANSWER_MS, retryStrategy: () => AGAIN_MS },
  });
  client.on("error", (error) => log.debug({ reason: messageOf(error) }, "Live updates: no connection"));
  client.on("message", told);
  return client;
}
