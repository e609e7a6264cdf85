// What the law says of a type, as questions: one cell for each field and each value below it, with the text that asks for it.
// Never knows a schema of ours: the text of the law is all that it reads.
import { parse, print, type DirectiveNode, type FieldNode, type SelectionSetNode } from "graphql";
import type { Letter, Subgraph, TypeLaw } from "./law.js";

export interface Cell {
  readonly subgraph: Subgraph;
  readonly letter: Letter;
  /** Keys below the thing: a field, or a field and a value in it. */
  readonly path: readonly string[];
  /** Holds for accounts that are open to everybody, too. */
  readonly evenIfOpen: boolean;
  /** Where the field leads: to a type of the law, or to a list of one. */
  readonly leads?: { readonly type: string; readonly list: boolean };
  /** What a request selects. */
  readonly text: string;
}

const fieldsOf = (text: string): readonly FieldNode[] => {
  const [definition] = parse(`{ ${text} }`, { noLocation: true }).definitions;
  return (definition as { selectionSet: SelectionSetNode }).selectionSet.selections as readonly FieldNode[];
};

const valueOf = ({ arguments: given }: DirectiveNode) =>
  given?.map(({ value }) => ("value" in value ? String(value.value) : "")).join("") ?? "";

/** The cells of a field, the field's own first. */
function cellsOf(field: FieldNode, law: TypeLaw, letter: Letter, above: readonly string[] = []): Cell[] {
  const { name, directives = [], selectionSet, ...node } = field;
  const path = [...above, name.value];
  const evenIfOpen = law.closedEvenIfOpen?.includes(name.value) ?? false;
  const bare = print({ ...node, name, directives: [] } as FieldNode);
  const common = { subgraph: law.subgraph, letter, path, evenIfOpen };
  const [directive] = directives;
  if (!directive) {
    const inner = (selectionSet?.selections ?? []) as readonly FieldNode[];
    const below = inner.flatMap((each) => cellsOf(each, law, letter, path));
    const text = inner.length === 0 ? bare : `${bare} { ${below.map((cell) => cell.text).join(" ")} }`;
    return [{ ...common, text }, ...below];
  }
  const leads = { type: valueOf(directive), list: directive.name.value === "list" };
  if (!leads.list) return [{ ...common, leads, text: `${bare} { __typename }` }];
  const page = "edges { cursor node { __typename } } pageInfo { hasNextPage endCursor }";
  const total: Cell = {
    ...{ subgraph: law.subgraph, letter: "A", path: [...path, "totalCount"], evenIfOpen: true },
    text: `${bare} { totalCount }`,
  };
  return [{ ...common, leads, text: `${bare} { ${page} }` }, total];
}

export const cellsOfType = (law: TypeLaw): Cell[] =>
  Object.entries(law.fields).flatMap(([letter, text]) =>
    fieldsOf(text).flatMap((field) => cellsOf(field, law, letter as Letter)),
  );

/** Cells that a request names itself: what lies below a plain value is asked for with it. */
export const asked = (cells: readonly Cell[]): Cell[] =>
  cells.filter(({ path }) => path.length === 1 || path.at(-1) === "totalCount");
