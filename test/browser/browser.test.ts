// The browser of suites notices what it is there to notice, and is missed aloud.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "../environment.js";
import { browserSuite, findChromium } from "./browser.js";

browserSuite("a browser of a suite", (browser) => {
  let server: Server;
  let url: string;
  beforeAll(async () => {
    server = createServer((request, response) => {
      const script = decodeURIComponent(request.url?.slice(2) ?? "");
      response.setHeader("content-type", "text/html");
      response.end(`<!doctype html><link rel="icon" href="data:,"><p>here</p><script type="module">${script}</script>`);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/?`;
  });
  afterAll(() => void server.close());

  it.each([
    ["an error on the console", "console.error('broken')", /^console: broken \(/],
    ["an exception", "throw new Error('broken')", /^thrown: broken$/],
    ["a file that is not there", "fetch('http://127.0.0.1:1/').catch(() => 0)", /^console: Failed to load/],
    [
      "a request to another host",
      "fetch('https://gx.example/a').catch(() => 0)",
      /^another host: https:..gx.example.a$/,
    ],
    ["a picture of another host", "new Image().src = 'http://gx.example/b'", /^another host: http:..gx.example.b$/],
    ["a socket to another host", "new WebSocket('wss://gx.example/c')", /^another host: wss:..gx.example.c$/],
  ])("notices %s", async (_, script, fault) => {
    const page = await browser.tab();
    await page.goto(url + encodeURIComponent(script));
    await eventually(() => browser.faults().some((each) => fault.test(each)), `${fault}`);
    browser.forgive();
  });

  it("lets pass what is in order, or expected", async () => {
    browser.expectComplaint(/as planned/);
    const page = await browser.tab();
    await page.goto(`${url}${encodeURIComponent("console.error('as planned'); document.title = 'done'")}`);
    await eventually(async () => (await page.title()) === "done");
    expect(await page.textContent("p")).toBe("here");
    expect(browser.faults()).toEqual([]);
  });
});

describe("without Chromium", () => {
  const folder = mkdtempSync(join(tmpdir(), "gx-no-browser-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("none is found, and a wrong CHROMIUM is named", () => {
    expect(findChromium({ PATH: folder })).toBeUndefined();
    expect(() => findChromium({ CHROMIUM: join(folder, "chrome") })).toThrow("CHROMIUM names");
  });

  it("takes the one on PATH, or the one that CHROMIUM names", () => {
    const [own, given] = [join(folder, "chromium-browser"), join(folder, "given")];
    for (const path of [own, given]) writeFileSync(path, "");
    expect(findChromium({ PATH: folder })).toBe(own);
    expect(findChromium({ PATH: folder, CHROMIUM: given })).toBe(given);
    rmSync(own);
  });

  it("the last lines of a run say what was skipped and how to get it", () => {
    const jest = ["--experimental-vm-modules", "node_modules/jest/bin/jest.js", "test/browser/browser.test.ts"];
    const env = { PATH: folder, HOME: folder, GX_TEST_RUN: process.env.GX_TEST_RUN };
    const run = spawnSync(process.execPath, [...jest, "-t", "a browser of a suite"], { encoding: "utf8", env });
    expect(run.stdout).toMatch(/^SKIPPED a browser of a suite SKIPPED: no Chromium .*sudo apt-get install chromium$/m);
    expect(run.status).toBe(0);
  });
});
