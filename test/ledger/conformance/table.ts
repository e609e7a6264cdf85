// The table in docs/fabric.md: each check, and what each ledger did. A run of the suite on all of them prints it where
// GX_CONFORMANCE_TABLE is 1.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../../platform/config.js";
import { checks, type Results } from "./index.js";

const DOCUMENT = join(root, "docs", "fabric.md");
const BEGIN = "<!-- side by side: begin -->\n";
const END = "<!-- side by side: end -->\n";

/** Column titles and, by check, the cells: as the document shows them now. */
export function shownTable(): { ledgers: string[]; checks: string[][] } {
  const [head = [], , ...rows] = parts()
    .table.trim()
    .split("\n")
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  return { ledgers: head.slice(2), checks: rows.map((row) => row.slice(0, 2)) };
}

export const askedChecks = (): string[][] => checks.map(({ id, name }) => [id, name]);

/** @throws when a column lacks a check: a part of a run is not shown as the whole. */
export function writeTable(columns: ReadonlyMap<string, Results>): void {
  const { before, after } = parts();
  const rows = checks.map(({ id, name }) => [id, name, ...[...columns].map(([ledger, of]) => cell(ledger, id, of))]);
  const head = ["", "check", ...columns.keys()];
  const lines = [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |\n`);
  writeFileSync(DOCUMENT, `${before}${BEGIN}\n${lines.join("")}\n${END}${after}`);
}

function cell(ledger: string, id: string, results: Results): string {
  const word = results.get(id);
  if (word === undefined) throw new Error(`${ledger} was not asked ${id}: run the whole suite to print the table`);
  return word;
}

function parts(): { before: string; table: string; after: string } {
  const text = readFileSync(DOCUMENT, "utf8");
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`${DOCUMENT} has no place for the conformance table: ${BEGIN}${END}`);
  return {
    before: text.slice(0, from),
    table: text.slice(from + BEGIN.length, to),
    after: text.slice(to + END.length),
  };
}
