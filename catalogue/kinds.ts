// The kinds of values of which inputs, events and records are made (protocol.md 1.4): parser, canonical form, GraphQL type.
// What is refused is told by one sentence for each fault.
import * as z from "zod";
import type { EntityName } from "./entities.js";

/** How a field looks everywhere: its parser (which returns the canonical wire form) and its GraphQL type. */
export interface Kind<T = unknown> {
  readonly zod: z.ZodType<T>;
  /** GraphQL type without the final "!", lists as "[X!]". */
  readonly sdl: string;
  /** Which values it takes, for programs: two kinds of one form take the same, whatever their rules' words. */
  readonly form: string;
  /** May be absent or null in an input; stored and emitted as null. */
  readonly optional: boolean;
  /** The entity that the value is the id of: an event's cache tag. */
  readonly entity?: EntityName;
  /** Values of an enum named by `sdl`. */
  readonly values?: readonly string[];
  /** Fields of an input type named by `sdl`. */
  readonly fields?: Fields;
  /** What a list holds. */
  readonly item?: Kind;
}
export type Fields = Readonly<Record<string, Kind>>;
export type ValueOf<K> = K extends Kind<infer T> ? T : never;
export type RecordOf<F extends Fields> = { readonly [N in keyof F]: ValueOf<F[N]> };

/** A rule's sentence, preceded by "is missing" where nothing was given. */
const says = (rule: string) => (issue: { input?: unknown }) =>
  issue.input === undefined || issue.input === null ? `is missing: ${rule}` : rule;

function kind<T>(sdl: string, form: string, schema: z.ZodType<T>, more: Partial<Kind> = {}): Kind<T> {
  return { ...more, zod: schema, sdl, form, optional: false };
}

interface Pattern {
  readonly form: string;
  readonly pattern: RegExp;
  readonly rule: string;
}

function matching(sdl: string, { form, pattern, rule }: Pattern, more: Partial<Kind> = {}): Kind<string> {
  return kind(sdl, form, z.string({ error: says(rule) }).regex(pattern, { error: says(rule), abort: true }), more);
}

const UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
const UUIDS: Pattern = {
  form: "uuid",
  pattern: new RegExp(`^${UUID}$`),
  rule: "must be a uuid in lower-case hex (8-4-4-4-12)",
};

export const uuid = (): Kind<string> => matching("UUID", UUIDS);
/** The id of an entity that has a uuid; in an event it is also the cache tag `<entity>:<id>`. */
export const ref = (entity: EntityName): Kind<string> => matching("UUID", UUIDS, { entity });
const COUNTRIES: Pattern = { form: "country", pattern: /^[A-Z]{2}$/, rule: "must be two upper-case letters" };
export const country = (): Kind<string> => matching("CountryCode", COUNTRIES, { entity: "Country" });
const HASHES: Pattern = { form: "hash", pattern: /^[0-9a-f]{64}$/, rule: "must be 64 lower-case hex digits" };
export const hash = (): Kind<string> => matching("String", HASHES);

const MAX_QIRAT = 1_250_000_000_000_000_000n;
function amountOf(least: bigint): Kind<string> {
  const rule = `must be whole Qirat as decimal text from ${least} to ${MAX_QIRAT}, without sign, point or leading zero`;
  const inRange = (text: string) =>
    /^(0|[1-9][0-9]{0,18})$/.test(text) && BigInt(text) >= least && BigInt(text) <= MAX_QIRAT;
  return kind("Qirat", `qirat ${least}..`, z.string({ error: says(rule) }).refine(inRange, { error: says(rule) }));
}
/** An amount of 1 Qirat or more, canonical decimal text; compute with BigInt. */
export const qirat = (): Kind<string> => amountOf(1n);
/** An amount that may be 0. */
export const qirat0 = (): Kind<string> => amountOf(0n);

