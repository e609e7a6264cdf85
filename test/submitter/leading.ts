// One role led in this process as the submitter does it, on the real parts of a world; a test may stand between it and its signer.
import { genesisHash } from "../../platform/blocks.js";
import { becomeLeader } from "../../platform/leader.js";
import { openConsumer, openProducer } from "../../platform/queue.js";
import { readProfile } from "../../platform/profile.js";
import { readIdentity } from "../../platform/wallet.js";
import type { Metrics } from "../../platform/metrics.js";
import { follow } from "../../workers/submitter/follow.js";
import { createMeasures } from "../../workers/submitter/measures.js";
import type { Channel } from "../../workers/channel.js";
import { lead } from "../../workers/submitter/role.js";
import { createOutcomes } from "../../workers/submitter/settle.js";
import { openSigner, type Signer } from "../../workers/submitter/signer.js";
import { openStore } from "../../workers/submitter/store.js";
import { usualTimes, type Limits, type Times } from "../../workers/submitter/work.js";
import { newLines, newMetrics, type Lines } from "../platform/parts.js";
import type { World } from "./world.js";

export const ROLE = "gx_partner_api";
const limits: Limits = { commands: 100, weight: 2_000, bytes: 800_000, lingerMs: 3, inflight: 4 };

export interface Running {
  lines: Lines;
  metrics: Metrics;
  /** Seconds that the clock of settlement is ahead. */
  ahead: { ms: number };
  tick: () => void;
  /** Looks for accepted commands so far. */
  looks(): number;
  /** Drains. */
  stop(): Promise<void>;
  /** Ends the term as if leadership had gone. */
  abandon(): Promise<void>;
}

export interface Told {
  /** Hears when the role asks who draws numbers. */
  asked?: () => void;
  /** By default longer than any test. */
  holdMs?: number;
  times?: Partial<Times>;
  limits?: Partial<Limits>;
  /** By default it can execute everything. */
  channel?: Channel;
}

const knowsAll: Channel = { version: 0, held: 0, heldBack: () => undefined, hurry: () => undefined };

/** Leads the role as a process does; `change` stands between it and its signer. */
export async function startRole(
  world: World,
  change: (signer: Signer) => Signer = (signer) => signer,
  { asked = () => undefined, holdMs = 600_000, times = {}, limits: changed = {}, channel = knowsAll }: Told = {},
): Promise<Running> {
  const [lines, metrics, profile] = [newLines(), newMetrics(), readProfile(world.profilePath)];
  const { connection } = world;
  const measures = createMeasures(metrics, connection);
  const signer = change(
    openSigner({ profile, connection, measures, log: lines.log, role: ROLE, name: "org1-partner-api" }),
  );
  const consumer = await openConsumer({ url: world.redis.url, queue: ROLE, log: lines.log });
  const ahead = { ms: 0 };
  const outcomes = createOutcomes(() => Date.now() + ahead.ms);
  const [reading, stopping] = [new AbortController(), new AbortController()];
  // Of another role: the block stream goes on while the signer is refused.
  const identity = readIdentity(profile, "org1-admin");
  const genesis = await genesisHash(connection, identity);
  const following = await follow({
    connection,
    identity: () => identity,
    genesis,
    log: lines.log,
    signal: reading.signal,
    see: outcomes.see,
  });
  const name = `submitter ${ROLE}`;
  const lease = await becomeLeader({ url: world.database.url, name, log: lines.log, signal: stopping.signal });
  if (!lease) throw new Error("leadership was not given");
  const table = openStore(world.store, ROLE, lease);
  let looks = 0;
  const count = () => (looks += 1);
  const store = {
    ...table,
    open: (after: number, limit: number) => table.open(after, limit).finally(count),
    drawing: () => table.drawing().finally(asked),
  };
  const producer = openProducer({ url: world.redis.url, log: newLines().log, metrics });
  const every = { ...usualTimes, pollMs: 200, probeMs: 100, holdMs, ...times };
  const parts = {
    role: ROLE,
    limits: { ...limits, ...changed },
    store,
    signer,
    outcomes,
    consumer,
    producer,
    channel,
    measures,
    log: lines.log,
    every,
  };
  const ended = new AbortController();
  const leading = lead(parts, { held: () => true, ended: ended.signal, stopping: stopping.signal });
  const stop = async () => {
    stopping.abort();
    await leading;
    await lease.release();
    reading.abort();
    await following.done;
    consumer.close();
    await producer.close();
  };
  const abandon = () => {
    ended.abort();
    return stop();
  };
  return { abandon, lines, metrics, ahead, tick: outcomes.tick, looks: () => looks, stop };
}
