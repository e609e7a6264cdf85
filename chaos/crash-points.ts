// Every boundary between a write or a send and what follows it, by the name that its adapter gives it, with the processes
// that pass it. The one list: a test reads the sources and fails for a name that is not here.

export type PointProcess = "subgraphs" | "submitter" | "projector";

/** Passed all the time, by a process that begins to lead, only when something fails, a person registers or an admin replays. */
export type Passed = "working" | "starting" | "failing" | "registering" | "replaying";

export interface CrashPoint {
  /** Kind and name as the adapters say them: `database` is PostgreSQL, `fabric` the peer, `queue`, `cache` and `updates` Redis. */
  readonly name: string;
  readonly sentence: string;
  readonly processes: readonly PointProcess[];
  readonly passed: Passed;
}

const point = (passed: Passed, name: string, sentence: string, ...processes: PointProcess[]): CrashPoint => ({
  ...{ name, sentence, processes, passed },
});

export const crashPoints: readonly CrashPoint[] = [
  point("working", "database accept", "the command's row, which is the promise", "subgraphs", "submitter"),
  point("working", "queue add", "jobs that wake the submitter", "subgraphs", "submitter"),
  point("working", "queue epoch", "the mark by which a flush is seen", "submitter"),
  point("working", "fabric endorse", "the batch is executed and signed", "submitter"),
  point("working", "database submitter_submitted", "SUBMITTED with transaction id and attempt", "submitter"),
  point("working", "fabric submit", "the signed transaction goes to the orderer", "submitter"),
  point("registering", "database registration", "what a person told or an admin decided, off chain", "subgraphs"),
  point("replaying", "database replay", "ACCEPTED again after FAILED, under the same id", "subgraphs"),
  point("failing", "database submitter_waits", "why open commands wait", "submitter"),
  point("failing", "database submitter_counted", "a failed attempt", "submitter"),
  point("failing", "database submitter_failed", "FAILED", "submitter"),
  point("working", "database submitter_swept", "jobs of open commands are to be added again", "submitter"),
  point("starting", "database lead", "the number of a new leader", "submitter", "projector"),
  point("working", "database lead beat", "a leader's sign of life", "submitter", "projector"),
  point("starting", "database chain", "which chain this database belongs to", "projector"),
  point("starting", "cache epoch", "the mark of a new leader in the cache", "projector"),
  point("working", "cache lease", "the cache may be used for two seconds more", "projector"),
  point("working", "cache tags", "which rows a block is about to change", "projector"),
  point("working", "database project", "rows, outcomes and checkpoint of a block", "projector"),
  point("working", "updates tell", "which commands and wallets changed, for live updates", "submitter", "projector"),
  point("working", "database chain head", "how far the chain is, for people", "projector"),
];

/** Names that only read: a crash beside them leaves nothing behind. */
export const reads: readonly string[] = [
  "database accept again",
  "database checkpoint",
  "database checkpoint followed",
  "database command log",
  "database connections",
  "database health",
  "database housekeeping_due",
  "database housekeeping_oldest",
  "database housekeeping_open",
  "database housekeeping_system",
  "database migrations",
  "database quarantine",
  "database read version",
  "database registration refusals",
  "database submitter_accepted",
  "database submitter_drawing",
  "database submitter_known",
  "database submitter_load",
  "database submitter_open",
  "database traces",
  "database watermark",
  // One for each model of the typed client.
  "database read *",
];

/** Each point on both sides. */
export const moments = (points: readonly CrashPoint[]): string[] =>
  points.flatMap(({ name }) => [`${name} before`, `${name} after`]);

/** Files that write into the database, and the points that their writes belong to. */
export const writers: Readonly<Record<string, readonly string[]>> = {
  "platform/accept.ts": ["database accept"],
  "platform/chain.ts": ["database chain"],
  "platform/leader.ts": ["database lead", "database lead beat"],
  "platform/registrations.ts": ["database registration"],
  "platform/replay.ts": ["database replay"],
  // By `gx migrate`, each migration in a transaction of its own.
  "platform/migrations.ts": [],
  "workers/projector/derive.ts": ["database project"],
  "workers/projector/project.ts": ["database project"],
  "workers/projector/watch.ts": ["database chain head"],
  "workers/projector/write.ts": ["database project"],
  "workers/submitter/store.ts": [
    "database submitter_submitted",
    "database submitter_waits",
    "database submitter_counted",
    "database submitter_failed",
    "database submitter_swept",
  ],
};

/** Files that use a driver of PostgreSQL, Redis, the peer or HTTP: nothing leaves a process past them. */
export const drivers: readonly string[] = [
  "gateway/connections.ts",
  "gateway/console-status.ts",
  "platform/blocks.ts",
  "platform/cache-link.ts",
  "platform/database.ts",
  "platform/fabric-errors.ts",
  "platform/leader.ts",
  "platform/link.ts",
  "platform/migrations.ts",
  "platform/probe.ts",
  "platform/queue.ts",
  "platform/redis.ts",
  "platform/tls-roots.ts",
  "platform/watermark.ts",
  "workers/submitter/classes.ts",
];
