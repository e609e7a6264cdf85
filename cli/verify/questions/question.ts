// One object of the ledger: how to ask for it by gx:query, and what the fold of the blocks says of it.
import type { Cell, Row, State } from "../state.js";

export type Answer = Readonly<Record<string, unknown>> | null;
export type Pair = readonly [field: string, found: Cell, expected: Cell];

export interface Question {
  readonly check: string;
  readonly what: string;
  /** Of the query, with its arguments. */
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** What must be equal: found in the answer, expected by the fold at this moment; null = there must be none. */
  expected(answer: Answer): readonly Pair[];
}

/** The questions about one domain's objects. */
export type Questions = (state: State) => readonly Question[];

export const cell = (value: unknown): Cell => (value === null || value === undefined ? null : String(value));
const seconds = (ms: Cell): Cell => (ms === null ? null : String(Number(ms) / 1_000));

/** Fields of an answer and the columns that say the same; "@" before a column: a time. Lists are compared joined by commas. */
export function pairs(
  answer: object | null | undefined,
  row: Row | undefined,
  columns: Readonly<Record<string, string>>,
): Pair[] {
  return Object.entries(columns).map(([field, column]) => {
    const expected = row?.[column.replace("@", "")] ?? null;
    const found = cell((answer as Record<string, unknown> | null | undefined)?.[field]);
    return [field, found, column.startsWith("@") ? seconds(expected) : expected];
  });
}

export const each = <T>(table: ReadonlyMap<string, Row>, make: (key: string) => T): T[] => [...table.keys()].map(make);
