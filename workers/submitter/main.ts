// The submitter process: proves its identities, then leads each of its roles as soon as nobody else does.
// Never starts on another chain than the database's, and never serves a role whose certificate names another one.
import { signers, signingRoles, type SigningRole } from "../../catalogue/roles.js";
import { holdBudget, poolOf } from "../../platform/budget.js";
import type { Block } from "../../platform/blocks.js";
import { holdChain, holdNoted } from "../../platform/chain.js";
import { measureClock, type ClockSkew } from "../../platform/clock-skew.js";
import { openConnection, type Connection } from "../../platform/connection.js";
import { isUnavailable, openDatabase, type Database } from "../../platform/database.js";
import { GxError } from "../../platform/errors.js";
import { actAs } from "../../platform/fabric.js";
import { shownIdentity } from "../../platform/kept-identity.js";
import { becomeLeader, isLeadershipOver } from "../../platform/leader.js";
import type { ProcessContext } from "../../platform/process.js";
import { identityOf, profileOf } from "../../platform/profile.js";
import { openConsumer, openProducer, type Consumer, type Producer } from "../../platform/queue.js";
import { openUpdates, type Updates } from "../../platform/updates.js";
import type { Identity } from "../../platform/wallet.js";
import { pause } from "../../platform/pause.js";
import { openCatalogue, type Catalogue } from "../channel.js";
import { follow, type Following } from "./follow.js";
import { newHousekeeper, type Housekeeper } from "./housekeeping.js";
import { createMeasures, type Measures } from "./measures.js";
import { lead } from "./role.js";
import { createOutcomes, type Outcomes } from "./settle.js";
import { openSigner, type Signer } from "./signer.js";
import { openStore } from "./store.js";
import { telling } from "./tell.js";
import { watchWallet } from "./watch-wallet.js";
import { usualTimes } from "./work.js";

interface Served {
  role: SigningRole;
  /** In the wallet. */
  name: string;
  signer: Signer;
  consumer: Consumer;
  state: "standby" | "leader";
  /** Jobs of its queue by state, as they were seen last. */
  jobs: Readonly<Record<string, number>>;
}

interface Submitter extends Pick<ProcessContext, "config" | "log" | "health" | "release"> {
  database: Database;
  clock: ClockSkew;
  connection: Connection;
  producer: Producer;
  measures: Measures;
  outcomes: Outcomes;
  catalogue: Catalogue;
  served: Served[];
  housekeeper: Housekeeper;
  updates: Updates;
  /** The process drains. */
  stopping: AbortSignal;
}

/** Transactions at a time, where GX_INFLIGHT sets none. */
const INFLIGHT: Readonly<Record<SigningRole, number>> = { gx_super_admin: 1, gx_admin: 4, gx_partner_api: 16 };
const RETRY_MS = 500;
const TICK_MS = 1_000;
const COUNT_MS = 2_000;
/** An answer within 5 s counts: readiness is false at most 10 s after the peer is gone (operations.md 4.2). */
const PROVE_MS = 3_000;
/** The share of the drain's time that transactions in flight may take. */
const DRAIN_SHARE = 0.8;

