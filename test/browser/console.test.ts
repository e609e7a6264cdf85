// The console in a real browser, on a whole system: what a newcomer and an operator do with it, and how it looks.
import type { RunOnly } from "axe-core";
import type { Page } from "playwright-core";
import { createUser, ended, newPerson } from "../../bench/load.js";
import { newSystem, type System } from "../../bench/system.js";
import { faultsByAxe } from "./axe.js";
import { browserSuite, screenshot } from "./browser.js";

const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 1, hasTouch: true };

/** In the dark: every other rule has been looked at in the light. */
const CONTRAST: RunOnly = { type: "rule", values: ["color-contrast"] };

// Read in the page, whose types a suite does not know.
const GROUND = "getComputedStyle(document.body).backgroundColor";
const FOCUSED = `(({ activeElement: at }) =>
  at.getAttribute("aria-label") ?? at.labels?.[0]?.textContent ?? at.textContent)(document)`;

browserSuite("the console", (browser) => {
  let system: System;
  let origin: string;
  const [ada, emma] = [newPerson(), newPerson()];
  beforeAll(async () => {
    system = await newSystem(600);
    origin = new URL(system.graphql).origin;
    const partner = system.tokens("PARTNER_API")[0] as string;
    const admin = system.tokens("ADMIN")[0] as string;
    const created = [await createUser(system, partner, ada, "NG"), await createUser(system, partner, emma, "US")];
    const states = (await ended(system, admin, created)).map(({ status }) => status);
    expect(states).toEqual(["COMMITTED", "COMMITTED"]);
  }, 180_000);
  afterAll(() => system.remove(), 60_000);

  const openByKey = async (options = {}): Promise<Page> => {
    const page = await browser.tab(options);
    await page.goto(system.gx("console").trim());
    await page.getByText("parts are ready").waitFor();
    return page;
  };
  const view = (page: Page, fragment: string) => page.goto(`${origin}/${fragment}`);
  const signIn = async (page: Page, who: "Admin" | "Super admin" | "Partner") => {
    await view(page, "#/sign-in");
    await page.getByRole("button", { name: who, exact: true }).click();
    await page.getByRole("heading", { name: "Sign in", exact: true }).waitFor({ state: "detached" });
  };
  const signInAsUser = async (page: Page, id: string) => {
    await view(page, "#/sign-in");
    await page.getByLabel("A user by id").fill(id);
    await page.getByRole("button", { name: "Sign in", exact: true }).first().click();
    await page.getByRole("heading", { name: "Sign in", exact: true }).waitFor({ state: "detached" });
  };
  const step = (page: Page, status: string) => page.locator(`.steps .come.${status}`);

  it("opens by its key, sends a transfer by the form, shows it committed without a reload, and its timeline", async () => {
    const page = await openByKey();
    expect(page.url()).toBe(`${origin}/`);
    await signInAsUser(page, emma);
    await page.evaluate(() => Object.assign(globalThis, { kept: true }));
    await page.getByRole("link", { name: "Send", exact: true }).click();
    await page.getByLabel("Search by name or sentence").fill("coins own account");
    await page.getByRole("link", { name: "transfer", exact: true }).click();
    await page.getByLabel("to", { exact: true }).fill(ada);
    await page.getByLabel("amount", { exact: true }).fill("12.5");
    await page.getByText("12.5 GX = 12500000 Qirat").waitFor();
    await page.getByLabel("remark").fill("lunch");
    await page.getByRole("button", { name: "Send", exact: true }).click();
    await step(page, "COMMITTED").waitFor();
    await page.getByText(/visible here after \d/).waitFor();
    await screenshot(page, "console-send");
    await page.getByRole("link", { name: "Timeline" }).click();
    await page.getByText("TransferCompleted").waitFor();
    expect(await step(page, "ACCEPTED").locator("time").textContent()).toMatch(/^\d\d:\d\d:\d\d\.\d{3}$/);
    expect(await page.evaluate(() => "kept" in globalThis)).toBe(true);
    await view(page, "#/commands");
    await page.getByRole("row", { name: /tokenomics\.transfer COMMITTED/ }).waitFor();
  });

  it("shows a command of somebody else live, who caused it and with what, to an admin", async () => {
    const page = await openByKey();
    await signIn(page, "Admin");
    await view(page, "#/commands/COMMITTED");
    const rows = page.getByRole("row", { name: /tokenomics\.transfer/ });
    await page.getByRole("row").nth(1).waitFor();
    const before = await rows.count();
    const [token] = system.tokens("USER", [ada]);
    const sent = await system.ask<{ transfer: { commandId: string } }>(
      `mutation ($to: ID!) { transfer(to: $to, amount: "1000000", idempotencyKey: "shown-live") { commandId } }`,
      { to: emma },
      token,
    );
    await rows.nth(before).waitFor();
    await rows.first().getByRole("link").click();
    await page.getByText("Asked by").waitFor();
    expect(page.url()).toBe(`${origin}/#/command/${sent.data?.transfer.commandId}`);
    await page.getByTitle(ada).waitFor();
    await page.getByText('"amount": "1000000"').waitFor();
    await screenshot(page, "console-timeline");
  });

  it("leads back to the command that somebody came for, and tells who may not see it", async () => {
    browser.expectComplaint(/403/);
    const [admin, token] = [system.tokens("ADMIN")[0] as string, system.tokens("USER", [ada])[0] as string];
    const sent = await system.ask<{ transfer: { commandId: string } }>(
      `mutation ($to: ID!) { transfer(to: $to, amount: "1000000", idempotencyKey: "not-for-all") { commandId } }`,
      { to: emma },
      token,
    );
    const id = sent.data?.transfer.commandId as string;
    await ended(system, admin, [id]);
    const page = await openByKey();
    await view(page, `#/command/${id}`);
    await page.locator("main").getByRole("link", { name: "Sign in" }).click();
    await page.getByLabel("A user by id").fill(ada);
    await page.getByRole("button", { name: "Sign in", exact: true }).first().click();
    await page.getByText("TransferCompleted").waitFor();
    expect(page.url()).toBe(`${origin}/#/command/${id}`);
    await signInAsUser(page, emma);
    await view(page, `#/command/${id}`);
    await page.getByText("The caller may not do or see this.").waitFor();
    expect(await page.getByText("TransferCompleted").count()).toBe(0);
  });

  it("says at the field what is wrong, by the catalogue or by the gateway, and by its code why the ledger refused", async () => {
    const page = await openByKey();
    await signInAsUser(page, ada);
    await view(page, "#/send/tokenomics.transfer");
    await page.getByLabel("to", { exact: true }).fill("nobody");
    await page.getByRole("button", { name: "Send", exact: true }).click();
    const to = page.getByLabel("to", { exact: true });
    expect(await to.getAttribute("aria-invalid")).toBe("true");
    expect(await to.evaluate((field) => field === field.ownerDocument.activeElement)).toBe(true);
    await page.getByText(/^is missing: must be whole Qirat/).waitFor();
    await to.fill(emma);
    await page.getByLabel("amount", { exact: true }).fill("1000000");
    await page.getByRole("button", { name: "Send", exact: true }).click();
    await step(page, "REFUSED").waitFor();
    await page.getByText("INSUFFICIENT_FUNDS").waitFor();
    await page.getByText("The account does not hold enough.").waitFor();

    browser.expectComplaint(/409/);
    await page.getByRole("button", { name: "Send another" }).click();
    await page.getByLabel("to", { exact: true }).fill(emma);
    await page.getByLabel("amount", { exact: true }).fill("2");
    const key = page.getByLabel("idempotencyKey");
    await key.fill("shown-live");
    await page.getByRole("button", { name: "Send", exact: true }).click();
    await page.locator("#key-rule.fault").getByText("used for another command or input").waitFor();
    expect(await key.getAttribute("aria-invalid")).toBe("true");
  });

  it("sends lists and records, with the rules of the whole and of each element", async () => {
    const page = await openByKey();
    await view(page, "#/send/admin.bootstrapSystem");
    await page.getByRole("button", { name: "Sign in as super admin" }).click();
    await page.getByLabel("profile").selectOption("devnet");
    await page.getByRole("button", { name: "New uuid for admins 1" }).click();
    await page.getByRole("button", { name: "Add to admins" }).click();
    await page
      .getByLabel("admins 2", { exact: true })
      .fill(await page.getByLabel("admins 1", { exact: true }).inputValue());
    await page.getByRole("button", { name: "Send", exact: true }).click();
    await page.getByText("must hold 1 to 10 elements without duplicates").and(page.locator(".fault")).waitFor();
    await page.getByRole("button", { name: "New uuid for admins 2" }).click();
    await page.getByRole("button", { name: "Add to parameters" }).click();
    await page.getByLabel("id", { exact: true }).fill("FEE_P2P_LOCAL_BPS");
    await page.getByLabel("value", { exact: true }).fill("7");
    await page.getByRole("button", { name: "Send", exact: true }).click();
    await page.getByText("ALREADY_BOOTSTRAPPED").waitFor();
  });

  it("is used by the keyboard alone, from the first key to the end of a command", async () => {
    const page = await openByKey();
    const tabTo = async (name: string) => {
      for (let presses = 0; presses < 80; presses++) {
        await page.keyboard.press("Tab");
        const label = await page.evaluate<string | null>(FOCUSED);
        if (label?.trim() === name) return;
      }
      throw new Error(`the key Tab never reaches ${name}`);
    };
    await page.keyboard.press("Tab");
    expect(await page.locator(":focus").textContent()).toBe("Skip to the content");
    await tabTo("Sign in");
    await page.keyboard.press("Enter");
    await tabTo("Partner");
    await page.keyboard.press("Enter");
    await page.getByRole("link", { name: "partner API" }).waitFor();
    await tabTo("Send");
    await page.keyboard.press("Enter");
    await tabTo("createUser");
    await page.keyboard.press("Enter");
    await tabTo("New uuid for userId");
    await page.keyboard.press("Enter");
    await tabTo("Text to hash for biometricHash");
    await page.keyboard.type(newPerson());
    await tabTo("Hash this text");
    await page.keyboard.press("Space");
    await tabTo("nationality");
    await page.keyboard.type("de");
    await tabTo("ageYears");
    await page.keyboard.type("40");
    await page.keyboard.press("Enter");
    await step(page, "COMMITTED").waitFor();
    await tabTo("Timeline");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Command", exact: true }).waitFor();
  });

  it("tells who comes without a key, or with a used one, how to get one, and gives no token", async () => {
    const address = system.gx("console").trim();
    await (await browser.tab()).goto(address);
    const page = await browser.tab();
    await page.goto(address);
    await page.getByText("This key was used before").waitFor();
    await page.getByText("This page was opened without its key").waitFor();
    expect(await page.getByRole("button", { name: "Admin", exact: true }).count()).toBe(0);
    await page.getByLabel("Bearer token").fill(system.tokens("ADMIN")[0] as string);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page
      .getByRole("row", { name: /admin\.bootstrapSystem/ })
      .first()
      .waitFor();
  });

  it("keeps who is signed in over a reload, and forgets at the end", async () => {
    const page = await openByKey();
    await signIn(page, "Admin");
    await page.reload();
    await page.getByRole("link", { name: "admin", exact: true }).click();
    await page.getByRole("button", { name: "Show the token" }).click();
    expect(await page.locator(".token").textContent()).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.reload();
    await page.getByRole("link", { name: "Sign in", exact: true }).waitFor();
  });

  it("says when the gateway is away, and goes on by itself when it is back", async () => {
    browser.expectComplaint(/Failed to load resource|WebSocket connection/);
    const page = await openByKey();
    await signIn(page, "Admin");
    process.kill(system.pid("gateway"), "SIGKILL");
    await page.getByText("The gateway does not answer").waitFor();
    await page.getByText("The gateway does not answer").waitFor({ state: "detached" });
    await page.getByText("parts are ready").waitFor();
    const created = await createUser(system, system.tokens("PARTNER_API")[0] as string, newPerson(), "FR");
    await page.locator(`a[href="#/command/${created}"]`).waitFor();
  });

  const views = [
    "#/",
    "#/commands",
    "#/send",
    "#/send/identity.createUser",
    "#/send/admin.bootstrapSystem",
    "#/sign-in",
  ];
  const settled = async (page: Page, fragment: string) => {
    await view(page, fragment);
    await page.locator("h1").waitFor();
    if (["#/", "#/commands"].includes(fragment)) await page.locator(".commands tbody tr").first().waitFor();
    if (fragment === "#/") await page.getByRole("heading", { name: "People" }).waitFor();
  };

  it("fits a phone: no view is wider than the screen", async () => {
    const page = await openByKey(PHONE);
    await signIn(page, "Admin");
    for (const fragment of views) {
      await settled(page, fragment);
      const width = await page.evaluate<number>("document.documentElement.scrollWidth");
      expect([fragment, width]).toEqual([fragment, PHONE.viewport.width]);
    }
    await settled(page, "#/");
    await screenshot(page, "console-phone");
  });

  it.each(["light", "dark"] as const)(
    "has no fault that a machine finds for people with other senses, %s",
    async (colorScheme) => {
      const page = await openByKey({ colorScheme });
      await signIn(page, "Admin");
      const ground = await page.evaluate<string>(GROUND);
      expect(ground).toBe(colorScheme === "light" ? "rgb(245, 246, 248)" : "rgb(14, 18, 23)");
      for (const fragment of views) {
        await settled(page, fragment);
        expect([fragment, await faultsByAxe(page, colorScheme === "light" ? undefined : CONTRAST)]).toEqual([
          fragment,
          [],
        ]);
      }
      await settled(page, "#/");
      await screenshot(page, `console-${colorScheme}`);
    },
  );

  it("keeps the colours that were chosen", async () => {
    const page = await openByKey({ colorScheme: "light" });
    const dark = async () => (await page.evaluate<string>(GROUND)) === "rgb(14, 18, 23)";
    await page.getByRole("button", { name: /^Colours: auto/ }).click();
    expect(await dark()).toBe(false);
    await page.getByRole("button", { name: /^Colours: light/ }).click();
    expect(await dark()).toBe(true);
    await page.reload();
    await page.getByRole("button", { name: /^Colours: dark/ }).waitFor();
    expect(await dark()).toBe(true);
  });
});
