// What a run says of the ledgers at its end: how many tests each had, and which of them this machine could not run.
import { ledgerLines, skippedLines } from "./reporter.mjs";

const ended = (status: string, ...titles: string[]) => ({
  ...{ status, ancestorTitles: titles.slice(0, -1), fullName: titles.join(" "), title: titles.at(-1) ?? "" },
});
const run = [
  ended("passed", "a transfer on the development ledger", "arrives"),
  ended("passed", "a transfer on Fabric 3.1.5", "arrives"),
  ended("failed", "a transfer on Fabric 3.1.5", "and nothing else", "happens"),
  ended("pending", "a transfer on Fabric 3.1.5", "SKIPPED: cannot be asked for"),
  ended("pending", "SKIPPED: real Fabric 2.5: a transfer", "arrives"),
  ended("pending", "SKIPPED: real Fabric 2.5: a transfer", "and nothing else", "happens"),
  ended("pending", "SKIPPED: real Fabric: three orderers", "lose one"),
  ended("pending", "SKIPPED: the browser", "shows it"),
  ended("pending", "alerts", "SKIPPED: OPS-5.1 P: promtool is not on PATH (each rule fires)"),
  ended("passed", "coins on paper", "are counted"),
];

it("counts the tests of each ledger, and those of one that is missing as skipped", () => {
  expect(ledgerLines(run)).toEqual([
    "Fabric 3.1.5: 1 passed, 1 failed, 1 skipped",
    "real Fabric: 0 passed, 0 failed, 1 skipped",
    "real Fabric 2.5: 0 passed, 0 failed, 2 skipped",
    "the development ledger: 1 passed, 0 failed, 0 skipped",
  ]);
});

it("names what was skipped, a whole suite once with the number of its tests", () => {
  expect(skippedLines(run)).toEqual([
    "SKIPPED a transfer on Fabric 3.1.5 SKIPPED: cannot be asked for",
    "SKIPPED: real Fabric 2.5: a transfer (2 tests)",
    "SKIPPED: real Fabric: three orderers",
    "SKIPPED: the browser",
    "SKIPPED: OPS-5.1 P: promtool is not on PATH (each rule fires)",
  ]);
});
