// The pool of a profile's peers: asks all of them in rounds what they hold, and moves to the one of choice.
// Never asks twice at the same time, and never moves to a peer that has not just shown that it holds the chain.
import { GxError } from "./errors.js";
import { DEADLINES, openLink, type CallEnd, type Deadlines, type Link } from "./link.js";
import type { Logger } from "./log.js";
import { pause } from "./pause.js";
import { afterRound, afterSilence, chosen, isFit, standingOf, unseen, type PeerStanding, type Seen } from "./peers.js";
import { askPeer } from "./probe.js";
import { tlsRootsOf, type Profile } from "./profile.js";
import { openTlsRoots, type TlsRoots } from "./tls-roots.js";
import type { Identity } from "./wallet.js";

/** Milliseconds. */
export interface PoolTimes {
  /** Between two rounds of asking all peers while the one in use is well, and while it is not. */
  well: number;
  unwell: number;
  /** A peer that says nothing for so long is away. */
  answer: number;
  /** A peer that was left is not preferred again for so long. */
  rest: number;
}

export const POOL_TIMES: PoolTimes = { well: 2_000, unwell: 250, answer: 2_000, rest: 30_000 };

export interface PoolOptions {
  log?: Pick<Logger, "info" | "warn" | "error">;
  times?: Partial<PoolTimes>;
  deadlines?: Partial<Deadlines>;
}

/** What the parts of a pool share. */
export interface Pool {
  readonly profile: Profile;
  readonly links: readonly Link[];
  readonly tlsRoots: readonly TlsRoots[];
  readonly times: PoolTimes;
  readonly log: PoolOptions["log"];
  seen: Seen[];
  current: number;
  /** Of the chain that is held to; until somebody says which, that of the first peer that told. */
  chain: string | undefined;
  /** Blocks that the chain is known to have. */
  floor: number;
  /** Who asks the peers; the one who called last. */
  reader: Identity | undefined;
  /** Aborts with the next move. */
  tenure: AbortController;
  readonly closed: AbortController;
  readonly rounds: Rounds;
}

/** Opens the links; nothing is sent yet. @throws GxError BAD_PROFILE, BAD_WALLET */
export function newPool(profile: Profile, options: PoolOptions): Pool {
  if (profile.peers.length === 0) throw new GxError("BAD_PROFILE", "the connection profile names no peer");
  const deadlines = { ...DEADLINES, ...options.deadlines };
  const tlsRoots = new Map<string, TlsRoots>();
  const rootsIn = (file: string) => {
    const roots = tlsRoots.get(file) ?? openTlsRoots(file);
    tlsRoots.set(file, roots);
    return roots;
  };
  const links = profile.peers.map((peer, index) => {
    const roots = rootsIn(tlsRootsOf(profile, peer));
    return openLink(peer, { roots, deadlines, ended: (how) => callEnded(pool, index, how) });
  });
  const pool: Pool = {
    ...{
      profile,
      links,
      tlsRoots: [...tlsRoots.values()],
      log: options.log,
      times: { ...POOL_TIMES, ...options.times },
    },
    ...{ seen: links.map(() => unseen), current: 0, chain: undefined, floor: 0, reader: undefined },
    ...{ tenure: new AbortController(), closed: new AbortController(), rounds: newRounds() },
  };
  return pool;
}

export function linkOf({ links }: Pool, index: number): Link {
  const link = links[index];
  if (!link) throw new Error(`the profile names no peer ${index}`);
  return link;
}

/** Adds to what is known of one peer. */
export function note(pool: Pool, index: number, what: Partial<Seen>): void {
  pool.seen = pool.seen.map((seen, at) => (at === index ? { ...seen, ...what } : seen));
}

/** A call says that the peer lives; that it does not is found out by asking it. Without another peer a call says both. */
function callEnded(pool: Pool, index: number, how: CallEnd): void {
  if (pool.closed.signal.aborted) return;
  if (pool.links.length === 1) return note(pool, index, { answers: how === "answered" });
  const seen = pool.seen[index];
  if (how === "answered" || index !== pool.current || !seen) return;
  if (how === "silent") note(pool, index, afterSilence(seen, Date.now()));
  pool.rounds.soon();
}

/** See Connection.refuse. */
export function refuse(pool: Pool, index: number, why: string): boolean {
  note(pool, index, { forked: true });
  pool.log?.error({ peer: pool.profile.peers[index]?.address, reason: why }, "Peer refused");
  if (pool.links.length === 1) return false;
  const next = choice(pool);
  if (next === index) return false;
  // At once: nothing more may be sent to the other chain.
  if (pool.current === index) move(pool, next, "other chain");
  pool.rounds.soon();
  return true;
}

