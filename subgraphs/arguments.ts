// Arguments of queries, checked by the rules of the catalogue's kinds: every fault with its path.
import { getNamedType, type GraphQLField } from "graphql";
import { country, faultsOf, qirat, uuid, type Fault, type Kind } from "../catalogue/language.js";
import type { Context } from "./context.js";
import { invalidInput } from "./errors.js";

/** What the scalars of the graph stand for. Scalars themselves let everything in, so that all faults are told together. */
const kinds: Readonly<Record<string, Pick<Kind, "zod">>> = { UUID: uuid(), Qirat: qirat(), CountryCode: country() };

type Field = GraphQLField<unknown, Context, Readonly<Record<string, unknown>>>;
type Resolve = NonNullable<Field["resolve"]>;

export function checkedArguments(field: Field, resolve: Resolve): Resolve {
  const checks = field.args.flatMap(({ name, type }) => {
    const scalar = getNamedType(type).name;
    if (scalar === "DateTime") return [{ name, faults: faultsOfTime }];
    const kind = kinds[scalar];
    return kind ? [{ name, faults: (value: unknown) => faultsOfKind(kind, value) }] : [];
  });
  if (checks.length === 0) return resolve;
  return (parent, args, context, info) => {
    const faults = checks.flatMap(({ name, faults: found }) =>
      args[name] == null ? [] : found(args[name]).map(({ message }) => ({ path: name, message })),
    );
    if (faults.length > 0) throw invalidInput(faults);
    return resolve(parent, args, context, info);
  };
}

function faultsOfKind(kind: Pick<Kind, "zod">, value: unknown): Fault[] {
  const parsed = kind.zod.safeParse(value);
  return parsed.success ? [] : faultsOf(parsed.error);
}

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;

function faultsOfTime(value: unknown): Fault[] {
  const good = typeof value === "string" && TIME.test(value) && !Number.isNaN(Date.parse(value));
  return good ? [] : [{ path: "", message: "must be a time like 2026-01-31T12:00:00Z" }];
}