/** `args` are the roles to serve, by default all three. */
export async function main(context: ProcessContext, args: string[]): Promise<void> {
  const { config, log, metrics, release } = context;
  const roles = rolesOf(args);
  const profile = profileOf(config);
  const connection = openConnection(profile, { log });
  release("connection to the peer", () => connection.close());
  const measures = createMeasures(metrics, connection);
  // Of each role one connection holds the lock of the leader, or waits for it.
  const connections = poolOf(config, roles.length);
  const database = openDatabase({ url: config.databaseUrl, connections, log, metrics });
  release("database", () => database.close());
  await holdBudget(database, config.databaseConnections, release);
  const producer = openProducer({ url: config.redisUrl, log, metrics });
  release("queues", () => producer.close());
  const updates = openUpdates({ url: config.cacheUrl, log });
  release("live updates", () => updates.close());
  const stop = new AbortController();
  const served: Served[] = [];
  for (const role of roles) {
    const name = identityOf(profile, role, signers[role].identity);
    const signer = openSigner({ profile, connection, measures, log, role, name });
    const consumer = await openConsumer({ url: config.redisUrl, queue: role, log });
    release(`queue ${role}`, () => consumer.close());
    served.push({ role, name, signer, consumer, state: "standby", jobs: {} });
  }
  const outcomes = createOutcomes();
  const reader = readersOf(served);
  const catalogue = openCatalogue({ fabric: () => actAs(connection, reader()), log });
  const { wake } = producer;
  const housekeeper = newHousekeeper({ rules: config.housekeeping, database, wake, log, metrics });
  const submitter: Submitter = {
    ...{ config, log, health: context.health, release },
    ...{
      database,
      clock: measureClock(metrics, database),
      connection,
      producer,
      measures,
      outcomes,
      catalogue,
      served,
      housekeeper,
      updates,
      stopping: stop.signal,
    },
  };
  watchHealth(submitter);
  release("wallet", watchWallet(submitter));
  const reading = new AbortController();
  release("block stream", () => reading.abort());
  let working: Promise<unknown> = Promise.resolve();
  // The first step of the drain: what is in flight settles from the block stream, which is still read.
  release("transactions in flight", async () => {
    stop.abort();
    const time = pause(config.drainMs * DRAIN_SHARE).then(() => "over");
    const ended = await Promise.race([working, time]);
    if (ended === "over") log.warn("Drain time is over with transactions in flight; the next leader settles them");
  });
  // Before anything is signed for a peer: the preferred one may be of another chain.
  await untilAvailable(submitter, "Database", () => holdNoted(connection, reader(), database.pool));
  // One identity that is refused, or has ended, holds up its own role only.
  const proofs = served.map((role) => proveFirst(submitter, role));
  await Promise.race(proofs);
  const following = await start(submitter, reading.signal);
  if (!following) return;
  context.health.check("block stream", () => {
    if (!following.connected()) throw new Error("the block stream is broken");
    return `height ${following.height()}`;
  });
  const serving = served.map(async (role, at) => {
    await proofs[at];
    await serve(submitter, role);
  });
  working = Promise.all([...serving, sayProved(submitter, proofs)]);
}

async function sayProved({ log, stopping }: Submitter, proofs: readonly Promise<void>[]): Promise<void> {
  await Promise.all(proofs);
  if (!stopping.aborted) log.info({ count: proofs.length }, "All Fabric clients initialized successfully");
}

/** @throws GxError UNKNOWN_ROLE */
function rolesOf(args: string[]): SigningRole[] {
  const unknown = args.filter((arg) => !signingRoles.some((role) => role === arg));
  if (unknown.length > 0) {
    throw new GxError("UNKNOWN_ROLE", `unknown role ${unknown.join(", ")}; roles are ${signingRoles.join(", ")}`);
  }
  return signingRoles.filter((role) => args.length === 0 || args.includes(role));
}

/** Waits for peer and database, however long; undefined when the process drains first. @throws ChainMismatch */
async function start(submitter: Submitter, signal: AbortSignal): Promise<Following | undefined> {
  const { log, database, clock, connection, served, stopping, outcomes, catalogue } = submitter;
  if (stopping.aborted) return undefined;
  const identity = readersOf(served);
  await untilAvailable(submitter, "Catalogue", catalogue.ask);
  return untilAvailable(submitter, "Chain", async () => {
    const genesis = await holdChain(connection, identity(), database.pool);
    const see = (block: Block) => {
      outcomes.see(block);
      clock.saw(block.timeMs);
      if (block.transactions.some(({ lifecycle }) => lifecycle)) catalogue.hurry();
    };
    const following = await follow({ connection, identity, genesis, log, signal, see });
    void catalogue.keepAsking(signal);
    const ticking = setInterval(outcomes.tick, TICK_MS);
    signal.addEventListener("abort", () => clearInterval(ticking));
    return following;
  });
}

/** The stream of the process is read as its roles in turn, those whose certificate has ended left out: one may be refused. */
function readersOf(served: readonly Served[]): () => Identity {
  let turn = 0;
  return () => {
    const identities = served.map(({ signer }) => signer.fabric().identity);
    const valid = identities.filter(({ notAfter }) => notAfter.getTime() > Date.now());
    const among = valid.length > 0 ? valid : identities;
    const next = among[turn++ % among.length];
    if (!next) throw new Error("no role is served");
    return next;
  };
}

