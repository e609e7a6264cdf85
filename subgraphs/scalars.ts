// The scalars of the graph (protocol.md 16.1). What goes out is in its canonical form; what comes in is checked with its
// field by the rules of the catalogue, so that all faults of a request are told together.
import { GraphQLScalarType } from "graphql";

const scalar = (name: string, description: string, serialize: (value: unknown) => unknown) =>
  new GraphQLScalarType({ name, description, serialize });

const text = (value: unknown): string => {
  if (typeof value !== "string") throw new TypeError("must be text");
  return value;
};

/** Counts come from the database as bigint and go out as JSON numbers. */
function count(value: unknown): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < 0) throw new TypeError("must be a whole number below 2^53");
  return number;
}

function qirat(value: unknown): string {
  if (typeof value !== "bigint" && !(typeof value === "string" && /^\d+$/.test(value))) {
    throw new TypeError("must be whole Qirat");
  }
  return String(value);
}

export const scalars = {
  Qirat: scalar("Qirat", "An amount in Qirat as decimal text: 1 GX = 1,000,000 Qirat.", qirat),
  DateTime: scalar("DateTime", "A time in UTC, ISO 8601.", (value) => (value as Date).toISOString()),
  CountryCode: scalar("CountryCode", "Two upper-case letters.", text),
  UUID: scalar("UUID", "Lower-case hex: 8-4-4-4-12.", text),
  Count: scalar("Count", "A whole number below 2^53.", count),
} as const;
export type ScalarName = keyof typeof scalars;

/** SDL of a scalar, as printed into each subgraph that uses it. */
export const scalarDefinition = (name: ScalarName): string => `"${scalars[name].description ?? ""}" scalar ${name}`;
