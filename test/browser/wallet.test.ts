// The wallet example in a real browser: signed in by a development token, it sends, sees the end, and what others pay.
import { spawn, type ChildProcess } from "node:child_process";
import type { Page } from "playwright-core";
import { createUser, ended, newPerson } from "../../bench/load.js";
import { newSystem, type System } from "../../bench/system.js";
import { eventually, freePort } from "../environment.js";
import { faultsByAxe } from "./axe.js";
import { browserSuite, screenshot } from "./browser.js";

browserSuite("the wallet example", (browser) => {
  const [ada, bola] = [newPerson(), newPerson()];
  let system: System;
  let server: ChildProcess;
  let address: string;
  let printed = "";
  let tokens: string[];
  beforeAll(async () => {
    system = await newSystem(500);
    const partner = system.tokens("PARTNER_API")[0] as string;
    const admin = system.tokens("ADMIN")[0] as string;
    const created = [await createUser(system, partner, ada, "NG"), await createUser(system, partner, bola, "NG")];
    expect((await ended(system, admin, created)).map(({ status }) => status)).toEqual(["COMMITTED", "COMMITTED"]);
    tokens = system.tokens("USER", [ada, bola]);
    const port = await freePort();
    address = `http://localhost:${port}`;
    server = spawn(process.execPath, ["examples/wallet/serve.mjs"], { env: { ...process.env, PORT: String(port) } });
    server.stdout?.on("data", (chunk: Buffer) => (printed += chunk.toString()));
    server.stderr?.on("data", (chunk: Buffer) => (printed += chunk.toString()));
    await eventually(() => printed.includes(address), "the wallet's address");
  }, 180_000);
  afterAll(async () => {
    server.kill("SIGTERM");
    await system.remove();
  }, 60_000);

  const balance = (page: Page) => page.locator(".balance");
  const statement = (page: Page) => page.locator("ol li");
  async function signIn(page: Page, token: string | undefined): Promise<void> {
    await page.goto(address);
    await page.getByLabel("Token").fill(token ?? "");
    await page.getByLabel("Gateway").fill(system.graphql);
    await page.getByRole("button", { name: "Sign in" }).click();
  }
  async function send(page: Page, to: string, amount: string, remark = ""): Promise<void> {
    await page.getByLabel("To (account)").fill(to);
    await page.getByLabel("Amount in GX").fill(amount);
    await page.getByLabel("Remark").fill(remark);
    await page.getByRole("button", { name: "Send" }).click();
  }
  /** Somewhere else, somebody pays Ada. */
  async function bolaPays(amount: string, remark: string): Promise<void> {
    const answer = await system.ask<{ transfer: { commandId: string } }>(
      `mutation ($to: ID!, $amount: Qirat!, $remark: String, $key: String!) {
        transfer(to: $to, amount: $amount, remark: $remark, idempotencyKey: $key) { commandId }
      }`,
      { to: ada, amount, remark, key: `outside-${remark}` },
      tokens[1],
    );
    expect(answer.errors).toEqual([]);
  }

  it("shows balance and statement of who signed in, sends, and sees payments from elsewhere without a reload", async () => {
    const page = await browser.tab();
    await signIn(page, tokens[0]);
    await balance(page).getByText("500.00 GX").waitFor();
    await statement(page).getByText("Genesis").first().waitFor();

    await send(page, bola, "2.5", "lunch");
    await page.getByText(/^Committed in block \d+\.$/).waitFor();
    await balance(page).getByText("497.50 GX").waitFor();
    await statement(page).getByText("lunch").waitFor();
    expect(await page.getByLabel("Amount in GX").inputValue()).toBe("");

    await bolaPays("1250000", "from outside");
    await statement(page).getByText("from outside").waitFor();
    await balance(page).getByText("498.75 GX").waitFor();
    expect(await statement(page).first().innerText()).toMatch(/from outside\s*\+1\.25 GX\s*Received/);
    await screenshot(page, "wallet");
  });

  it("names wrong fields beside them, by the page itself and by the gateway, and tells refusals of the ledger", async () => {
    const page = await browser.tab();
    await signIn(page, tokens[0]);
    await balance(page).getByText(/GX$/).waitFor();
    await send(page, "ada", "1,0000001");
    await page.locator("#to-fault").getByText("must be an account").waitFor();
    expect(await faultsByAxe(page)).toEqual([]);
    await page.locator("#amount-fault").getByText("must be GX above 0").waitFor();
    expect(await page.locator(":focus").getAttribute("name")).toBe("to");

    // Only the gateway knows this rule.
    browser.expectComplaint(/400 \(Bad Request\)/);
    await send(page, bola, "1", "a\u200Bb");
    await page.locator("#remark-fault").getByText("must be text of 1 to 140 characters").waitFor();
    await page.getByText("(INVALID_INPUT)").waitFor();

    await send(page, bola, "100000");
    await page.getByText("Refused by the ledger: The account does not hold enough. (INSUFFICIENT_FUNDS)").waitFor();
  });

  it("shows older lines page by page, each once, while new ones come", async () => {
    const page = await browser.tab();
    await signIn(page, tokens[0]);
    await balance(page).getByText(/GX$/).waitFor();
    const remarks = Array.from({ length: 14 }, (_, i) => `gift ${i}.`);
    for (const remark of remarks) await bolaPays("10000", remark);
    await statement(page).getByText("gift 13.").waitFor();
    const older = page.getByRole("button", { name: "Older ones" });
    while (await older.isVisible()) {
      const shown = await statement(page).count();
      await older.click();
      await eventually(
        async () => (await statement(page).count()) > shown || !(await older.isVisible()),
        "older lines",
      );
    }
    const lines = await statement(page).allInnerTexts();
    const places = [...remarks].reverse().map((remark) => lines.findIndex((line) => line.includes(remark)));
    expect(places).toEqual(remarks.map((_, i) => i));
    expect(lines.filter((line) => line.includes("Genesis"))).toHaveLength(1);
  });

  it("says why a token is not good, stays signed in over a reload, and forgets it at the sign-out", async () => {
    const page = await browser.tab();
    browser.expectComplaint(/401 \(Unauthorized\)/);
    await signIn(page, "not.a.token");
    await page.getByText("UNAUTHENTICATED: The token is not valid.").waitFor();
    await signIn(page, tokens[1]);
    await balance(page).getByText(/GX$/).waitFor();
    await page.reload();
    await balance(page).getByText(/GX$/).waitFor();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByLabel("Token").waitFor();
    await page.reload();
    await page.getByLabel("Token").waitFor();
    expect(await page.evaluate("[sessionStorage.length, localStorage.length]")).toEqual([0, 0]);
  });

  it("fits a phone in the dark, and is used by keyboard alone", async () => {
    const page = await browser.tab({ viewport: { width: 360, height: 740 }, colorScheme: "dark" });
    await page.goto(address);
    await page.getByLabel("Token").focus();
    expect(await faultsByAxe(page)).toEqual([]);
    await page.keyboard.insertText(tokens[0] ?? "");
    await page.keyboard.press("Tab");
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.insertText(system.graphql);
    await page.keyboard.press("Enter");
    await balance(page).getByText(/GX$/).waitFor();
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(360);
    expect(await page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe("rgb(20, 23, 28)");
    await page.getByLabel("To (account)").focus();
    await page.keyboard.insertText(bola);
    await page.keyboard.press("Tab");
    await page.keyboard.insertText("0.01");
    await page.keyboard.press("Enter");
    await page.getByText(/^Committed in block \d+\.$/).waitFor();
    expect(await faultsByAxe(page)).toEqual([]);
    await screenshot(page, "wallet-phone");
  });
});
