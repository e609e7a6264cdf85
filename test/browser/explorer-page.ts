// What a person does on the explorer's page, for suites.
import type { Page } from "playwright-core";
import { eventually } from "../environment.js";

export const QUERY = ".graphiql-query-editor";
export const VARIABLES = ".graphiql-editor-tool .graphiql-editor:not(.hidden)";

export const run = (page: Page) => page.getByRole("button", { name: /Execute query/ }).click();

/** Waits until the result holds the text. */
export const result = (page: Page, text: string | RegExp) =>
  page.locator(".result-window", { hasText: text }).waitFor();

const takenText = () => {
  const { localStorage } = globalThis as unknown as { localStorage: { getItem(key: string): string | null } };
  return localStorage.getItem("graphiql:query");
};

/** The editor looks at its text a tenth of a second later; what is run before is the operation of the tab before. */
export const noticed = (page: Page, text: string) =>
  eventually(async () => (await page.evaluate(takenText))?.includes(text), text);

export async function tab(page: Page, name: string): Promise<void> {
  await page.getByRole("tab", { name }).click();
  await noticed(page, ` ${name}`);
}

/** The editor closes what seems open, and takes its text from the tab a moment after it is shown. */
export async function type(page: Page, editor: string, text: string): Promise<void> {
  const lines = page.locator(`${editor} .view-lines`);
  await eventually(async () => {
    await lines.click();
    await page.keyboard.press("ControlOrMeta+A");
    await page.keyboard.insertText(text);
    await page.keyboard.press("Shift+End");
    await page.keyboard.press("Delete");
    return bare(await lines.innerText()) === bare(text);
  }, text);
}

const bare = (text: string) => text.replace(/\s/g, "");
