// Prints values as YAML of the plain kind that Prometheus, Alertmanager and Kubernetes read. Reads none.

export type Yaml = string | number | boolean | readonly Yaml[] | { readonly [key: string]: Yaml | undefined };

/** Words that need no quotes: nothing that YAML takes for another type or for a sign of its own. */
const PLAIN = /^(?!(?:true|false|null|yes|no|on|off|y|n)$)[A-Za-z_./][\w./-]*$/i;
/** Times like 15s and 3d look like numbers to nobody. */
const TIME = /^\d+(?:ms|s|m|h|d)$/;

function scalar(value: string | number | boolean): string {
  if (typeof value !== "string" || PLAIN.test(value) || TIME.test(value)) return String(value);
  return value.includes('"') ? `'${value.replaceAll("'", "''")}'` : JSON.stringify(value);
}

const isFilled = (value: Yaml): value is readonly Yaml[] | { readonly [key: string]: Yaml | undefined } =>
  typeof value === "object" && Object.keys(value).length > 0;

const empty = (value: object): string => (Array.isArray(value) ? "[]" : "{}");

/** What stands behind a key or a dash, with the lines below it. */
function after(value: Yaml, indent: string): string[] {
  if (isFilled(value)) return ["", ...lines(value, indent)];
  if (typeof value === "object") return [` ${empty(value)}`];
  if (typeof value === "string" && value.includes("\n"))
    return [" |-", ...value.split("\n").map((line) => (line === "" ? "" : `${indent}${line}`))];
  return [` ${scalar(value)}`];
}

function lines(value: Yaml, indent: string): string[] {
  if (Array.isArray(value)) return (value as readonly Yaml[]).flatMap((item) => listed(item, indent));
  if (!isFilled(value)) return [typeof value === "object" ? empty(value) : scalar(value)];
  return Object.entries(value).flatMap(([key, item]) => {
    if (item === undefined) return [];
    const [first, ...rest] = after(item as Yaml, `${indent}  `);
    return [`${indent}${scalar(key)}:${first}`, ...rest];
  });
}

function listed(item: Yaml, indent: string): string[] {
  if (!isFilled(item)) {
    const [first, ...rest] = after(item, `${indent}  `);
    return [`${indent}-${first}`, ...rest];
  }
  const [first = "", ...rest] = lines(item, `${indent}  `);
  return [`${indent}- ${first.trimStart()}`, ...rest];
}

/** One document, or several; `source` is what it is printed from. */
export function yaml(source: string, ...documents: readonly Yaml[]): string {
  const note = `# Printed from ${source} by cli/print-docs.ts.`;
  return `${[note, documents.map((document) => lines(document, "").join("\n")).join("\n---\n")].join("\n")}\n`;
}
