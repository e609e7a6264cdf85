// The board in a browser: readable queues for a signed-in admin, a way to sign in for everybody else.
import type { Page } from "playwright-core";
import { jobsOf, newGraph, type Graph } from "../gateway/graph.js";
import { ADA, EMMA, newWorld } from "../gateway/world.js";
import { browserSuite, screenshot } from "./browser.js";

browserSuite("the board", (browser) => {
  let graph: Graph;
  beforeAll(async () => {
    graph = await newGraph();
    await newWorld(graph.history);
    const token = await graph.token("USER", ADA);
    const send = (key: string) =>
      graph.ask(`mutation { transfer(to: "${EMMA}", amount: "1", idempotencyKey: "${key}") { commandId } }`, {}, token);
    for (const key of ["waiting-1", "waiting-2", "waiting-3"]) await send(key);
    await jobsOf(graph, "gx_partner_api", 3);
  });
  afterAll(() => graph.close());

  async function signedIn(colorScheme: "light" | "dark"): Promise<Page> {
    const page = await browser.tab({ colorScheme });
    const value = await graph.token("ADMIN");
    await page.context().addCookies([{ name: "gx_board", value, domain: "127.0.0.1", path: "/board" }]);
    return page;
  }

  it("is refused signed out, with the way to sign in", async () => {
    browser.expectComplaint(/status of 401/);
    const page = await browser.tab();
    expect((await page.goto(`${graph.url}/board`))?.status()).toBe(401);
    await page.getByText("sign in as an admin there").waitFor();
    await page.getByRole("link", { name: "Console" }).waitFor();
  });

  it.each(["light", "dark"] as const)("shows the queues and waiting jobs by their commands, in %s", async (scheme) => {
    const page = await signedIn(scheme);
    await page.goto(`${graph.url}/board`);
    for (const name of ["participants (PA)", "admins (AD)", "super admins (SA)"])
      await page.getByText(name).first().waitFor();
    await screenshot(page, `board-${scheme}`);
    await page.goto(`${graph.url}/board/queue/gx_partner_api?status=waiting`);
    await page
      .getByText(/transfer …[0-9a-f]{8}/)
      .first()
      .waitFor();
    await screenshot(page, `board-jobs-${scheme}`);
  });

  it("says that Redis is away", async () => {
    browser.expectComplaint(/status of 500/);
    const page = await signedIn("light");
    await page.goto(`${graph.url}/board`);
    await page.getByText("participants (PA)").first().waitFor();
    await graph.redis.kill();
    await page.getByText(/Redis is away/).waitFor();
    await graph.redis.start();
    await page.getByText(/Redis is away/).waitFor({ state: "hidden" });
  });
});