export function int(least: number, most: number, sdl = "Int"): Kind<number> {
  const rule = `must be a whole number from ${least} to ${most}`;
  const schema = z
    .number({ error: says(rule) })
    .refine((n) => Number.isSafeInteger(n) && n >= least && n <= most, { error: says(rule) });
  return kind(sdl, `int ${least}..${most}`, schema);
}
/** A whole number whose range is a matter of the ledger (parameters). */
export const integer = (): Kind<number> => int(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
/** A count that can pass 2^31: GraphQL `Count`. */
export const count = (): Kind<number> => int(0, Number.MAX_SAFE_INTEGER, "Count");
/** Basis points: 10000 = 100 %. */
export const bps = (): Kind<number> => int(0, 10_000);
/** Unix seconds. */
export const time = (): Kind<number> => int(0, Number.MAX_SAFE_INTEGER, "DateTime");
/** A country's share in 1e-8. */
export const units = (): Kind<number> => int(1, 100_000_000);
/** A country's share as text with exactly 8 decimals. */
export const share = (): Kind<string> =>
  matching("String", {
    form: "share",
    pattern: /^(0\.(?!0{8}$)[0-9]{8}|1\.0{8})$/,
    rule: "must be a decimal from 0.00000001 to 1.00000000 with exactly 8 decimals",
  });

export const flag = (): Kind<boolean> => {
  const rule = "must be true or false";
  return kind("Boolean", "flag", z.boolean({ error: says(rule) }));
};

const FORBIDDEN_IN_TEXT = /[\p{Cc}\p{Surrogate}\u200B\u2028\u2029\u202A-\u202E\u2066-\u2069\uFEFF]/u;
/** Text of `least` to `most` code points: NFC, no control or direction characters, no white space at either end. */
export function text(least: number, most: number): Kind<string> {
  const rule =
    `must be text of ${least} to ${most} characters in NFC, without control or direction characters ` +
    `and without white space at either end`;
  const good = (value: string) => {
    const length = [...value].length;
    return (
      length >= least &&
      length <= most &&
      !FORBIDDEN_IN_TEXT.test(value) &&
      value.normalize("NFC") === value &&
      !/^\p{White_Space}|\p{White_Space}$/u.test(value)
    );
  };
  const schema = z.string({ error: says(rule) }).refine(good, { error: says(rule) });
  return kind("String", `text ${least}..${most}`, schema);
}

export function choice<const V extends readonly string[]>(sdl: string, values: V): Kind<V[number]> {
  const rule = `must be one of ${values.join(", ")}`;
  const schema = z.literal(values as readonly V[number][], { error: says(rule) });
  return kind<V[number]>(sdl, `one of ${values.join("|")}`, schema, { values });
}
export const reasonCode = () =>
  choice("ReasonCode", ["ADMIN_ACTION", "SUSPICIOUS_ACTIVITY", "COMPLIANCE_REVIEW", "COURT_ORDER", "USER_REQUEST"]);

export const systemAccounts = [
  "SYSTEM_OPERATIONS_FUND",
  "SYSTEM_REDISTRIBUTION_POOL",
  "SYSTEM_LOAN_POOL",
  "SYSTEM_CHARITABLE_POOL",
  "SYSTEM_GX_POOL",
] as const;
export const mintedCounters = [
  "MINTED_USER_GENESIS",
  "MINTED_GOVT_GENESIS",
  "MINTED_CHARITABLE",
  "MINTED_LOAN",
  "MINTED_GX",
  "MINTED_OPERATIONS",
] as const;
const accountForms = {
  user: UUID,
  organization: `org_${UUID}`,
  treasury: "treasury_[A-Z]{2}",
  system: systemAccounts.join("|"),
  counter: mintedCounters.join("|"),
  /** The two counters that gather deltas. */
  genesis: mintedCounters.filter((counter) => counter.endsWith("_GENESIS")).join("|"),
} as const;
export type AccountForm = keyof typeof accountForms;
const ACCOUNTS = ["user", "organization", "treasury", "system"] as const;

/** An account id of one of the forms named; all four kinds of account when none is. */
export function account(...forms: readonly AccountForm[]): Kind<string> {
  const allowed = forms.length === 0 ? ACCOUNTS : forms;
  const pattern = new RegExp(`^(?:${allowed.map((form) => accountForms[form]).join("|")})$`);
  const rule = `must be the id of an account (${allowed.join(", ")})`;
  return matching("ID", { form: `account ${allowed.join("|")}`, pattern, rule }, { entity: "Wallet" });
}

/** May be absent or null; its canonical form is null. */
export function optional<T>(of: Kind<T>): Kind<T | null> {
  return {
    ...of,
    form: `${of.form}?`,
    zod: of.zod.nullish().transform((value) => value ?? null) as unknown as z.ZodType<T | null>,
    optional: true,
  };
}

/** `least` to `most` elements without duplicates (records: by `id` or `code`). */
export function list<T>(of: Kind<T>, least: number, most: number): Kind<readonly T[]> {
  const rule = `must hold ${least} to ${most} elements without duplicates`;
  const identity = (item: unknown): unknown => {
    const named = item as { id?: unknown; code?: unknown } | null;
    return of.fields && named ? (named.id ?? named.code) : item;
  };
  const good = (items: readonly T[]) =>
    items.length >= least && items.length <= most && new Set(items.map(identity)).size === items.length;
  const schema = z.array(of.zod, { error: says(rule) }).refine(good, { error: says(rule) });
  const more = { item: of, ...(of.entity ? { entity: of.entity } : {}) };
  return kind<readonly T[]>(`[${of.sdl}!]`, `${least}..${most} of ${of.form}`, schema, more);
}
/** A list in an event: as long as its block allows, duplicates allowed. */
export function array<T>(of: Kind<T>, length?: number): Kind<readonly T[]> {
  const rule = says(`must be a list${length === undefined ? "" : ` of ${length} elements`}`);
  const elements = z.array(of.zod, { error: rule });
  const schema = length === undefined ? elements : elements.length(length, { error: rule });
  const more = { item: of, ...(of.entity ? { entity: of.entity } : {}) };
  return kind<readonly T[]>(`[${of.sdl}!]`, `${length ?? "any"} of ${of.form}`, schema, more);
}

export function record<const F extends Fields>(sdl: string, fields: F): Kind<RecordOf<F>> {
  const forms = Object.entries(fields).map(([name, { form }]) => `${name}: ${form}`);
  return kind(sdl, `{${forms.join(", ")}}`, recordSchema(fields), { fields });
}

/** Parses an object with exactly these fields. */
export function recordSchema<F extends Fields>(fields: F): z.ZodType<RecordOf<F>> {
  const shape = Object.fromEntries(Object.entries(fields).map(([name, of]) => [name, of.zod]));
  const rule = says(`must be an object with ${Object.keys(fields).join(", ") || "no field"}`);
  const error = (issue: { code?: string; input?: unknown }) =>
    issue.code === "unrecognized_keys" ? undefined : rule(issue);
  return z.strictObject(shape, { error }) as unknown as z.ZodType<RecordOf<F>>;
}

/** One fault of an input: where, and the rule it breaks. */
export interface Fault {
  /** Dotted path from the input, e.g. `countries.3.share`. */
  readonly path: string;
  readonly message: string;
}

/** Every fault that a parser found, one line each. */
export function faultsOf(error: z.ZodError): Fault[] {
  return error.issues.flatMap((issue) =>
    issue.code === "unrecognized_keys"
      ? issue.keys.map((key) => ({ path: [...issue.path, key].join("."), message: "is unknown" }))
      : [{ path: issue.path.join("."), message: issue.message }],
  );
}
