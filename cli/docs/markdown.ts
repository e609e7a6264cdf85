// Markdown as the printed pages use it: tables, words in code, links between pages and the anchors that they lead to.

/** The printed pages. */
export type Page = "commands" | "events" | "errors" | "graph";

export const code = (text: string): string => `\`${text}\``;

/** A link to a heading or an anchor named `name`, shown as code. */
export const to = (page: Page | "", name: string, shown = name): string =>
  `[${code(shown)}](${page === "" ? "" : `${page}.md`}#${anchorOf(name)})`;

/** The anchor of a heading, as GitHub makes it. */
export const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, "")
    .replaceAll(" ", "-");

/** A place for links where there is no heading. */
export const anchor = (name: string): string => `<a id="${anchorOf(name)}"></a>`;

/** Lines of a table; a column without any text is left out. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const kept = head.map((_, column) => column).filter((column) => rows.some((row) => row[column]));
  const line = (cells: readonly string[]) => `| ${kept.map((column) => cell(cells[column])).join(" | ")} |`;
  return [line(head), `|${kept.map(() => "---|").join("")}`, ...rows.map(line)];
}

const cell = (text = ""): string => text.replaceAll("|", "\\|").replace(/\s*\n\s*/g, " ");

/** A page from its blocks; what is empty leaves no gap. */
export function page(source: string, ...blocks: readonly (string | readonly string[])[]): string {
  const texts = blocks.map((block) => (typeof block === "string" ? block : block.join("\n")));
  const note = `<!-- Printed from ${source} by cli/print-docs.ts. -->`;
  return `${[note, ...texts.filter((text) => text !== "")].join("\n\n")}\n`;
}

/** "a, b and c". */
export function enumerated(words: readonly string[], last = "and"): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} ${last} ${words.at(-1) ?? ""}`;
}
