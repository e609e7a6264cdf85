// Following a command to its end: live where there is a WebSocket, by asking where there is none, through every outage.
import { GraphError, type Fault } from "./errors.js";
import type { Command, CommandStatus, RefusalCode } from "./graph.js";
import type { Live } from "./live.js";
import { Again, backOffMs, link, pause } from "./persist.js";
import type { Post } from "./post.js";
import type { Reads } from "./reads.js";

/** A command on its way. Times are ISO 8601 in UTC; what has not happened yet is null. */
export type Standing = Pick<Command, "id" | "acceptedAt" | "submittedAt" | "committedAt" | "txId" | "blockNumber"> & {
  readonly status: CommandStatus;
  readonly events: readonly string[] | null;
  readonly error: Command["error"];
};

/** The end of a command, by its `status`. */
export type Outcome = Committed | Refused | Failed;

interface OnLedger {
  readonly commandId: string;
  readonly blockNumber: number;
  /** Id of the Fabric transaction. */
  readonly txId: string;
  /** Time of the transaction. */
  readonly committedAt: string;
}

/** It is on the ledger, and every query from now on shows what it did. */
export interface Committed extends OnLedger {
  readonly status: "COMMITTED";
  /** Names of its events. */
  readonly events: readonly string[];
}

/** The ledger says no, for good: the same wish is a new command. */
export interface Refused extends OnLedger {
  readonly status: "REFUSED";
  readonly error: {
    readonly code: RefusalCode;
    readonly message: string;
    readonly category: string;
    /** The HTTP status that says the same. */
    readonly status: number;
  };
}

/** The system gave up; nothing was written on the ledger. An operator may run it again under the same id. */
export interface Failed {
  readonly status: "FAILED";
  readonly commandId: string;
  readonly error: { readonly code: string; readonly message: string };
}

export interface FollowPorts {
  readonly post: Post;
  readonly live: Live;
  readonly reads: Reads;
}

export interface Following {
  readonly id: string;
  readonly onStatus: ((now: Standing) => void) | undefined;
  readonly signal: AbortSignal;
}

const FIELDS =
  "id status acceptedAt submittedAt committedAt txId blockNumber events error { code message category status }";
/** What is asked while nothing is told: also a known operation of the gateway. */
export const ASK = `query ($id: UUID!) { command(id: $id) { ${FIELDS} } }`;
const LISTEN = `subscription ($id: UUID!) { commandUpdated(id: $id) { ${FIELDS} } }`;
/** Beside a live connection, for the case that it is deaf. */
const RARELY_MS = 5_000;
const RANKS: Readonly<Record<CommandStatus, number>> = {
  ACCEPTED: 0,
  SUBMITTED: 1,
  FAILED: 2,
  COMMITTED: 2,
  REFUSED: 2,
};

/** @throws GraphError when the caller may not see the command, or there is none. */
export async function follow(ports: FollowPorts, { id, onStatus, signal }: Following): Promise<Outcome> {
  const work = link([signal]);
  let rank = -1;
  const see = (now: Standing): Outcome | undefined => {
    if (RANKS[now.status] > rank) {
      rank = RANKS[now.status];
      onStatus?.(now);
    }
    return outcomeOf(now);
  };
  try {
    const heard = { live: false };
    const outcome = await Promise.race([
      listen(ports.live, id, see, heard, work.signal),
      ask(ports, id, see, heard, work.signal),
    ]);
    if (outcome.status !== "FAILED") ports.reads.see(outcome.blockNumber);
    return outcome;
  } finally {
    work.abort();
    work.cut();
  }
}

type See = (now: Standing) => Outcome | undefined;

/** Where this way is closed, the other one goes on. */
async function listen(
  live: Live,
  id: string,
  see: See,
  heard: { live: boolean },
  signal: AbortSignal,
): Promise<Outcome> {
  try {
    for await (const value of live.values({ document: LISTEN, variables: { id } }, signal)) {
      heard.live = true;
      const outcome = value["commandUpdated"] ? see(value["commandUpdated"] as Standing) : undefined;
      if (outcome) return outcome;
    }
  } catch {
    // Whoever asks gets the same error, and tells it.
  }
  heard.live = false;
  return new Promise(() => undefined);
}

async function ask(
  { post, live, reads }: FollowPorts,
  id: string,
  see: See,
  heard: { live: boolean },
  signal: AbortSignal,
): Promise<Outcome> {
  for (let n = 0; ; n++) {
    await pause(heard.live && live.isOpen() ? RARELY_MS : backOffMs(n), signal);
    // Meanwhile the first value may have come.
    if (n === 0 && heard.live) continue;
    const answer = await post({ document: ASK, variables: { id } }, signal);
    if (answer instanceof Again) continue;
    reads.see(answer.block);
    const now = answer.data?.["command"] as Standing | null | undefined;
    if (!now) throw new GraphError(answer.faults.length > 0 ? answer.faults : [unknown]);
    const outcome = see(now);
    if (outcome) return outcome;
  }
}

const unknown: Fault = { message: "There is no command of this id.", extensions: { code: "NOT_FOUND" } };

function outcomeOf({
  id: commandId,
  status,
  error,
  blockNumber,
  txId,
  committedAt,
  events,
}: Standing): Outcome | undefined {
  const place = { commandId, blockNumber: blockNumber ?? -1, txId: txId ?? "", committedAt: committedAt ?? "" };
  if (status === "COMMITTED") return { status, ...place, events: events ?? [] };
  if (status === "REFUSED") return { status, ...place, error: (error ?? missing) as Refused["error"] };
  if (status !== "FAILED") return undefined;
  const { code, message } = error ?? missing;
  return { status, commandId, error: { code, message } };
}

const missing = { code: "INTERNAL", message: "The system gave no reason.", category: "INTERNAL", status: 500 };
