// Prometheus' own page with the queries of a dashboard, as a browser of this machine shows it.
import { chromium } from "playwright-core";
import { findChromium } from "../../browser/browser.js";

export interface Sight {
  /** Graphs that Prometheus has drawn. */
  readonly drawn: number;
  readonly png: Buffer;
}

/** Asks for the queries over the last `range` ("10m"); undefined where there is no browser. */
export async function sightOf(
  prometheus: string,
  queries: readonly string[],
  range: string,
): Promise<Sight | undefined> {
  const executablePath = findChromium();
  if (executablePath === undefined) return undefined;
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    const asked = queries.map(
      (query, place) => `g${place}.expr=${encodeURIComponent(query)}&g${place}.tab=0&g${place}.range_input=${range}`,
    );
    await page.goto(`${prometheus}/classic/graph?${asked.join("&")}`);
    const lines = page.locator(".rickshaw_graph svg path");
    // A level line has no height and counts as hidden.
    await lines.nth(queries.length - 1).waitFor({ state: "attached", timeout: 30_000 });
    // The page's head stays where one has scrolled to.
    await page.evaluate("window.scrollTo(0, 0)");
    const drawn = await page.locator(".rickshaw_graph svg:has(path)").count();
    return { drawn, png: await page.screenshot({ fullPage: true }) };
  } finally {
    await browser.close();
  }
}
