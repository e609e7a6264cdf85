// What .dockerignore keeps out of a build: a path from the root, or **/name with one * in it. Other patterns are refused.
import { GxError } from "../platform/errors.js";

/** Whether a path, relative to the root and with "/" between its parts, is kept out. @throws GxError DOCKERFILE */
export function ignoredBy(text: string): (path: string) => boolean {
  const patterns = text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map(expressionOf);
  return (path) => patterns.some((pattern) => pattern.test(path));
}

function expressionOf(pattern: string): RegExp {
  if (!/^(\*\*\/)?[^*?![\]\\]*\*?[^*?![\]\\/]*$/.test(pattern)) {
    throw new GxError("DOCKERFILE", `.dockerignore: ${pattern} is of a kind that is not carried out`);
  }
  const anywhere = pattern.startsWith("**/");
  const body = (anywhere ? pattern.slice(3) : pattern).replace(/[.+^${}()|]/g, "\\$&").replace("*", "[^/]*");
  return new RegExp(`${anywhere ? "^(?:.*/)?" : "^"}${body}(?:/|$)`);
}
