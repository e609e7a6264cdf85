// The typed client for reads, over the pool of this process. Never writes.
import { PrismaPg } from "@prisma/adapter-pg";
import { PrismaClient, type Prisma } from "../generated/prisma/client.js";
import { asUnavailable, type Database } from "./database.js";
import { GxError } from "./errors.js";

type Models = Prisma.TypeMap["model"];
export type ModelName = keyof Models;
/** One row of a model, all columns. */
export type RowOf<M extends ModelName> = Models[M]["payload"]["scalars"];
/** What `findMany` takes: where, orderBy, take … */
export type QueryOf<M extends ModelName> = Models[M]["operations"]["findMany"]["args"];

export type WhereOf<M extends ModelName> = NonNullable<QueryOf<M>["where"]>;

export type ColumnOf<M extends ModelName> = keyof RowOf<M> & string;

export interface Reads {
  /** @throws GxError UNAVAILABLE when PostgreSQL is away. */
  many<M extends ModelName>(model: M, query: QueryOf<M>): Promise<RowOf<M>[]>;
  /** The only row, or the first by the order asked for. Errors as `many`. */
  first<M extends ModelName>(model: M, query?: QueryOf<M>): Promise<RowOf<M> | undefined>;
  /** How many rows match, but `atMost` and no more, counted along `order`. Errors as `many`. */
  count<M extends ModelName>(model: M, where: WhereOf<M>, atMost: number, order: ColumnOf<M>): Promise<number>;
}

interface Delegate {
  findMany(query: unknown): Promise<unknown[]>;
  count(query: unknown): Promise<number>;
}

/**
 * The settings with which rows are to be read. A list is walked along the index that is its order. A bitmap has to be
 * gathered and sorted as a whole, and looks cheaper only where filters go together, as a time and a place in the ledger do.
 */
export const READING = { enable_bitmapscan: "off" } as const;

export function openReads(database: Database): Reads {
  const adapter = new PrismaPg(database.pool, { disposeExternalPool: false });
  // The generated delegates are all of one shape; their types do not say so for a model by its name.
  const client = new PrismaClient({ adapter, errorFormat: "minimal" }) as unknown as Record<string, Delegate>;
  const delegateOf = (model: ModelName): Delegate => {
    const delegate = client[`${model.slice(0, 1).toLowerCase()}${model.slice(1)}`];
    if (!delegate) throw new GxError("INTERNAL", `there is no model ${model}`);
    return delegate;
  };
  const guarded = <T>(model: ModelName, read: (delegate: Delegate) => Promise<T>): Promise<T> =>
    database.guard(`read ${model}`, () => read(delegateOf(model)).catch(fail));
  // Rows of another model cannot come back: the query names it.
  const many: Reads["many"] = async (model, query) =>
    (await guarded(model, (delegate) => delegate.findMany(query))) as never;
  return {
    many,
    first: async (model, query = {}) => (await many(model, { ...query, take: 1 } as typeof query))[0],
    // A count that stops is given an order by the client, that of the key unless told otherwise: no filter's index holds it.
    count: (model, where, take, order) =>
      guarded(model, (delegate) => delegate.count({ where, take, orderBy: { [order]: "desc" } })),
  };
}

// P1xxx: the server cannot be reached or closed the connection; P2024, P2037: no connection is free.
const AWAY = /^(P1\d{3}|P2024|P2037)$/;

interface ClientFailure {
  code?: unknown;
  meta?: { driverAdapterError?: { cause?: { originalCode?: unknown } } };
  cause?: unknown;
}

function fail(error: unknown): never {
  const { code, meta, cause } = error as ClientFailure;
  const original = meta?.driverAdapterError?.cause?.originalCode;
  if (typeof code === "string" && AWAY.test(code)) throw away(error);
  if (asUnavailable({ code: original }) instanceof GxError) throw away(error);
  if (asUnavailable(error) instanceof GxError || asUnavailable(cause) instanceof GxError) throw away(error);
  throw error;
}

const away = (cause: unknown) =>
  new GxError("UNAVAILABLE", "The database does not answer.", { retry: "later", public: true, cause });
