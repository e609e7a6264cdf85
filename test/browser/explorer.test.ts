// The explorer in a browser: operations are typed, run and read, offline, as whoever one is.
import type { BrowserContextOptions, Page } from "playwright-core";
import { tokenomics } from "../../catalogue/events/tokenomics.js";
import { newConsoleKey } from "../../platform/console-key.js";
import { newGraph, type Graph } from "../gateway/graph.js";
import { takePart } from "../gateway/takes-part.js";
import { ADA, EMMA, newWorld } from "../gateway/world.js";
import { browserSuite, screenshot } from "./browser.js";
import { noticed, QUERY, result, run, tab, type, VARIABLES } from "./explorer-page.js";

browserSuite("the explorer", (browser) => {
  let graph: Graph;
  beforeAll(async () => {
    graph = await newGraph();
    await newWorld(graph.history);
  });
  afterAll(() => graph.close());

  /** With the console's session, where a key is given. */
  async function open(key?: string, options: BrowserContextOptions = {}): Promise<Page> {
    const page = await browser.tab(options);
    if (key) await page.goto(`${graph.url}/?key=${key}`);
    await page.goto(`${graph.url}/explorer`);
    await page.locator(`${QUERY} .view-lines`).waitFor();
    return page;
  }

  it("runs an operation that is typed in a new tab, by the keyboard, without a token", async () => {
    const page = await open();
    await page.getByRole("button", { name: "New tab" }).click();
    await type(page, QUERY, '{ country(code: "NG") { name residents treasury { balance } } }');
    await noticed(page, "residents");
    await page.keyboard.press("ControlOrMeta+Enter");
    await result(page, '"Nigeria"');
    await page.close();
  });

  it.each(["light", "dark"] as const)("is to be looked at in %s", async (colorScheme) => {
    const page = await open(newConsoleKey(graph.config.home), { colorScheme });
    await page.getByRole("button", { name: "partner" }).waitFor();
    await run(page);
    await result(page, '"systemStatus"');
    await screenshot(page, `explorer-${colorScheme}`);
  });

  it("sends the starter Register as the partner, with a token of the console's session", async () => {
    const page = await open(newConsoleKey(graph.config.home));
    await page.getByRole("button", { name: "partner" }).click();
    await page.getByText(/^PARTNER_API 00000000-/).waitFor();
    await tab(page, "Register");
    await run(page);
    await result(page, /"ACCEPTED"[^]*"ACCEPTED"/);
    const { rows } = await graph.database.pool.query("select name from app.command where status = 'ACCEPTED'");
    expect(rows).toEqual([{ name: "identity.createUser" }, { name: "identity.createUser" }]);
  });

  it("shows whose a pasted token is, keeps it for this tab alone, and sends its x-gx-after", async () => {
    const page = await open();
    await page.getByLabel("Token").fill(await graph.token("USER", ADA));
    await page.getByText(`USER ${ADA}`).waitFor();
    await page.reload();
    await page.getByText(`USER ${ADA}`).waitFor();
    await tab(page, "Statement");
    await page.getByRole("button", { name: "Variables" }).click();
    await type(page, VARIABLES, JSON.stringify({ wallet: ADA }));
    await run(page);
    await result(page, '"RECEIVED"');
    const other = await browser.tab({}, page);
    await other.goto(`${graph.url}/explorer`);
    await other.getByText("Nobody: public fields answer.").waitFor();
  });

  it("joins seven subgraphs in the starter Mine", async () => {
    const emma = await graph.token("USER", EMMA);
    const text = `mutation { transfer(to: "${ADA}", amount: "5000000", idempotencyKey: "joined-1") { commandId } }`;
    const { data } = await graph.ask<{ transfer: { commandId: string } }>(text, {}, emma);
    const payment = tokenomics.TransferCompleted({
      ...{ from: EMMA, to: ADA, amount: "5000000", fee: "7500", kind: "P2P", scope: "CROSS_BORDER", rateBps: 15 },
      ...{ remark: "bread", multiSigTxId: null },
    });
    await graph.history.happened([payment], { commandId: data?.transfer.commandId ?? "" });
    await takePart(graph.history, EMMA, 1);
    // The editor makes only the lines that fit into the window.
    const page = await open(undefined, { viewport: { width: 1_440, height: 2_500 } });
    await page.getByLabel("Token").fill(emma);
    await tab(page, "Mine");
    await run(page);
    for (const found of ['"tokenomics.transfer"', '"loans"', '"Bakery 1"', '"Fewer 1"', '"projectedTax"']) {
      await result(page, found);
    }
    await page.close();
  });

  it("follows a command by a subscription", async () => {
    const ada = await graph.token("USER", ADA);
    const paid = await graph.ask<{ transfer: { commandId: string } }>(
      `mutation { transfer(to: "${EMMA}", amount: "1", idempotencyKey: "followed-1") { commandId } }`,
      ...[{}, ada],
    );
    const id = paid.data?.transfer.commandId as string;
    const page = await open();
    await page.getByLabel("Token").fill(ada);
    await tab(page, "Follow");
    await page.getByRole("button", { name: "Variables" }).click();
    await type(page, VARIABLES, JSON.stringify({ id }));
    await run(page);
    await result(page, '"ACCEPTED"');
    await graph.history.refused("INSUFFICIENT_FUNDS", { commandId: id });
    await result(page, '"REFUSED"');
  });

  it("shows the refusal of a token that is none", async () => {
    browser.expectComplaint(/status of 401/);
    const page = await open();
    await page.getByLabel("Token").fill("something");
    await page.getByText("This does not look like a token").waitFor();
    await run(page);
    await result(page, "UNAUTHENTICATED");
  });

  it("shows the documentation of the graph", async () => {
    const page = await open();
    await page.getByRole("button", { name: "Show Documentation Explorer" }).click();
    await page.getByRole("link", { name: "Mutation" }).click();
    await page.getByText("Send coins from one's own account; the fee is paid on top of the amount.").waitFor();
  });
});
