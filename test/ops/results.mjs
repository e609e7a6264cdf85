// What the checks of a run came to: lines for its end, and the file that the page of the checks is printed from.
// Writes that file only when a run is asked to, never by itself: a run leaves the tree as it was.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const CHECK = /^(?:SKIPPED: )?(OPS-\d+\.\d+) ([UPKDLFM]): /;
const LEVELS = "UPKDLFM";

const endOf = ({ status }) => (status === "passed" || status === "failed" ? status : "skipped");

/** "OPS U: 41 checks of 23 ids: 41 passed, 0 failed, 0 skipped", one line for each level that the run had. */
export function opsLines(tests) {
  const levels = new Map();
  for (const test of tests) {
    const [, id, level] = CHECK.exec(test.title ?? "") ?? [];
    if (!id) continue;
    const count = levels.get(level) ?? { ids: new Set(), passed: 0, failed: 0, skipped: 0 };
    count.ids.add(id);
    count[endOf(test)] += 1;
    levels.set(level, count);
  }
  return [...levels]
    .sort(([a], [b]) => LEVELS.indexOf(a) - LEVELS.indexOf(b))
    .map(([level, { ids, passed, failed, skipped }]) => {
      const checks = passed + failed + skipped;
      return `OPS ${level}: ${checks} checks of ${ids.size} ids: ${passed} passed, ${failed} failed, ${skipped} skipped`;
    });
}

/** Replaces what is kept of each file of tests that ran; a check that this run left out keeps what it came to. */
export function keepChecks(files, path = join(root, "docs", "operations", "checks.json")) {
  const kept = existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : {};
  const on = new Date().toISOString().slice(0, 10);
  for (const { testFilePath, testResults } of files) {
    const checks = testResults.filter(({ title }) => CHECK.test(title));
    if (checks.length === 0) continue;
    const file = relative(root, testFilePath);
    const results = checks.flatMap(({ title, status }) => {
      const leftOut = endOf({ status }) === "skipped" && !title.startsWith("SKIPPED: ");
      const result = leftOut ? kept[file]?.tests[title] : endOf({ status });
      return result === undefined ? [] : [[title, result]];
    });
    if (results.length > 0) kept[file] = { on, tests: Object.fromEntries(results) };
  }
  const sorted = Object.fromEntries(Object.entries(kept).sort(([a], [b]) => (a < b ? -1 : 1)));
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(sorted, null, 2)}\n`);
}
