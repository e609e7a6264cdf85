// How a table of schema `read` is declared: key and columns, camelCase here and snake_case in the database. Types and values only.

/** PostgreSQL type of a column; "?" = may be null. */
export type Column =
  `${"text" | "uuid" | "integer" | "bigint" | "boolean" | "timestamptz"}${"" | "?"}` | "bigint[]" | "uuid[]";

export interface Table {
  readonly key: readonly string[];
  readonly columns: Readonly<Record<string, Column>>;
  /** Columns by which rows can be changed together; the first of the key. */
  readonly group?: readonly string[];
}

/** A table with the columns of its key. */
export const table = <const K extends readonly (keyof C & string)[], const C extends Readonly<Record<string, Column>>>(
  key: K,
  columns: C,
) => ({ key, columns });
/** A table of which rows can be changed together by the columns of `group`. */
export const grouped = <
  const G extends readonly (keyof C & string)[],
  const K extends readonly (keyof C & string)[],
  const C extends Readonly<Record<string, Column>>,
>(
  group: G,
  key: K,
  columns: C,
) => ({ group, ...table(key, columns) });
