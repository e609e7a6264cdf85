// One way through the front door on a whole system: by the console's key to the explorer, a payment that is followed, and the board.
import { randomUUID } from "node:crypto";
import type { Page } from "playwright-core";
import { ended } from "../../bench/load.js";
import { newSystem, type System } from "../../bench/system.js";
import { browserSuite } from "./browser.js";
import { result, run, tab, type, VARIABLES } from "./explorer-page.js";

browserSuite("the front door", (browser) => {
  let system: System;
  let origin: string;
  beforeAll(async () => {
    system = await newSystem(700);
    origin = new URL(system.graphql).origin;
  }, 180_000);
  afterAll(() => system.remove(), 60_000);

  async function openByKey(): Promise<Page> {
    const page = await browser.tab();
    await page.goto(system.gx("console").trim());
    await page.getByText("parts are ready").waitFor();
    return page;
  }
  const actAs = (page: Page, who: string) => page.getByRole("button", { name: who, exact: true }).click();
  const idsIn = async (page: Page) => {
    const shown = await page.locator(".result-window").innerText();
    return [...shown.matchAll(/"commandId":\s*"([0-9a-f-]{36})"/g)].map(([, id]) => id as string);
  };

  it("leads from the key to a payment: registered, sent, followed to its end and read by its sender", async () => {
    const page = await openByKey();
    await page.goto(`${origin}/explorer`);
    await actAs(page, "partner");
    await page.getByText(/^PARTNER_API /).waitFor();
    await tab(page, "Register");
    await run(page);
    await result(page, /"ACCEPTED"[^]*"ACCEPTED"/);

    const states = await ended(system, system.tokens("ADMIN")[0] as string, await idsIn(page));
    expect(states.map(({ status }) => status)).toEqual(["COMMITTED", "COMMITTED"]);

    await actAs(page, "user");
    await page.getByText(/^USER /).waitFor();
    await tab(page, "Send");
    await run(page);
    await result(page, '"ACCEPTED"');
    const [id] = await idsIn(page);
    await tab(page, "Follow");
    await page.getByRole("button", { name: "Variables" }).click();
    await type(page, VARIABLES, JSON.stringify({ id }));
    await run(page);
    await result(page, '"TransferCompleted"');
    await tab(page, "Statement");
    await run(page);
    // The editor holds the lines that are seen, and the payment is the newest.
    await result(page, '"OUT"');
  });

  it("shows the queues to who signed in as admin at the console, and to nobody else", async () => {
    const page = await openByKey();
    browser.expectComplaint(/status of 401/);
    expect((await page.goto(`${origin}/board`))?.status()).toBe(401);
    await page.getByRole("link", { name: "Console" }).click();
    await page.goto(`${origin}/#/sign-in`);
    const signedIn = page.waitForResponse(/board.sign-in/);
    await page.getByRole("button", { name: "Admin", exact: true }).click();
    expect((await signedIn).status()).toBe(204);
    expect((await page.goto(`${origin}/board`))?.status()).toBe(200);
    await page.getByText("participants (PA)").first().waitFor();
    const stranger = await browser.tab();
    expect((await stranger.goto(`${origin}/board`))?.status()).toBe(401);

    // Asleep, the submitter takes no job, and no other is started in its place.
    process.kill(system.pid("submitter"), "SIGSTOP");
    try {
      const asked = await system.ask<{ distributeGenesis: { commandId: string } }>(
        `mutation { distributeGenesis(userId: "${randomUUID()}", ageYears: 30, idempotencyKey: "seen-waiting") { commandId } }`,
        {},
        system.tokens("ADMIN")[0],
      );
      const id = asked.data?.distributeGenesis.commandId ?? "";
      await page.goto(`${origin}/board/queue/gx_admin?status=waiting`);
      await page.getByText(`distributeGenesis …${id.slice(-8)}`).waitFor();
      await page.getByRole("link", { name: "Timeline" }).waitFor();
    } finally {
      process.kill(system.pid("submitter"), "SIGCONT");
    }
  });
});
