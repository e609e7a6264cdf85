// What an operation may cost, decided before it is validated or planned: tokens, depth, aliases, mutations.
// Never spend more time on a document than its length: fragments are measured once each.
import { type DocumentNode, type FieldNode, GraphQLError, Kind, type SelectionSetNode } from "graphql";
import type { Config } from "../platform/config.js";

export type Limits = Pick<Config["limits"], "tokens" | "depth" | "aliases" | "rootMutations">;

/** What is too much about a document; undefined for one that may go on. */
export function examine(document: DocumentNode, limits: Limits): GraphQLError | undefined {
  const size = measure(document);
  if (size.fields > limits.tokens) return over("TOO_MANY_TOKENS", "fields, with its fragments spread", limits.tokens);
  if (size.depth > limits.depth) return over("QUERY_TOO_DEEP", "levels of fields", limits.depth);
  if (size.aliases > limits.aliases) return over("TOO_MANY_ALIASES", "aliases and repeated fields", limits.aliases);
  if (size.mutations > limits.rootMutations) return over("TOO_MANY_MUTATIONS", "mutations", limits.rootMutations);
  return undefined;
}

export const over = (code: string, what: string, most: number): GraphQLError =>
  new GraphQLError(`The operation has more than ${most} ${what}.`, { extensions: { code } });

interface Size {
  readonly depth: number;
  /** With every spread of a fragment counted. */
  readonly fields: number;
  /** Aliases, and fields that a selection names again: both make work without length. */
  readonly aliases: number;
}

/** A selection set that may be part of another one: what it adds to the selections beside it. */
interface Part extends Size {
  readonly keys: ReadonlySet<string>;
  /** Fields of the selection itself, without those below; more than keys where a key comes again. */
  readonly width: number;
}
const nothing: Part = { depth: 0, fields: 0, aliases: 0, keys: new Set(), width: 0 };

/** A selection set on its own. */
const whole = ({ keys, width, ...size }: Part): Size => ({ ...size, aliases: size.aliases + width - keys.size });

const beside = (a: Size, b: Size): Size => ({
  depth: Math.max(a.depth, b.depth),
  fields: a.fields + b.fields,
  aliases: a.aliases + b.aliases,
});

function measure(document: DocumentNode): Size & { mutations: number } {
  const partOf = openMeasure(document);
  // A fragment that no operation spreads is validated all the same.
  const parts = document.definitions.flatMap((node): MeasuredPart[] => {
    if (node.kind === Kind.OPERATION_DEFINITION) return [{ ...partOf(node.selectionSet), of: node.operation }];
    return node.kind === Kind.FRAGMENT_DEFINITION ? [{ ...partOf(node.selectionSet), of: "fragment" }] : [];
  });
  const mutations = parts.reduce((sum, { of, width }) => sum + (of === "mutation" ? width : 0), 0);
  const operations = parts.filter(({ of }) => of !== "fragment").map(whole);
  const size = operations.reduce(beside, nothing);
  return { ...size, aliases: Math.max(size.aliases, ...parts.map((part) => whole(part).aliases)), mutations };
}

type MeasuredPart = Part & { readonly of: "query" | "mutation" | "subscription" | "fragment" };

/** Measures selection sets; a fragment is looked at once, however often it is spread. */
function openMeasure(document: DocumentNode): (selections: SelectionSetNode) => Part {
  const fragments = new Map(
    document.definitions.flatMap((node) =>
      node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node.selectionSet] as const] : [],
    ),
  );
  const known = new Map<string, Part>();
  const ofFragment = (name: string): Part => {
    const measured = known.get(name);
    if (measured) return measured;
    const selections = fragments.get(name);
    // A fragment that spreads itself counts once here; validation refuses it.
    known.set(name, nothing);
    const part = selections ? ofSelections(selections) : nothing;
    known.set(name, part);
    return part;
  };
  const ofField = ({ name, alias, selectionSet }: FieldNode): Part => {
    const inner = selectionSet ? whole(ofSelections(selectionSet)) : nothing;
    // Introspection is deep by nature, answered by the gateway itself, and bounded by a rule of its own.
    const depth = name.value.startsWith("__") ? 1 : inner.depth + 1;
    const aliases = inner.aliases + (alias ? 1 : 0);
    return { depth, fields: inner.fields + 1, aliases, keys: new Set([(alias ?? name).value]), width: 1 };
  };
  const ofSelections = ({ selections }: SelectionSetNode): Part => {
    const keys = new Set<string>();
    const parts = selections.map((selection) => {
      if (selection.kind === Kind.FIELD) return ofField(selection);
      return selection.kind === Kind.FRAGMENT_SPREAD
        ? ofFragment(selection.name.value)
        : ofSelections(selection.selectionSet);
    });
    for (const part of parts) for (const key of part.keys) keys.add(key);
    return { ...parts.reduce(beside, nothing), keys, width: parts.reduce((sum, { width }) => sum + width, 0) };
  };
  return ofSelections;
}
