// What stands in a form and what it means as the input of a command. The rules are the catalogue's own; none is written here.
import { faultsOf, type AnyCommand, type Fault, type Fields, type Kind } from "../../catalogue/language.js";
import { idempotencyKey } from "../../catalogue/idempotency.js";

/** What was typed: text, the elements of a list, or the fields of a record. */
export type Raw = string | readonly Raw[] | { readonly [name: string]: Raw };
export type Typed = Readonly<Record<string, Raw>>;

export function emptyOf(kind: Kind): Raw {
  if (kind.item) return kind.optional ? [] : [emptyOf(kind.item)];
  return kind.fields ? emptyFields(kind.fields) : "";
}

export const emptyFields = (fields: Fields): Typed =>
  Object.fromEntries(Object.entries(fields).map(([name, kind]) => [name, emptyOf(kind)]));

/** The input as it would be sent; what was left empty is left out. */
export const inputOf = (fields: Fields, typed: Typed): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([name, kind]) => {
      const value = valueOf(kind, typed[name] ?? "");
      return value === undefined ? [] : [[name, value]];
    }),
  );

function valueOf(kind: Kind, raw: Raw): unknown {
  if (typeof raw === "string") return scalarOf(kind, raw);
  if (!(raw instanceof Array)) return inputOf(kind.fields ?? {}, raw as Typed);
  const { item } = kind;
  if (!item || (kind.optional && raw.length === 0)) return undefined;
  return raw.map((each) => valueOf(item, each));
}

/** What is no number or flag goes on as text: the rule then says what is wrong with it. */
function scalarOf({ sdl }: Kind, raw: string): unknown {
  if (raw === "") return undefined;
  if ((sdl === "Int" || sdl === "Count") && /^-?\d{1,16}$/.test(raw)) return Number(raw);
  if (sdl === "Boolean") return raw === "true";
  return raw;
}

/** Every fault of what was typed, the key's included, each with its dotted path. */
export function faultsIn(command: AnyCommand, typed: Typed, key: string): readonly Fault[] {
  const parsed = command.schema.safeParse(inputOf(command.fields, typed));
  const keyed = idempotencyKey.zod.safeParse(key);
  return [
    ...(parsed.success ? [] : faultsOf(parsed.error)),
    ...(keyed.success ? [] : faultsOf(keyed.error).map(({ message }) => ({ path: "idempotencyKey", message }))),
  ];
}

/** The same tree with another value at a dotted path. */
export function replaced(raw: Raw, path: readonly string[], value: Raw): Raw {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (typeof raw === "string") return raw;
  if (raw instanceof Array)
    return raw.map((each: Raw, index) => (String(index) === step ? replaced(each, rest, value) : each));
  const record = raw as Typed;
  return { ...record, [step]: replaced(record[step] ?? "", rest, value) };
}

/** The rule that a value breaks which is nothing at all: what is shown beside an empty field. */
export function ruleOf(kind: Kind): string {
  const parsed = kind.zod.safeParse(Symbol("nothing"));
  return parsed.success ? "" : (faultsOf(parsed.error)[0]?.message ?? "").replace(/^is missing: /, "");
}

const HASH = "0".repeat(64);
/** Kinds do not say that they are hashes; what they take does. */
export const isHash = ({ zod, sdl }: Kind): boolean =>
  sdl === "String" && zod.safeParse(HASH).success && !zod.safeParse(HASH.slice(1)).success;

/** The mutation that sends the same, with its variables. */
export function mutationOf({ fields }: AnyCommand, mutation: string, typed: Typed, key: string) {
  const input = inputOf(fields, typed);
  const given = Object.entries(fields).filter(([name, { optional }]) => name in input || !optional);
  const declared = given.map(([name, { sdl, optional }]) => `$${name}: ${sdl}${optional ? "" : "!"}, `).join("");
  const passed = given.map(([name]) => `${name}: $${name}, `).join("");
  const document = `mutation (${declared}$idempotencyKey: String!) {
  ${mutation}(${passed}idempotencyKey: $idempotencyKey) {
    commandId name status acceptedAt existing
  }
}`;
  return { document, variables: JSON.stringify({ ...input, idempotencyKey: key }, undefined, 2) };
}
