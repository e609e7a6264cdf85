// Values that are not the ones that stand in a row: what a test of verification plants.

/** Another value of the column's type. */
export const otherValue = (name: string, type: string): string => {
  if (type === "uuid") return "gen_random_uuid()";
  if (type === "boolean") return `not "${name}"`;
  if (type === "timestamp with time zone") return `coalesce("${name}", now()) + interval '1 second'`;
  if (type === "jsonb") return `jsonb_set("${name}", '{at}', '1')`;
  if (type === "_uuid") return `"${name}" || gen_random_uuid()`;
  if (type.startsWith("_")) return `"${name}"[2:]`;
  if (type === "bytea") return `"${name}" || '\\x00'`;
  return type === "text" ? `coalesce("${name}", '') || 'x'` : `coalesce("${name}", 0) + 1`;
};
