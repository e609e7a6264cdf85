// What must hold of the state that the blocks give (protocol.md 17): the form in which each domain says it, and how rows are read.
import type { Keyed, Row, State } from "../state.js";

/** Told of every look at an invariant, by its number; the sentence says what does not hold. */
export type Must = (invariant: number, holds: boolean, sentence: string) => void;

/** The invariants of one domain. */
export interface Invariants {
  /** Number in protocol.md 17 → what it says. Those of single executions are looked at by history.ts. */
  readonly sentences: Readonly<Record<number, string>>;
  check(state: State, must: Must): void;
}

export const number = (row: Row | undefined, column: string) => BigInt(row?.[column] ?? "0");
export const sum = (values: Iterable<bigint>) => [...values].reduce((total, value) => total + value, 0n);
export const valuesOf = ({ rows }: Pick<State, "rows">, table: Keyed) => [...rows[table].values()];
/** Stored part and unfolded credits of a wallet or pool. */
export const balanceOf = (row: Row | undefined) => number(row, "stored") + number(row, "pending");
