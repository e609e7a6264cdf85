// Up to which number the order of acceptance is complete: no command can come in before one that is known any more. Pure.
// Never calls a number complete while a transaction that may have drawn a lower one is open, but for one that stays open.

/**
 * A row becomes visible when its transaction commits, not when its number is drawn: a lower number may come later. What tells
 * is who holds the sequence's lock, which a transaction takes before its first number and keeps to its end. Snapshots do
 * not tell: a number may be drawn before the transaction has an id, and a snapshot's xmax counts ended transactions only.
 *
 * So a row that was read is complete when everybody found drawing after that read has ended, and the rows were read once
 * more behind it: the calls alternate, `found` and then `read`.
 */
export interface Order {
  /** Commands up to this number may travel. */
  readonly settled: number;
  /** The highest number read so far. */
  readonly known: number;
  /** Commands were read that may not travel yet. */
  readonly holds: boolean;
  /** It is not known yet that everybody who may come in before them has ended. */
  readonly waits: boolean;
  /**
   * The open transactions that have drawn numbers, asked for before the rows are read, and milliseconds on the caller's clock.
   * Returns those that are waited for no longer.
   */
  found(drawing: readonly string[], now: number): string[];
  /** The highest number read, undefined where there was no row, and the number up to which no row was left out. */
  read(highest: number | undefined, covered: number): void;
}

/** Rows up to `seq` wait for these transactions; undefined until it was asked who is drawing. */
interface Held {
  readonly seq: number;
  waitsFor: { since: number; transactions: readonly string[] } | undefined;
}

/** `mostMs`: a session of somebody else that hangs in its transaction must not stop the queue for ever. */
export function createOrder(mostMs: number): Order {
  let held: Held[] = [];
  let ignored: readonly string[] = [];
  let passed = -1;
  let settled = -1;
  let known = -1;
  return {
    get settled() {
      return settled;
    },
    get known() {
      return known;
    },
    get holds() {
      return settled < known;
    },
    get waits() {
      return held.length > 0;
    },
    found: (drawing, now) => {
      const stuck = new Set<string>();
      for (const one of held) {
        const { since, transactions } = one.waitsFor ?? { since: now, transactions: drawing };
        one.waitsFor = { since, transactions: transactions.filter((id) => drawing.includes(id)) };
        if (now - since >= mostMs) for (const id of one.waitsFor.transactions) stuck.add(id);
      }
      const given = [...stuck].filter((id) => !ignored.includes(id));
      ignored = [...ignored, ...given].filter((id) => drawing.includes(id));
      const isWaiting = ({ waitsFor }: Held) => waitsFor?.transactions.some((id) => !ignored.includes(id)) ?? true;
      passed = Math.max(passed, ...held.filter((one) => !isWaiting(one)).map(({ seq }) => seq));
      held = held.filter(({ seq }) => seq > passed);
      return given;
    },
    read: (highest = -1, covered) => {
      settled = Math.max(settled, Math.min(passed, covered));
      if (highest <= known) return;
      known = highest;
      held.push({ seq: highest, waitsFor: undefined });
    },
  };
}
