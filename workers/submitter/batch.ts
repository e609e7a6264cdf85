// Which open commands travel together next (protocol.md 1.5 and 12, lanes). Pure: no clock, no database.
// Never lets a command overtake an older one that shares a lane key with it, nor two transactions at a time have one lane.

/** An open command, as far as choosing needs it. Order of acceptance is `seq`. */
export interface Open {
  readonly id: string;
  readonly seq: number;
  readonly lanes: readonly string[];
  /** Upper bound of the keys that it touches. */
  readonly weight: number;
  /** Bytes inside a batch. */
  readonly size: number;
  /** Milliseconds on the caller's clock before which it is not tried again. */
  readonly notBefore: number;
  /** It is in a transaction that has not settled; its lanes are among the busy ones. */
  readonly inFlight: boolean;
  /** Travels with those of its group alone, because a batch with them failed; 0: with anybody. */
  readonly group: number;
}

export interface BatchLimits {
  commands: number;
  weight: number;
  bytes: number;
}

export interface Choice<C extends Open> {
  /** In order of `seq`; empty when nothing may travel now. */
  batch: C[];
  /** No further command would have fitted: waiting for more is useless. */
  full: boolean;
  /** The earliest time at which a waiting command may travel; undefined when none waits. */
  nextAt: number | undefined;
}

const ENVELOPE_BYTES = '{"commands":[],"version":1}'.length;

/**
 * Those of `open`, which is ordered by `seq`, whose order of acceptance is complete: all up to the number `settled`. What is
 * held so keeps everything younger, on whatever lane: nobody overtakes.
 */
export function inOrder<C extends Open>(open: readonly C[], settled: number): readonly C[] {
  const end = placeAfter(open, settled);
  return end === open.length ? open : open.slice(0, end);
}

/** How many of `open`, which is ordered by `seq`, have a `seq` of at most `seq`. */
export function placeAfter(open: readonly { readonly seq: number }[], seq: number): number {
  let [low, high] = [0, open.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((open[middle]?.seq ?? Infinity) <= seq) low = middle + 1;
    else high = middle;
  }
  return low;
}

interface Filling<C extends Open> {
  batch: C[];
  weight: number;
  bytes: number;
}

const NO_LANES: ReadonlySet<string> = new Set();
const nobody = () => false;

/**
 * Chooses from `open`, which is ordered by `seq`. A command that waits, for its next attempt or for a lane, keeps younger ones
 * that share a lane key with it waiting; so does one that is held back. A command above the limit of weight or bytes travels
 * alone.
 */
export function chooseBatch<C extends Open>(
  open: Iterable<C>,
  limits: BatchLimits,
  now: number,
  busy: ReadonlySet<string> = NO_LANES,
  isHeldBack: (command: C) => boolean = nobody,
): Choice<C> {
  const taken = new Set<string>();
  const filling: Filling<C> = { batch: [], weight: 0, bytes: ENVELOPE_BYTES };
  const isFree = (lane: string) => !taken.has(lane) && !busy.has(lane);
  const waits = ({ notBefore }: C) => notBefore > now;
  const mayGo = (command: C) =>
    isOfGroup(command, filling.batch) && command.lanes.every(isFree) && !waits(command) && !isHeldBack(command);
  let nextAt: number | undefined;
  for (const command of open) {
    if (command.inFlight) continue;
    if (waits(command)) nextAt = Math.min(nextAt ?? Infinity, command.notBefore);
    if (!mayGo(command)) {
      for (const lane of command.lanes) taken.add(lane);
      continue;
    }
    if (!fits(command, filling, limits)) return { batch: filling.batch, full: true, nextAt };
    filling.batch.push(command);
    filling.weight += command.weight;
    filling.bytes += command.size + 1;
    if (filling.batch.length === limits.commands) break;
  }
  return { batch: filling.batch, full: isFull(filling.batch, limits), nextAt };
}

/** A group gets no further members. */
const isFull = (batch: readonly Open[], { commands }: BatchLimits): boolean =>
  batch.length >= commands || (batch[0]?.group ?? 0) !== 0;

/** The first command decides whose batch it is. */
const isOfGroup = <C extends Open>({ group }: C, [first]: readonly C[]): boolean =>
  first === undefined || first.group === group;

function fits<C extends Open>({ weight, size }: C, filling: Filling<C>, limits: BatchLimits): boolean {
  if (filling.batch.length === 0) return true;
  return filling.weight + weight <= limits.weight && filling.bytes + size + 1 <= limits.bytes;
}
