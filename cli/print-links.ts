// Pages that link to lines of the sources, as [`name`](file#L1): finds the line of each name anew; with --check only compares.
// Run by hand after lines have moved: node dist/cli/print-links.js
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "../platform/config.js";
import { keep } from "./printed.js";

const LINK = /\[`([^`\]]+)`\]\(([^)#]+\.(?:ts|sql))#L\d+\)/g;

/** Where `name` is declared, else where it stands first; from 1. @throws Error naming page and link when it is nowhere. */
function lineOf(page: string, file: string, name: string): number {
  const lines = readFileSync(join(root, file), "utf8").split("\n");
  const word = name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const declared = new RegExp(`\\b(function\\*?|const|class|interface|type|table) ${word}(?![\\w-])`);
  const member = new RegExp(`^\\s+(async )?${word}[:(]`);
  const at = [(line: string) => declared.test(line) || member.test(line), (line: string) => line.includes(name)]
    .map((holds) => lines.findIndex(holds))
    .find((index) => index >= 0);
  if (at === undefined) throw new Error(`${page} links to \`${name}\` in ${file}, which does not hold it`);
  return at + 1;
}

function relinked(page: string): string {
  const text = readFileSync(join(root, page), "utf8");
  return text.replace(LINK, (_, name: string, target: string) => {
    const line = lineOf(page, join(dirname(page), target), name);
    return `[\`${name}\`](${target}#L${line})`;
  });
}

const pages = readdirSync(join(root, "docs"))
  .filter((name) => name.endsWith(".md"))
  .map((name) => join("docs", name));
keep(Object.fromEntries(pages.map((page) => [page, relinked(page)])), "node dist/cli/print-links.js");
