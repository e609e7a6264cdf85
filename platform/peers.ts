// Which peer of a profile is spoken to: a choice from what was seen of each. Pure.
// Never chooses a peer of another chain, nor one that lags behind what was seen of the chain.

/** What is known of one peer. */
export interface Seen {
  /** It answered when it was asked last; undefined before. */
  readonly answers?: boolean;
  /** Number of blocks it holds; undefined while it does not tell. */
  readonly height?: number;
  /** Time of its last answer in milliseconds. */
  readonly rttMs?: number;
  /** Header hash of its block 0, hex; undefined where it must be asked (again). */
  readonly genesis?: string;
  /** A block of it contradicts the chain that was read: sticks, for blocks do not change. */
  readonly forked: boolean;
  /** Rounds in a row in which it was behind. */
  readonly behind: number;
  /** Times of the last calls that it did not answer, milliseconds. */
  readonly silent: readonly number[];
  /** When it was left last, milliseconds; 0 = never. */
  readonly leftAt: number;
}

/** What a peer said in one round of asking all; undefined: nothing. */
export type Answer = { readonly rttMs: number; readonly height?: number; readonly genesis?: string } | undefined;

export type PeerStanding = "current" | "standby" | "away" | "behind" | "other chain";

export const unseen: Seen = { forked: false, behind: 0, silent: [], leftAt: 0 };

/** Blocks that a peer may be behind: others are asked a moment later. */
const NEAR = 2;
/** Rounds after which the peer in use is taken as behind: an answer may be late, and the chain grows meanwhile. */
const ROUNDS_BEHIND = 2;
/** So many unanswered calls in so many milliseconds, and the peer is left whatever it answers when asked. */
const SILENT = { calls: 3, withinMs: 5_000 };

const ofOtherChain = ({ forked, genesis }: Seen, chain: string | undefined): boolean =>
  forked || (genesis !== undefined && chain !== undefined && genesis !== chain);

/**
 * What is known after all peers were asked. `floor`: blocks that the chain was known to have before that.
 * A peer of another chain says nothing about the height of ours.
 */
export function afterRound(
  peers: readonly Seen[],
  answers: readonly Answer[],
  known: { chain: string | undefined; floor: number },
): Seen[] {
  const told = peers.map((seen, index) => withAnswer(seen, answers[index]));
  const ours = told.filter((seen) => seen.answers && !ofOtherChain(seen, known.chain));
  const highest = Math.max(known.floor, ...ours.map(({ height = 0 }) => height));
  return told.map((seen, index) => {
    const height = answers[index]?.height;
    return height === undefined ? seen : { ...seen, behind: height < highest - NEAR ? seen.behind + 1 : 0 };
  });
}

function withAnswer({ answers, height, genesis, ...seen }: Seen, answer: Answer): Seen {
  // Behind the same address another chain may come while it is away: block 0 is asked for again.
  if (!answer) return { ...seen, ...(height === undefined ? {} : { height }), answers: false };
  const chain = answer.genesis ?? (answers === false ? undefined : genesis);
  return {
    ...seen,
    answers: true,
    rttMs: answer.rttMs,
    ...(answer.height === undefined ? {} : { height: answer.height }),
    ...(chain === undefined ? {} : { genesis: chain }),
  };
}

/** What is known after a call that the peer did not answer. */
export function afterSilence(seen: Seen, now: number): Seen {
  const silent = [...seen.silent.filter((at) => now - at < SILENT.withinMs), now].slice(-SILENT.calls);
  return silent.length < SILENT.calls ? { ...seen, silent } : { ...seen, silent: [], answers: false };
}

/**
 * The peer to be spoken to, as an index. A peer in use that is fit is left for a more preferred one only, and none comes back
 * within `restMs` of being left unless nothing else is fit. Where none is fit: the one in use, if it is of our chain.
 */
export function chosen(
  peers: readonly Seen[],
  { current, chain, now, restMs }: { current: number; chain: string | undefined; now: number; restMs: number },
): number {
  const indexes = [...peers.keys()];
  const fit = indexes.filter((index) => isFit(peers[index] ?? unseen, index === current, chain));
  const rested = fit.filter((index) => now - (peers[index]?.leftAt ?? 0) >= restMs);
  if (fit.includes(current)) return rested.find((index) => index < current) ?? current;
  const next = rested[0] ?? fit[0];
  if (next !== undefined) return next;
  const ours = indexes.filter((index) => !ofOtherChain(peers[index] ?? unseen, chain));
  return ours.includes(current) ? current : (ours[0] ?? current);
}

/** Whether calls may go to it. The peer in use may be silent about its height: a certificate can have ended. */
export function isFit(seen: Seen, inUse: boolean, chain: string | undefined): boolean {
  if (ofOtherChain(seen, chain)) return false;
  if (inUse) return seen.answers !== false && seen.behind < ROUNDS_BEHIND;
  return seen.answers === true && seen.height !== undefined && seen.behind === 0;
}

export function standingOf(seen: Seen, inUse: boolean, chain: string | undefined): PeerStanding {
  if (ofOtherChain(seen, chain)) return "other chain";
  if (seen.answers === false || (seen.answers === undefined && !inUse)) return "away";
  if (inUse) return "current";
  return seen.behind > 0 ? "behind" : "standby";
}
