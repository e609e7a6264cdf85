// What an operation may cost, decided before it is validated or planned: tokens, depth, aliases, mutations.
// Never spend more time on a document than its length: fragments are measured once each.
import { type DocumentNode, type FieldNode, Kind, parse, type SelectionSetNode } from "graphql";
import type { Config } from "../platform/config.js";
import { messageOf } from "../platform/errors.js";
import type { Refusal } from "../platform/web.js";

export type Limits = Pick<Config["limits"], "tokens" | "depth" | "aliases" | "rootMutations">;

/** Undefined for a document that may go on; one with a syntax error may, too: the server says what is wrong with it. */
export type Examine = (query: string) => Refusal | undefined;

const REMEMBERED = 1_000;

export function openExamination(limits: Limits): Examine {
  const passed = new Set<string>();
  return (query) => {
    if (passed.has(query)) return undefined;
    const refusal = examine(query, limits);
    if (refusal) return refusal;
    if (passed.size >= REMEMBERED) passed.clear();
    passed.add(query);
    return undefined;
  };
}

function examine(query: string, limits: Limits): Refusal | undefined {
  let document: DocumentNode;
  try {
    document = parse(query, { maxTokens: limits.tokens, noLocation: true });
  } catch (error) {
    return messageOf(error).includes("tokens. Parsing aborted")
      ? over("TOO_MANY_TOKENS", "tokens", limits.tokens)
      : undefined;
  }
  const size = measure(document);
  if (size.fields > limits.tokens) return over("TOO_MANY_TOKENS", "fields, with its fragments spread", limits.tokens);
  if (size.depth > limits.depth) return over("QUERY_TOO_DEEP", "levels of fields", limits.depth);
  if (size.aliases > limits.aliases) return over("TOO_MANY_ALIASES", "aliases and repeated fields", limits.aliases);
  if (size.mutations > limits.rootMutations) return over("TOO_MANY_MUTATIONS", "mutations", limits.rootMutations);
  return undefined;
}

const over = (code: string, what: string, most: number): Refusal => ({
  ...{ status: 400, code },
  message: `The operation has more than ${most} ${what}.`,
});

interface Size {
  readonly depth: number;
  /** With every spread of a fragment counted. */
  readonly fields: number;
  /** Aliases, and fields that a selection names again: both make work without length. */
  readonly aliases: number;
}
const nothing: Size = { depth: 0, fields: 0, aliases: 0 };

const beside = (a: Size, b: Size): Size => ({
  depth: Math.max(a.depth, b.depth),
  fields: a.fields + b.fields,
  aliases: a.aliases + b.aliases,
});

function measure(document: DocumentNode): Size & { mutations: number } {
  const sizes = new Map<string, Size>();
  const fragments = new Map(
    document.definitions.flatMap((node) =>
      node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node.selectionSet] as const] : [],
    ),
  );
  const ofFragment = (name: string): Size => {
    const known = sizes.get(name);
    if (known) return known;
    const selections = fragments.get(name);
    // A fragment that spreads itself counts once here; validation refuses it.
    sizes.set(name, nothing);
    const size = selections ? ofSelections(selections) : nothing;
    sizes.set(name, size);
    return size;
  };
  const ofField = (field: FieldNode): Size => {
    const inner = field.selectionSet ? ofSelections(field.selectionSet) : nothing;
    const aliases = inner.aliases + (field.alias ? 1 : 0);
    // Introspection is deep by nature, answered by the gateway itself, and bounded by a rule of its own.
    const depth = field.name.value.startsWith("__") ? 1 : inner.depth + 1;
    return { depth, fields: inner.fields + 1, aliases };
  };
  const ofSelections = ({ selections }: SelectionSetNode): Size => {
    const parts = selections.map((selection) => {
      if (selection.kind === Kind.FIELD) return ofField(selection);
      if (selection.kind === Kind.FRAGMENT_SPREAD) return ofFragment(selection.name.value);
      return ofSelections(selection.selectionSet);
    });
    const names = selections.flatMap((node) => (node.kind === Kind.FIELD && !node.alias ? [node.name.value] : []));
    return beside(parts.reduce(beside, nothing), { ...nothing, aliases: names.length - new Set(names).size });
  };
  const operations = document.definitions.flatMap((node) => (node.kind === Kind.OPERATION_DEFINITION ? [node] : []));
  const size = operations.map(({ selectionSet }) => ofSelections(selectionSet)).reduce(beside, nothing);
  const mutations = operations
    .filter(({ operation }) => operation === "mutation")
    .reduce((sum, { selectionSet }) => sum + rootFields(selectionSet, fragments, new Set()), 0);
  return { ...size, mutations };
}

function rootFields(
  { selections }: SelectionSetNode,
  fragments: ReadonlyMap<string, SelectionSetNode>,
  spread: ReadonlySet<string>,
): number {
  return selections.reduce((sum, selection) => {
    if (selection.kind === Kind.FIELD) return sum + 1;
    if (selection.kind === Kind.INLINE_FRAGMENT) return sum + rootFields(selection.selectionSet, fragments, spread);
    const name = selection.name.value;
    const inner = fragments.get(name);
    if (!inner || spread.has(name)) return sum;
    return sum + rootFields(inner, fragments, new Set([...spread, name]));
  }, 0);
}
