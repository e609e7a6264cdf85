// Lists as Relay connections (protocol.md 16.1): newest first, a page read only when it is looked at.
// Never pages by counting rows: a cursor is a place in the order, so it stays right while rows arrive.
import { createHash } from "node:crypto";
import type { ColumnOf, ModelName, QueryOf, RowOf, WhereOf } from "../platform/reads.js";
import type { Context } from "./context.js";
import { invalidInput } from "./errors.js";

export interface PageArguments {
  readonly first?: number | null;
  readonly after?: string | null;
}

/** A list: which rows, and the column that is their order, newest last. */
export interface List<M extends ModelName> {
  readonly model: M;
  readonly where: WhereOf<M>;
  /**
   * What parts the list into lists that have no row in common, each of which an index holds in its order: they are read side
   * by side and merged. Absent: one index holds it as a whole.
   */
  readonly parts?: readonly WhereOf<M>[];
  readonly order: ColumnOf<M>;
  /** What tells this list from others: a cursor of one is foreign to all others. */
  readonly scope: string;
  /** What a row leads to, where the list is not of the rows themselves. */
  readonly node?: (row: RowOf<M>) => unknown;
}

export interface Connection<M extends ModelName> {
  readonly list: List<M>;
  edges(): Promise<{ cursor: string; node: unknown }[]>;
  pageInfo(): Promise<{ hasNextPage: boolean; endCursor: string | null }>;
  totalCount(): Promise<number | null>;
}

const DEFAULT_PAGE = 20;
const COUNTED = 10_000;

/** @throws INVALID_INPUT for a page size out of range or a cursor of another list. */
export function connection<M extends ModelName>(
  context: Context,
  list: List<M>,
  { first, after }: PageArguments,
): Connection<M> {
  const size = first ?? DEFAULT_PAGE;
  const cursors = cursorsOf(list.scope);
  const faults = [
    ...(size < 1 || size > context.pageSize
      ? [{ path: "first", message: `must be a whole number from 1 to ${context.pageSize}` }]
      : []),
    ...(after != null && cursors.decode(after) === undefined
      ? [{ path: "after", message: "must be a cursor of this list" }]
      : []),
  ];
  if (faults.length > 0) throw invalidInput(faults);
  const begin = after == null ? undefined : cursors.decode(after);
  let read: Promise<RowOf<M>[]> | undefined;
  const wheres = list.parts?.map((part) => ({ AND: [list.where, part] }) as unknown as WhereOf<M>) ?? [list.where];
  const readAll = async () => {
    const read = wheres.map((where) => context.reads.many(list.model, pageOf({ ...list, where }, size, begin)));
    return merged(await Promise.all(read), list.order);
  };
  const rows = () => (read ??= readAll());
  const cursorOf = (row: RowOf<M>) => cursors.encode(String(row[list.order]));
  return {
    list,
    edges: async () =>
      (await rows()).slice(0, size).map((row) => ({ cursor: cursorOf(row), node: list.node ? list.node(row) : row })),
    pageInfo: async () => {
      const last = (await rows()).slice(0, size).at(-1);
      return { hasNextPage: (await rows()).length > size, endCursor: last ? cursorOf(last) : null };
    },
    totalCount: async () => {
      const { model, order } = list;
      const counts = await Promise.all(wheres.map((where) => context.reads.count(model, where, COUNTED + 1, order)));
      const count = counts.reduce((sum, part) => sum + part, 0);
      return count > COUNTED ? null : count;
    },
  };
}

/** Newest first. */
function merged<M extends ModelName>(parts: readonly RowOf<M>[][], order: ColumnOf<M>): RowOf<M>[] {
  const [only = [], ...others] = parts;
  return others.length === 0 ? only : parts.flat().sort((a, b) => (a[order] < b[order] ? 1 : -1));
}

/** One row more than the page holds tells whether there is a next one. */
function pageOf<M extends ModelName>(list: List<M>, size: number, begin: string | undefined): QueryOf<M> {
  const beyond = begin === undefined ? {} : { [list.order]: { lt: list.order === "seq" ? BigInt(begin) : begin } };
  const query = { where: { AND: [list.where, beyond] }, orderBy: { [list.order]: "desc" }, take: size + 1 };
  return query as unknown as QueryOf<M>;
}

/** A position on the ledger, a number of acceptance, or a time and an id. */
const PLACE = /^[0-9a-f-]{1,60}$/;

function cursorsOf(scope: string) {
  const mark = createHash("sha256").update(scope).digest("base64url").slice(0, 8);
  return {
    encode: (place: string) => Buffer.from(`${mark}${place}`).toString("base64url"),
    decode: (cursor: string): string | undefined => {
      const text = Buffer.from(cursor, "base64url").toString("latin1");
      const place = text.slice(mark.length);
      return text.startsWith(mark) && PLACE.test(place) ? place : undefined;
    },
  };
}
