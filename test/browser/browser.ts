// A real browser for suites: Chromium of this machine. A test fails when its pages complain or ask another host.
// Never goes on quietly without one: the suite is then shown as skipped, with the command that installs it.
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const HINT = "set CHROMIUM to one, or: sudo apt-get install chromium";
const PATIENCE_MS = 15_000;
const LOCAL = /^(127\.0\.0\.1|localhost|\[::1\])$/;

/** Path of the Chromium that CHROMIUM names, else of the first one on PATH. @throws when CHROMIUM names no file. */
export function findChromium(env: Readonly<Record<string, string | undefined>> = process.env): string | undefined {
  const { CHROMIUM, PATH = "" } = env;
  if (CHROMIUM) {
    if (existsSync(CHROMIUM)) return CHROMIUM;
    throw new Error(`CHROMIUM names ${CHROMIUM}, which is not there`);
  }
  const places = PATH.split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return places.find((path) => existsSync(path));
}

export interface TestBrowser {
  /** A tab with cookies of its own, unless `beside` gives the tab whose cookies it shares. */
  tab(options?: BrowserContextOptions, beside?: Page): Promise<Page>;
  /** Complaints of pages that the test at hand provokes and looks at itself, by their text. */
  expectComplaint(text: RegExp): void;
  /** What pages complained of since the test began, and addresses of other hosts that they asked for. */
  faults(): readonly string[];
  /** Forgets them. */
  forgive(): void;
}

export interface SuiteOptions {
  /** Names that this browser takes for this machine, as a host whose owner points its name here. */
  readonly mapped?: readonly string[];
}

/**
 * A suite with a browser. After each test its tabs are closed, and it fails if a page wrote an error to its console, threw, or
 * asked any host but this machine; such requests go nowhere.
 */
export function browserSuite(
  name: string,
  body: (browser: TestBrowser) => void,
  { mapped = [] }: SuiteOptions = {},
): void {
  const program = findChromium();
  describe(name, () => {
    if (program === undefined) return void it.skip(`SKIPPED: no Chromium on this machine; ${HINT}`, () => undefined);
    const watched = newWatch(mapped);
    let browser: Browser;
    let contexts: BrowserContext[] = [];
    beforeAll(async () => {
      browser = await launch(program, mapped);
    });
    afterAll(() => browser.close());
    afterEach(async () => {
      for (const context of contexts) await context.close();
      contexts = [];
      expect(watched.take()).toEqual([]);
    });
    body({
      expectComplaint: watched.expect,
      faults: watched.faults,
      forgive: () => void watched.take(),
      tab: async (options = {}, beside) => {
        if (beside) return beside.context().newPage();
        const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
        context.setDefaultTimeout(PATIENCE_MS);
        contexts.push(context);
        await watched.watch(context);
        return context.newPage();
      },
    });
  });
}

function launch(executablePath: string, mapped: readonly string[]): Promise<Browser> {
  // Its sandbox is for pages of strangers and needs rights that containers do not give.
  const args = ["--disable-background-networking", "--disable-component-update", "--disable-gpu", "--no-first-run"];
  if (mapped.length > 0) args.push(`--host-resolver-rules=${mapped.map((host) => `MAP ${host} 127.0.0.1`).join(",")}`);
  return chromium.launch({ executablePath, headless: true, chromiumSandbox: false, args });
}

function newWatch(mapped: readonly string[]) {
  let faults: string[] = [];
  let expected: RegExp[] = [];
  const note = (fault: string) => {
    if (!expected.some((text) => text.test(fault))) faults.push(fault.replace(/data:\S{80,}/g, "data:…"));
  };
  const isForeign = ({ protocol, hostname }: URL) =>
    /^(https?|wss?):$/.test(protocol) && !LOCAL.test(hostname) && !mapped.includes(hostname);
  const watch = async (context: BrowserContext) => {
    context.on("console", (message) => {
      const { url } = message.location();
      // What was stopped below is told there.
      const stopped = URL.canParse(url) && isForeign(new URL(url));
      if (message.type() === "error" && !stopped) note(`console: ${message.text()} (${url})`);
    });
    context.on("weberror", (error) => note(`thrown: ${error.error().message}`));
    await context.route(isForeign, (route) => {
      note(`another host: ${route.request().url()}`);
      return route.abort();
    });
    await context.routeWebSocket(isForeign, (socket) => {
      note(`another host: ${socket.url()}`);
      void socket.close();
    });
  };
  return {
    watch,
    expect: (text: RegExp) => void expected.push(text),
    faults: () => faults,
    take: () => {
      const taken = faults;
      [faults, expected] = [[], []];
      return taken;
    },
  };
}

/** Keeps a picture in docs/images when GX_SCREENSHOTS=1; documentation shows these. */
export async function screenshot(page: Page, name: string): Promise<void> {
  if (process.env.GX_SCREENSHOTS !== "1") return;
  await page.screenshot({ path: join("docs", "images", `${name}.png`), animations: "disabled" });
}
