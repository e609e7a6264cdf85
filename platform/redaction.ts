// What no line of the log may hold, taken out before it is written: by the name of a field, and by the shape of a text.
// Never a payload, token, key, certificate or password, however deep it is hidden.
import { withoutPasswords } from "./errors.js";

const HIDDEN = "[redacted]";
/** Deeper than any line of ours: what is below is not shown at all. */
const DEPTH = 6;

const secretNames = new Set([
  ...[
    "password",
    "secret",
    "token",
    "authorization",
    "key",
    "privatekey",
    "certificate",
    "cert",
    "cookie",
    "pem",
    "jwt",
  ],
  ...[
    "input",
    "payload",
    "body",
    "variables",
    "databaseurl",
    "redisurl",
    "cacheurl",
    "connectionstring",
    "biometrichash",
  ],
]);

/** Texts that are secret wherever they stand: a signed token, one behind its scheme, and everything in PEM. */
const secretTexts: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z0-9 ]+-----[\s\S]*?(?:-----END [A-Z0-9 ]+-----|$)/g, HIDDEN],
  [/\beyJ[\w-]{6,}\.[\w-]+\.[\w-]*/g, HIDDEN],
  [/\b(Bearer|Basic) +[\w.~+/=-]{8,}/gi, `$1 ${HIDDEN}`],
];
/** What every one of them has: most texts are looked at no closer. */
const SUSPICIOUS = /eyJ|-----|bearer |basic |:\/\//i;

export function withoutSecrets(text: string): string {
  if (!SUSPICIOUS.test(text)) return text;
  return secretTexts.reduce((left, [pattern, by]) => left.replace(pattern, by), withoutPasswords(text));
}

/** The fields of a line without secrets; errors are left to whoever serialises them. */
export const hidden = (fields: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, shown(name, value, DEPTH)]));

function shown(name: string, value: unknown, depth: number): unknown {
  if (value !== undefined && value !== null && secretNames.has(name.toLowerCase())) return HIDDEN;
  return scrubbed(value, depth);
}

function scrubbed(value: unknown, depth: number): unknown {
  if (typeof value === "string") return withoutSecrets(value);
  if (typeof value !== "object" || value === null || value instanceof Error) return value;
  if (depth === 0 || ArrayBuffer.isView(value)) return HIDDEN;
  if (Array.isArray(value)) return value.map((item) => scrubbed(item, depth - 1));
  if (value instanceof Date || "toJSON" in value) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, shown(name, item, depth - 1)]));
}
