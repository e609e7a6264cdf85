// Whether everybody can use a page: axe's rules, run in the page itself.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults, RunOnly, RunOptions } from "axe-core";
import type { Page } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Broken rules, those of WCAG 2.2 A and AA unless others are named, with the places that break them. */
export async function faultsByAxe(page: Page, runOnly?: RunOnly): Promise<string[]> {
  await page.evaluate(axe);
  const options: RunOptions = { runOnly: runOnly ?? WCAG };
  const results = await page.evaluate(
    (given) => (globalThis as unknown as { axe: { run(of: RunOptions): Promise<AxeResults> } }).axe.run(given),
    options,
  );
  return results.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`));
}
