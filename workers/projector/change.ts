// What a projection returns: changes of its own domain's rows. Nothing here touches a database.
import type { EventName, EventNamed } from "../../catalogue/index.js";
import type { RecordedOf } from "../../catalogue/language.js";
import type { Column, TableOwner, Tables } from "./tables.js";

/** A column's value: amounts and counts as bigint, times in Unix seconds. */
export type Value = string | number | bigint | boolean | null | readonly number[] | readonly string[];

type Plain<C> = C extends "integer" | "timestamptz"
  ? number
  : C extends "bigint"
    ? bigint
    : C extends "boolean"
      ? boolean
      : C extends "bigint[]"
        ? readonly number[]
        : C extends "uuid[]"
          ? readonly string[]
          : string;
type ValueIn<C> = C extends `${infer T}?` ? Plain<T> | null : Plain<C>;

export type TableName<D extends TableOwner> = keyof Tables[D] & string;
type Columns<D extends TableOwner, T extends TableName<D>> = Tables[D][T] extends {
  readonly columns: infer C extends Readonly<Record<string, Column>>;
}
  ? C
  : never;
type KeyName<D extends TableOwner, T extends TableName<D>> = Tables[D][T] extends {
  readonly key: readonly (infer K extends string)[];
}
  ? K
  : never;

type GroupName<D extends TableOwner, T extends TableName<D>> = Tables[D][T] extends {
  readonly group: readonly (infer G extends string)[];
}
  ? G
  : never;
/** The tables of which rows can be changed together. */
export type GroupedTable<D extends TableOwner> = {
  [T in TableName<D>]: Tables[D][T] extends { readonly group: readonly string[] } ? T : never;
}[TableName<D>];

/** A whole row. */
export type Row<D extends TableOwner, T extends TableName<D>> = {
  readonly [N in keyof Columns<D, T>]: ValueIn<Columns<D, T>[N]>;
};
/** The columns that name one row. */
export type Key<D extends TableOwner, T extends TableName<D>> = Pick<Row<D, T>, KeyName<D, T> & keyof Row<D, T>>;
type Rest<D extends TableOwner, T extends TableName<D>> = Omit<Row<D, T>, KeyName<D, T>>;
type Summed<D extends TableOwner, T extends TableName<D>> = {
  readonly [N in keyof Rest<D, T> as Rest<D, T>[N] extends bigint ? N : never]?: bigint;
};

/** The columns that name a group of rows. */
export type Group<D extends TableOwner, T extends TableName<D>> = Pick<Row<D, T>, GroupName<D, T> & keyof Row<D, T>>;

export type Operation = "put" | "append" | "patch" | "add" | "patchGroup";

/** One change; `values` holds the key's columns too. */
export interface Change<D extends TableOwner = TableOwner> {
  readonly domain: D;
  readonly operation: Operation;
  readonly table: string;
  readonly values: Readonly<Record<string, Value>>;
}

/** The changes of a domain, which know its tables only. */
export interface Changes<D extends TableOwner> {
  /** The row is this one from now on, whether it was there or not. */
  put<T extends TableName<D>>(table: T, row: Row<D, T>): Change<D>;
  /** The row is inserted once; a second one of the same key changes nothing. */
  append<T extends TableName<D>>(table: T, row: Row<D, T>): Change<D>;
  /** Some columns of a row that is there. */
  patch<T extends TableName<D>>(table: T, key: Key<D, T>, set: Partial<Rest<D, T>>): Change<D>;
  /** Adds to columns. A row that is not there is made where these are all its columns. Exactly once by the checkpoint. */
  add<T extends TableName<D>>(table: T, key: Key<D, T>, by: Summed<D, T>): Change<D>;
  /** Some columns of all rows of a group that are there by now; of none, if there are none. */
  patchGroup<T extends GroupedTable<D>>(table: T, group: Group<D, T>, set: Partial<Rest<D, T>>): Change<D>;
}

export function changesOf<D extends TableOwner>(domain: D): Changes<D> {
  const change = (operation: Operation, table: string, values: object): Change<D> => ({
    domain,
    operation,
    table,
    values: values as Readonly<Record<string, Value>>,
  });
  return {
    put: (table, row) => change("put", table, row),
    append: (table, row) => change("append", table, row),
    patch: (table, key, set) => change("patch", table, { ...key, ...set }),
    add: (table, key, by) => change("add", table, { ...key, ...by }),
    patchGroup: (table, group, set) => change("patchGroup", table, { ...group, ...set }),
  };
}

/** Where an event stands. */
export interface Place {
  readonly block: number;
  readonly txId: string;
  readonly commandId: string;
  /** Index of the event in its outcome. */
  readonly index: number;
  /** Sorts like the ledger; `line` parts several rows of one event. */
  position(line?: number): string;
}

/** A domain's projection: what each event changes in its tables. Pure. */
export type Projection<D extends TableOwner> = {
  readonly [N in EventName]?: (event: RecordedOf<EventNamed<N>>, place: Place) => readonly Change<D>[];
};
