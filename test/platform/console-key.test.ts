// The one-time key of the console: works once, for ten minutes, and nothing that is kept tells it.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { consoleAddress, KEY_LIVES_MS, newConsoleKey, redeemConsoleKey } from "../../platform/console-key.js";

let home: string;
beforeEach(() => (home = mkdtempSync(join(tmpdir(), "gx-key-"))));
afterEach(() => rmSync(home, { recursive: true, force: true }));

const kept = () => readdirSync(join(home, "keys", "console"));
function age(byMs: number): void {
  const [name] = kept();
  const then = new Date(Date.now() - byMs);
  utimesSync(join(home, "keys", "console", name as string), then, then);
}

it("opens once", () => {
  const key = newConsoleKey(home);
  expect(redeemConsoleKey(home, key)).toBe(true);
  expect(redeemConsoleKey(home, key)).toBe(false);
});

it("does not open with a wrong or malformed key", () => {
  const key = newConsoleKey(home);
  const other = `${key.slice(0, -1)}${key.endsWith("A") ? "B" : "A"}`;
  for (const wrong of [other, "", "../../jwt.json", `${key} `]) expect(redeemConsoleKey(home, wrong)).toBe(false);
  expect(redeemConsoleKey(home, key)).toBe(true);
});

it("is over after ten minutes, and what is left of it goes with the next one", () => {
  const key = newConsoleKey(home);
  age(KEY_LIVES_MS + 1_000);
  expect(redeemConsoleKey(home, key)).toBe(false);
  newConsoleKey(home);
  age(KEY_LIVES_MS + 1_000);
  newConsoleKey(home);
  expect(kept()).toHaveLength(1);
});

it("is kept as a hash only, in a folder that is its owner's alone", () => {
  const key = newConsoleKey(home);
  const [name] = kept() as [string];
  expect(name).toMatch(/^[0-9a-f]{64}$/);
  expect(readFileSync(join(home, "keys", "console", name), "utf8")).toBe("");
  expect(statSync(join(home, "keys", "console", name)).mode & 0o777).toBe(0o600);
  expect(statSync(join(home, "keys", "console")).mode & 0o777).toBe(0o700);
  expect(key).toMatch(/^[\w-]{32}$/);
});

it("stands in an address of this machine", () => {
  const { origin, searchParams } = new URL(consoleAddress(home, 4600));
  expect(origin).toBe("http://127.0.0.1:4600");
  expect(redeemConsoleKey(home, searchParams.get("key") ?? "")).toBe(true);
});