const choice = ({ seen, current, chain, times }: Pool): number =>
  chosen(seen, { current, chain, now: Date.now(), restMs: times.rest });

/** Asks all peers at once, and moves where another one is to be spoken to. */
async function round(pool: Pool): Promise<void> {
  const { links, profile, times, reader, floor } = pool;
  if (!reader) return;
  const before = pool.seen;
  const ask = ({ as }: Link, genesis: boolean) =>
    askPeer(as(reader), { channel: profile.channel, withinMs: times.answer, genesis });
  const answers = await Promise.all(
    links.map((link, index) => ask(link, before[index]?.genesis === undefined || before[index].answers === false)),
  );
  if (pool.closed.signal.aborted) return;
  pool.chain ??= answers[pool.current]?.genesis ?? answers.find((answer) => answer?.genesis)?.genesis;
  pool.seen = afterRound(pool.seen, answers, { chain: pool.chain, floor });
  tellOtherChains(pool, before);
  for (const { height = 0, genesis } of pool.seen)
    if (genesis === pool.chain) pool.floor = Math.max(pool.floor, height);
  await settle(pool, (link) => ask(link, true));
}

function tellOtherChains({ seen, chain, links, log }: Pool, before: readonly Seen[]): void {
  for (const [index, { genesis }] of seen.entries()) {
    if (genesis === undefined || genesis === chain || before[index]?.genesis === genesis) continue;
    log?.error({ peer: links[index]?.peer.address, genesis, expected: chain }, "Peer holds another chain");
  }
}

/** Moves to the peer of choice once it has shown, now, that it holds the chain. */
async function settle(pool: Pool, ask: (link: Link) => ReturnType<typeof askPeer>): Promise<void> {
  for (;;) {
    const next = choice(pool);
    if (next === pool.current || pool.closed.signal.aborted) return;
    if (isFit(pool.seen[next] ?? unseen, false, pool.chain)) {
      const answer = await ask(linkOf(pool, next));
      if (!answer) note(pool, next, { answers: false });
      else if (answer.genesis !== undefined) note(pool, next, { genesis: answer.genesis });
      if (choice(pool) !== next) continue;
    }
    return move(pool, next, standingOf(pool.seen[pool.current] ?? unseen, true, pool.chain));
  }
}

function move(pool: Pool, next: number, was: PeerStanding): void {
  const left = linkOf(pool, pool.current);
  const to = linkOf(pool, next).peer.address;
  const unfit = !isFit(pool.seen[pool.current] ?? unseen, true, pool.chain);
  if (unfit) note(pool, pool.current, { leftAt: Date.now(), silent: [] });
  const told = { peer: to, left: left.peer.address };
  if (unfit) pool.log?.warn({ ...told, reason: was === "current" ? "behind" : was }, "Peer left for another");
  else pool.log?.info(told, "Peer preferred again");
  pool.current = next;
  const { tenure } = pool;
  pool.tenure = new AbortController();
  tenure.abort();
  // What hangs there would hang until its deadline. Where the peer lives, its answers are still worth having.
  if (was === "away" || was === "other chain") left.cut(`peer ${left.peer.address} was left`);
}

export interface Rounds {
  /** From now on again and again, until the pool is closed. */
  keep(pool: Pool): void;
  /** As soon as may be; one after the one under way, which may have asked too early. */
  soon(): void;
  /** Resolves after a round that begins now or later. */
  now(pool: Pool): Promise<void>;
  /** At least one round was made. */
  made(): boolean;
}

/** When all peers are asked; never twice at the same time. */
function newRounds(): Rounds {
  let keeping = false;
  let made = false;
  let wake = new AbortController();
  let under: Promise<void> = Promise.resolve();
  const now = (pool: Pool) => {
    under = under.then(() => round(pool)).then(() => void (made = true));
    return under;
  };
  const keepOn = async (pool: Pool) => {
    const { times, closed } = pool;
    while (!closed.signal.aborted) {
      wake = new AbortController();
      await now(pool);
      const well = isFit(pool.seen[pool.current] ?? unseen, true, pool.chain);
      await pause(well ? times.well : times.unwell, closed.signal, wake.signal);
    }
  };
  return {
    keep: (pool) => {
      if (keeping) return;
      keeping = true;
      void keepOn(pool);
    },
    soon: () => wake.abort(),
    now,
    made: () => made,
  };
}
