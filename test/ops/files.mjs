// Which files of tests hold checks of some levels. Reads sources, never runs one.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const tests = fileURLToPath(new URL("..", import.meta.url));

/** Patterns of the files that declare a check at one of `levels` ("UP"). */
export function filesWithChecks(levels) {
  const declares = new RegExp(String.raw`\bcheck(?:With)?\([^]*?"OPS-\d+\.\d+",\s*"[${levels}]",`, "u");
  const uses = /^import \{[^}]*\bcheck(?:With)?\b[^}]*\} from "[^"]*checks\.js";$/mu;
  const holds = (source) => uses.test(source) && declares.test(source);
  const files = readdirSync(tests, { recursive: true })
    .filter((name) => name.endsWith(".test.ts"))
    .filter((name) => holds(readFileSync(join(tests, name), "utf8")));
  // Without any pattern jest would run all that there is.
  return ["<rootDir>/test/none", ...files.map((name) => `<rootDir>/test/${name}`)];
}
