// The sandbox's page in a browser: it frames one host, hands it nothing, and says what is the matter where that host is not there.
import { newGraph, type Graph } from "../gateway/graph.js";
import { browserSuite } from "./browser.js";

browserSuite("the sandbox", (browser) => {
  let graph: Graph;
  beforeAll(async () => {
    graph = await newGraph();
  });
  afterAll(() => graph.close());

  it("asks Apollo's host for its frame alone, and names the explorer for those without the internet", async () => {
    const foreign = /^another host: https:\/\/sandbox\.embed\.apollographql\.com\//;
    browser.expectComplaint(foreign);
    // Its library looks for a picture of the page.
    browser.expectComplaint(/404.*favicon\.ico/);
    const page = await browser.tab();
    const asked = page.waitForRequest(/apollographql/);
    await page.goto(`${graph.url}/sandbox`);
    const frame = new URL((await asked).url());
    expect(frame.searchParams.get("initialRequestQueryPlan") ?? "false").toBe("false");
    expect([...frame.searchParams.values()].join()).not.toMatch(/bearer|eyJ/i);
    await page.getByText("loaded from the internet").waitFor();
    await page.locator("p").getByRole("link", { name: "explorer" }).click();
    await page.waitForURL(`${graph.url}/explorer`);
  });
});
