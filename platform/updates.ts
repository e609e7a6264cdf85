// Live updates over the cache Redis: whoever writes rows tells which commands and wallets changed; gateways listen.
// Never delays or fails a commit: what is told may be lost, and a `resync` says that something may have been.
import { between } from "./boundary.js";
import { messageOf } from "./errors.js";
import type { Logger } from "./log.js";
import { openRedis } from "./redis.js";

/** A message is the number of the block that made the change, or "" where no block did. */
export const channels = {
  command: (id: string) => `gx:live:command:${id}`,
  wallet: (id: string) => `gx:live:wallet:${id}`,
  /** Something may have been told to nobody: whoever listens to anything looks once. */
  resync: "gx:live:resync",
} as const;

export interface Changed {
  /** Ids of commands. */
  readonly commands?: readonly string[];
  /** Accounts whose statement has a new line. */
  readonly wallets?: readonly string[];
}

export interface Updates {
  /** Tells what was committed; `block` where rows of one were written. */
  tell(changed: Changed, block?: number): void;
  resync(): void;
  /** Resolves when Redis has what was told, or soon. */
  close(): Promise<void>;
}

const AGAIN_MS = 250;
const ANSWER_MS = 2_000;
/** Messages without an answer; beyond it they are dropped for one resync. */
const MOST_UNDERWAY = 20_000;

export function openUpdates({ url, log }: { readonly url: string; readonly log: Logger }): Updates {
  const client = openRedis(url, {
    ...{ enableOfflineQueue: false, autoResendUnfulfilledCommands: false, maxRetriesPerRequest: 0 },
    ...{ commandTimeout: ANSWER_MS, connectTimeout: ANSWER_MS, retryStrategy: () => AGAIN_MS },
  });
  let underway = 0;
  let timer: NodeJS.Timeout | undefined;
  const resync = () => send([[channels.resync, ""]]);
  const lost = (reason: string) => {
    if (timer) return;
    log.debug({ reason }, "Live updates were dropped");
    timer = setTimeout(() => {
      timer = undefined;
      // When there is no connection its return brings the resync.
      if (client.status === "ready") resync();
    }, AGAIN_MS).unref();
  };
  const send = (messages: readonly (readonly [channel: string, text: string])[]) => {
    if (messages.length === 0) return;
    if (client.status !== "ready") return lost("not connected");
    if (underway + messages.length > MOST_UNDERWAY) return lost("too many without an answer");
    underway += messages.length;
    const pipeline = client.pipeline();
    for (const [channel, text] of messages) pipeline.publish(channel, text);
    const failed = (error: unknown) => lost(messageOf(error));
    between("updates", "tell", () => pipeline.exec())
      .then((answers) => {
        const error = answers?.find(([each]) => each)?.[0];
        if (error) failed(error);
      }, failed)
      .finally(() => (underway -= messages.length))
      .catch(failed);
  };
  client.on("error", (error) => log.debug({ reason: messageOf(error) }, "Live updates reach nobody"));
  // What was told before the connection, or over the one before, may have reached nobody.
  client.on("ready", resync);
  return {
    tell: ({ commands = [], wallets = [] }, block) => {
      const text = block === undefined ? "" : String(block);
      send([
        ...commands.map((id) => [channels.command(id), text] as const),
        ...wallets.map((id) => [channels.wallet(id), text] as const),
      ]);
    },
    resync,
    close: async () => {
      clearTimeout(timer);
      await client.quit().catch(() => undefined);
      client.disconnect();
    },
  };
}