async function proveFirst(submitter: Submitter, { role, name, signer }: Served): Promise<void> {
  const begin = Date.now();
  await untilAvailable(submitter, `Identity ${name}`, () => signer.renew());
  if (signer.provedAt() === 0) return;
  submitter.measures.init.set({ role }, (Date.now() - begin) / 1_000);
  submitter.log.info({ role }, `Successfully connected Fabric client for ${name}`);
}

/** Repeats `work` while outside parts are away; says so once. Undefined when the process drains. */
async function untilAvailable<T>({ log, stopping }: Submitter, what: string, work: () => Promise<T>) {
  let told = false;
  while (!stopping.aborted) {
    try {
      return await work();
    } catch (error) {
      const passes = isUnavailable(error) || (error instanceof GxError && error.retry === "later");
      if (!passes) throw error;
      if (!told) log.warn({ what, error }, "Waiting at start");
      told = true;
      await pause(RETRY_MS, stopping);
    }
  }
  return undefined;
}

async function serve(submitter: Submitter, served: Served): Promise<void> {
  const { config, log, stopping, measures, database, outcomes, producer, housekeeper, updates } = submitter;
  const channel = submitter.catalogue;
  const { role, signer, consumer } = served;
  measures.up.set({ role }, 1);
  measures.leader.set({ role }, 0);
  while (!stopping.aborted) {
    const lease = await becomeLeader({
      url: config.databaseUrl,
      name: `submitter ${role}`,
      log,
      signal: stopping,
    });
    if (!lease) break;
    served.state = "leader";
    measures.leader.set({ role }, 1);
    const keeping = role === housekeeper.role ? housekeeper.keep(lease.ended, stopping) : undefined;
    try {
      const store = telling(openStore(database, role, lease), updates);
      const limits = { ...config.batch, inflight: config.inflight ?? INFLIGHT[role] };
      const parts = {
        role,
        limits,
        store,
        signer,
        outcomes,
        consumer,
        producer,
        channel,
        measures,
        log,
        every: usualTimes,
      };
      await lead(parts, { held: lease.held, ended: lease.ended, stopping });
    } catch (error) {
      if (!isUnavailable(error) && !isLeadershipOver(error)) throw error;
      log.warn({ role, error }, "Term ended");
      await pause(RETRY_MS, stopping);
    } finally {
      served.state = "standby";
      measures.leader.set({ role }, 0);
      await lease.release();
      await keeping;
    }
  }
  measures.up.set({ role }, 0);
}

function watchHealth({ health, clock, served, connection, measures, catalogue, release }: Submitter): void {
  health.check("database", clock.ask);
  for (const { role, name, signer, consumer } of served) {
    health.check(`identity ${name}`, async () => {
      if (Date.now() - signer.provedAt() > PROVE_MS) await signer.prove();
      const waiting = [signer.waiting(), ...connection.tlsRoots.map((roots) => roots.waiting())];
      return shownIdentity(role, signer.fabric().identity.notAfter, waiting);
    });
    health.check(`redis ${role}`, () => consumer.probe());
  }
  health.fact("chaincode", () => catalogue.summary() ?? "not asked yet");
  health.fact("roles", () => Object.fromEntries(served.map(({ role, state }) => [role, state])));
  health.fact("peer", () => connection.peer.address);
  health.fact("peers", () => connection.peers());
  health.fact("queues", () => Object.fromEntries(served.map(({ role, jobs }) => [role, jobs])));
  const counting = setInterval(() => void countJobs(served, measures), COUNT_MS);
  release("job counts", () => clearInterval(counting));
}

async function countJobs(served: readonly Served[], measures: Measures): Promise<void> {
  for (const each of served) {
    // Redis is away: the gauge keeps what was seen last, and readiness tells why.
    each.jobs = await each.consumer.counts().catch(() => each.jobs);
    for (const [state, jobs] of Object.entries(each.jobs)) measures.jobs.set({ queue: each.role, state }, jobs);
  }
}
