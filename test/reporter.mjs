// The last lines of a test run: how many ran on which ledger, how many checks of operations at which level, how many were skipped
// and why (a suite or a check says why in its title: "SKIPPED: …"), and the sum. Keeps results of checks only when it is asked to.
import { keepChecks, opsLines } from "./ops/results.mjs";

const ON_A_LEDGER = /(?:^| )(?:on|of) (the development ledger|Fabric \d+\.\d+\.\d+)$/;
const ON_NO_LEDGER = /^SKIPPED: (real Fabric(?: \d+\.\d+)?): /;

/** The ledger that a suite of describeOnLedgers names in its title. */
const ledgerOf = ({ ancestorTitles: titles }) =>
  titles.map((title) => (ON_A_LEDGER.exec(title) ?? ON_NO_LEDGER.exec(title))?.[1]).find(Boolean);

/** "passed" and "failed" are jest's own words; what is pending, to do or disabled was skipped. */
const endOf = ({ status }) => (status === "passed" || status === "failed" ? status : "skipped");

export function ledgerLines(tests) {
  const counts = new Map();
  for (const test of tests) {
    const ledger = ledgerOf(test);
    if (!ledger) continue;
    const count = counts.get(ledger) ?? { passed: 0, failed: 0, skipped: 0 };
    count[endOf(test)] += 1;
    counts.set(ledger, count);
  }
  return [...counts]
    .sort(([a], [b]) => Number(a > b) - Number(a < b))
    .map(
      ([ledger, { passed, failed, skipped }]) => `${ledger}: ${passed} passed, ${failed} failed, ${skipped} skipped`,
    );
}

const nameOf = ({ title, fullName }) => (title?.startsWith("SKIPPED: OPS-") ? title : `SKIPPED ${fullName}`);

/** One line for a suite that was skipped as a whole, with the number of its tests. */
export function skippedLines(tests) {
  const suites = new Map();
  for (const test of tests.filter((test) => endOf(test) === "skipped")) {
    const suite = test.ancestorTitles.find((title) => title.startsWith("SKIPPED: ")) ?? nameOf(test);
    suites.set(suite, (suites.get(suite) ?? 0) + 1);
  }
  return [...suites].map(([suite, count]) => (count > 1 ? `${suite} (${count} tests)` : suite));
}

export default class Reporter {
  onRunComplete(_contexts, results) {
    const tests = results.testResults.flatMap((file) => file.testResults);
    const count = `${results.numPassedTests} passed, ${results.numFailedTests} failed, ${results.numPendingTests} skipped`;
    // jest's own summary comes after every reporter; these lines come after the summary.
    const lines = [...skippedLines(tests), ...ledgerLines(tests), ...opsLines(tests), count];
    if (process.env.GX_KEEP_CHECKS) keepChecks(results.testResults);
    process.once("exit", () => console.log(lines.join("\n")));
  }
}
