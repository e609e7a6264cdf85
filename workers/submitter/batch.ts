// Which open commands travel together next (protocol.md 1.5 and 12, lanes). Pure: no clock, no database.
// Never lets a command overtake an older one that shares a lane key with it.

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
  /** Travels in a transaction of its own, because a batch with it failed. */
  readonly alone: boolean;
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
  const end = open.findIndex(({ seq }) => seq > settled);
  return end < 0 ? open : open.slice(0, end);
}

/**
 * Chooses from `open`, which is ordered by `seq`. A command that waits for its next attempt keeps younger ones that share a
 * lane key with it waiting. A command above the limit of weight or bytes travels alone.
 */
export function chooseBatch<C extends Open>(open: Iterable<C>, limits: BatchLimits, now: number): Choice<C> {
  const batch: C[] = [];
  const taken = new Set<string>();
  let weight = 0;
  let bytes = ENVELOPE_BYTES;
  let nextAt: number | undefined;
  const fits = (command: C) =>
    batch.length < limits.commands &&
    weight + command.weight <= limits.weight &&
    bytes + command.size + 1 <= limits.bytes;
  for (const command of open) {
    if (command.notBefore > now) nextAt = Math.min(nextAt ?? Infinity, command.notBefore);
    const mayTravel = command.notBefore <= now && !command.lanes.some((lane) => taken.has(lane));
    if (!mayTravel || (command.alone && batch.length > 0)) {
      for (const lane of command.lanes) taken.add(lane);
      continue;
    }
    if (batch.length > 0 && !fits(command)) return { batch, full: true, nextAt };
    batch.push(command);
    if (command.alone) return { batch, full: true, nextAt };
    weight += command.weight;
    bytes += command.size + 1;
  }
  return { batch, full: batch.length >= limits.commands, nextAt };
}
