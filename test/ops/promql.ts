// Names of metrics in an expression of Prometheus. Parses no more of it than that; promtool judges the rest.

const KEYWORDS = ["and", "or", "unless", "bool", "offset", "inf", "nan"];

/** Each name that stands for a series, recorded ones too. */
export function metricsIn(expr: string): string[] {
  const bare = expr
    .replaceAll(/"[^"]*"/g, "")
    .replaceAll(/\{[^}]*\}/g, "")
    .replaceAll(/\[[^\]]*\]/g, "")
    .replaceAll(/\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g, "")
    .replaceAll(/\boffset\s+\w+/g, "");
  const words = [...bare.matchAll(/(?<![\w:.$])([a-zA-Z_:][\w:]*)(?!\s*\(|[\w:])/g)].map(([, word]) => word ?? "");
  return [...new Set(words.filter((word) => !KEYWORDS.includes(word.toLowerCase())))];
}
