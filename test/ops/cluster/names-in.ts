// Which metrics a query of Prometheus names. Knows as much of the language as the rules and panels use.

const WORDS = new Set([
  ...["and", "or", "unless", "bool", "offset", "by", "without", "on", "ignoring", "group_left", "group_right"],
  ...["inf", "nan"],
]);

export function namesIn(query: string): string[] {
  const bare = query
    .replaceAll(/"(?:[^"\\]|\\.)*"/g, "")
    .replaceAll(/\{[^}]*\}|\[[^\]]*\]/g, " ")
    .replaceAll(/\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g, " ")
    .replaceAll(/\$\w+/g, " ");
  return [...bare.matchAll(/(?<![\w:.])([a-zA-Z_:][\w:]*)(?!\s*\(|[\w:])/g)]
    .map(([, name = ""]) => name)
    .filter((name) => !WORDS.has(name.toLowerCase()) && !/^[smhdwy]$/.test(name));
}
