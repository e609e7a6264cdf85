// Kinds of values in the printed pages: a short rule for each field, and values to try where only running code can tell.
import type { Fields, Kind } from "../../catalogue/language.js";
import { parameterIds } from "../../catalogue/parameters.js";
import { ruleOf } from "../rule.js";
import { code, table } from "./markdown.js";

/** What holds for every value of a kind stands once at the top of a page. */
const shortened: readonly (readonly [long: RegExp, short: string])[] = [
  [/^must be |^must hold /, ""],
  [/; each must be /, "; each "],
  [/; each .*must hold /, "; each holds "],
  [/ in NFC, without control or direction characters and without white space at either end/, ""],
  [/, without sign, point or leading zero/, ""],
  [/ in lower-case hex \(8-4-4-4-12\)/, ""],
  [/ as decimal text from 1 to 1250000000000000000/, ", 1 or more"],
  [/ as decimal text from 0 to 1250000000000000000/, ", 0 or more"],
  [/ from -9007199254740991 to 9007199254740991/, ""],
  [/ from 0 to 9007199254740991/, ", 0 or more"],
];

export const shortRuleOf = (kind: Kind): string =>
  shortened.reduce((text, [long, short]) => text.replace(long, short), ruleOf(kind));

/** A row for each field; fields of records follow their record as `record.field`. */
export function fieldTable(fields: Fields, always: boolean): string[] {
  const rows = rowsOf(fields, "", always);
  return rows.length === 0 ? [] : table(["field", "type", "rule"], rows);
}

function rowsOf(fields: Fields, before: string, always: boolean): string[][] {
  return Object.entries(fields).flatMap(([name, kind]) => {
    const inner = kind.fields ?? kind.item?.fields;
    const none = kind.optional ? (always ? ", or null" : "; may be left out") : "";
    const row = [code(`${before}${name}`), code(`${kind.sdl}${kind.optional ? "" : "!"}`), shortRuleOf(kind) + none];
    return [row, ...(inner ? rowsOf(inner, `${before}${name}.`, always) : [])];
  });
}

export const kindsOfValues: readonly string[] = [
  "- A **uuid** is lower-case hex, `8-4-4-4-12`. What a command creates has the command's id; a user's id is given.",
  '- **Qirat** is decimal text without sign, point or leading zero: 1 GX = 1,000,000 Qirat, so `"2500000"` is 2.5 GX.',
  "- The **id of an account** is a uuid (a user), `org_<uuid>`, `treasury_<country>`, or one of the `SYSTEM_` names.",
  "- **Text** is NFC, without control or direction characters and without white space at either end.",
  "- **Basis points** are whole numbers, 10000 = 100 %. A **time** in an event is in Unix seconds, in the graph ISO 8601.",
];

const UUID = "00000000-0000-7000-8000-000000000101";
const OTHER = "00000000-0000-7000-8000-000000000102";
const plain: readonly unknown[] = [
  ...[UUID, OTHER, `org_${UUID}`, "treasury_NG", "SYSTEM_LOAN_POOL", "MINTED_LOAN", "MINTED_USER_GENESIS"],
  ...["NG", "a".repeat(64), "2", "0.00000001", "text", ...parameterIds, 2, 30, -50, true, false, null],
];

/** Values that a kind takes, the plainest first: every choice, every form of an account, null where it may be. */
export function samplesOf(kind: Kind): readonly unknown[] {
  const { item, fields, values = [] } = kind;
  const items = item ? samplesOf(item).map((value) => [value]) : [];
  const longer = item ? [Array.from({ length: 6 }, () => samplesOf(item)[0])] : [];
  const records = fields ? variedSamples(fields) : [];
  const tried = [...values, ...items, ...longer, ...records, ...plain];
  return tried.filter((value) => value !== undefined && kind.zod.safeParse(value).success);
}

/** Records of good values: one of the plainest, then each field's other values in turn. */
export function variedSamples(fields: Fields): readonly Readonly<Record<string, unknown>>[] {
  const samples = Object.entries(fields).map(([name, kind]) => [name, samplesOf(kind)] as const);
  const plainest = Object.fromEntries(samples.map(([name, [first]]) => [name, first]));
  return [
    plainest,
    ...samples.flatMap(([name, [, ...others]]) => others.map((value) => ({ ...plainest, [name]: value }))),
  ];
}
