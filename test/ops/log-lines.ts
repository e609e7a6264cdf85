// What a line of the log must look like and must never hold, typed by hand from the specification.
// Imports nothing of the loggers that it judges.

type Rule = (value: unknown) => boolean;

const text: Rule = (value) => typeof value === "string" && value !== "";
const number: Rule = (value) => typeof value === "number" && Number.isFinite(value);
const matching =
  (pattern: RegExp): Rule =>
  (value) =>
    typeof value === "string" && pattern.test(value);
const listOf =
  (rule: Rule): Rule =>
  (value) =>
    Array.isArray(value) && value.every(rule);

const uuid = matching(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);
const trace = matching(/^(?!0{32})[0-9a-f]{32}$/);

const always: Readonly<Record<string, Rule>> = {
  timestamp: matching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
  level: matching(/^(TRACE|DEBUG|INFO|WARN|ERROR|FATAL)$/),
  service: matching(/^(gateway|subgraphs?(-[a-z]+)?|submitter(-[a-z-]+)?|projector|ledger|network)$/),
  environment: matching(/^(development|testnet|mainnet)$/),
  version: text,
  message: text,
};

const whereItApplies: Readonly<Record<string, Rule>> = {
  traceId: trace,
  traceIds: listOf(trace),
  userId: uuid,
  duration_ms: number,
  domain: text,
  role: text,
  commandId: uuid,
  commandIds: listOf(uuid),
  command: matching(/^[a-z]\w*$/i),
  txId: text,
  block: number,
  code: (value) => text(value) || number(value),
  lag_ms: (value) => number(value) && Number(value) >= 0,
  error: (value) =>
    typeof value === "object" && value !== null && "name" in value && text(value.name) && !("cause" in value),
};

/** What is wrong with a line; empty for one as it should be. */
export function faultsOf(line: string): string[] {
  const fields = parsed(line);
  if (!fields) return [`no JSON object: ${line.slice(0, 200)}`];
  const missing = Object.keys(always).filter((name) => !(name in fields));
  const rules = { ...always, ...whereItApplies };
  const wrong = Object.entries(rules).filter(([name, holds]) => name in fields && !holds(fields[name]));
  return [
    ...missing.map((name) => `without ${name}: ${line.slice(0, 200)}`),
    ...wrong.map(([name]) => `${name} is ${JSON.stringify(fields[name])}: ${line.slice(0, 200)}`),
  ];
}

function parsed(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

/** Shapes that only secrets have. */
const shapes: Readonly<Record<string, RegExp>> = {
  "a signed token": /eyJ[\w-]{6,}\.[\w-]+\.[\w-]{10,}/,
  "something in PEM": /-----BEGIN [A-Z ]+-----/,
  "a password in a connection string": /[a-z]+:\/\/[^\s:@/"]*:(?!\[redacted\])[^\s@"]+@/i,
  "a token behind its scheme": /\bbearer +(?!\[redacted\])\S{8,}/i,
};

/** What of `known` (name → text), or of a secret's shape, stands in a log. */
export function leaksIn(log: string, known: Readonly<Record<string, string>>): string[] {
  const named = Object.entries(known).filter(([, secret]) => secret.length >= 8 && log.includes(secret));
  const shaped = Object.entries(shapes).filter(([, shape]) => shape.test(log));
  return [...named, ...shaped].map(([name]) => name);
}
