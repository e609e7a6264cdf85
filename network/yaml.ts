// Writes plain values as YAML: what Fabric's three configuration files need and no more.

export type Yaml = string | number | boolean | readonly Yaml[] | { readonly [key: string]: Yaml };

/** Strings are quoted, so that nothing is taken for a number, a date or a word of YAML. */
export const yamlOf = (value: { readonly [key: string]: Yaml }): string => `${block(value, "")}\n`;

function block(value: Yaml, indent: string): string {
  if (typeof value !== "object") return JSON.stringify(value);
  const inner = `${indent}  `;
  const entries = isList(value)
    ? value.map((item) => `- ${typeof item === "object" ? block(item, inner).trimStart() : block(item, inner)}`)
    : Object.entries(value).map(([key, item]) => `${key}:${follows(item, inner)}`);
  return entries.map((line) => `${indent}${line}`).join("\n");
}

function follows(item: Yaml, indent: string): string {
  if (typeof item !== "object") return ` ${JSON.stringify(item)}`;
  const empty = Object.keys(item).length === 0;
  if (empty) return isList(item) ? " []" : " {}";
  return `\n${block(item, indent)}`;
}

const isList = (value: Yaml): value is readonly Yaml[] => Array.isArray(value);
