// What the demo says when the world is not as it must be. Only the gateway's wire is faked here; the real one is test/e2e/demo.
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openBooks } from "../../cli/demo/balances.js";
import { coinsOf, qiratOf } from "../../cli/demo/coins.js";
import { openStory } from "../../cli/demo/story.js";
import { openWorld, type World } from "../../cli/demo/world.js";
import { readConfig } from "../../platform/config.js";

const home = mkdtempSync(join(tmpdir(), "gx-demo-test-"));
let server: Server;
let world: World;
let told: string[];
/** What the gateway answers to a document that holds the word. */
let answers: Readonly<Record<string, object>>;
beforeAll(async () => {
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      const word = Object.keys(answers).find((each) => body.includes(each)) ?? "";
      response.end(JSON.stringify({ data: answers[word] }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
beforeEach(async () => {
  told = [];
  const story = openStory((line) => void told.push(line));
  story.begin(6, "Coins cross a border");
  const gateway = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
  const config = readConfig({ GX_ENV: "development", GX_HOME: home });
  const none = () => Promise.resolve();
  const idle = { stop: none, ready: none, kill: () => undefined, remove: () => undefined, release: () => undefined };
  world = await openWorld({ config, gateway, ...idle }, story);
});
afterAll(() => {
  server.close();
  rmSync(home, { recursive: true, force: true });
});

it.each([
  ["0", 0n],
  ["0.000001", 1n],
  ["299.5", 299_500_000n],
  ["1600.47575", 1_600_475_750n],
])("writes %s GX as %d Qirat and back", (coins, qirat) => {
  expect([qiratOf(coins), coinsOf(qirat)]).toEqual([qirat, coins]);
});

it("names the account, what was expected and what was found where a balance is another one", async () => {
  const zeros = ["USER_GENESIS", "GOVT_GENESIS", "CHARITABLE", "LOAN", "GX", "OPERATIONS"];
  const pools = zeros.map((id) => ({ id, minted: "0" }));
  answers = { wallet: { a0: { balance: "500000" } }, pools: { pools } };
  const books = openBooks(world);
  await books.hold({ operations: "0.5" });
  expect(told.at(-1)).toMatch(/balances +operations 0\.5 +✔/);
  answers = { wallet: { a0: { balance: "500001" } }, pools: { pools } };
  await expect(books.hold({})).rejects.toMatchObject({
    ...{ what: "balance of operations", expected: "0.5 GX", found: "0.500001 GX" },
    message: "balance of operations: expected 0.5 GX, found 0.500001 GX",
  });
  answers = { wallet: { a0: { balance: "500000" } }, pools: { pools: pools.slice(1) } };
  await expect(books.hold({})).rejects.toMatchObject({
    what: "minted of USER_GENESIS",
    expected: "0 GX",
    found: "none",
  });
});

it("names who asked for what where a command ends otherwise", async () => {
  const ticket = { commandId: "00000000-0000-7000-8000-0000000000aa", status: "ACCEPTED", existing: false };
  const ends = (status: string, code?: string) => ({
    "mutation (": { pauseSystem: ticket },
    "query (": { command: { status, error: code === undefined ? null : { code, message: "" } } },
  });
  const deed = { by: "super admin", what: "pauses", command: "admin.pauseSystem", input: { reason: "demo" } } as const;
  answers = ends("REFUSED", "ALREADY_PAUSED");
  await expect(world.act(deed)).rejects.toThrow("super admin pauses: expected committed, found ALREADY_PAUSED");
  expect(await world.act({ ...deed, refusedWith: "ALREADY_PAUSED" })).toEqual([ticket.commandId]);
  answers = ends("COMMITTED");
  await expect(world.act({ ...deed, refusedWith: "PAUSED" })).rejects.toThrow("expected PAUSED, found committed");
});

it("names the reader where data are other ones", async () => {
  answers = { systemStatus: { systemStatus: { paused: true } } };
  await expect(
    world.see("a1", "not paused", "{ systemStatus { paused } }", { systemStatus: { paused: false } }),
  ).rejects.toThrow(
    'not paused, read by a1: expected {"systemStatus":{"paused":false}}, found {"systemStatus":{"paused":true}}',
  );
});
