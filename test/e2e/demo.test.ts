// gx up --demo: the people and payments of protocol.md 19, steps 5 to 8, on a fresh ledger, read through the gateway.
// gx demo: all steps of it on a throw-away system, which leaves nothing behind.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { newSystem, type System } from "../../bench/system.js";
import { fillDemo } from "../../cli/demo-data.js";
import type { Finding } from "../../cli/doctor/finding.js";
import { demoPeople } from "../../platform/development-identities.js";
import { readyz } from "../../cli/system/readyz.js";
import { callGx } from "../cli/gx.js";
import { describeOnLedgers } from "../ledgers.js";

const OFFSET = 200;
let system: System;
beforeAll(async () => {
  system = await newSystem(OFFSET);
}, 120_000);
afterAll(() => system.remove(), 60_000);

async function figures(): Promise<unknown> {
  const accounts = { ...demoPeople, NG: "treasury_NG", US: "treasury_US", operations: "SYSTEM_OPERATIONS_FUND" };
  const wallets = Object.entries(accounts).map(([name, id]) => `${name}: wallet(id: "${id}") { balance }`);
  const answer = await system.ask<Record<string, { balance: string } | null>>(
    `{ ${wallets.join(" ")} }`,
    {},
    system.tokens("ADMIN")[0],
  );
  return Object.fromEntries(Object.entries(answer.data ?? {}).map(([name, wallet]) => [name, wallet?.balance]));
}

const heightOfLedger = async () => (await readyz(7053 + OFFSET))?.body["height"];
const demoIn = (output: string) => output.split("\n").filter((line) => line.startsWith("Demo: "));

/** The table's figures after step 8, in Qirat. */
const AFTER_STEP_8 = {
  ...{ Ada: "649975000", Bola: "550000000", Chi: "500000000", Dayo: "500000000", Emma: "299500000", Finn: "0" },
  ...{ NG: "200000000", US: "50000000", operations: "525000" },
};

it("goes on where an earlier start was interrupted and reaches the figures of the scenario", async () => {
  const interrupted = fillDemo({
    ...{ gateway: system.graphql, home: system.home },
    say: (line) => {
      if (line.includes("Emma pays")) throw new Error("interrupted");
    },
  });
  await expect(interrupted).rejects.toThrow("interrupted");
  await system.stop();
  await system.start("--demo");
  expect(demoIn(system.output())).toEqual([
    "Demo: Ada pays Bola 50 GX",
    "Demo: Finn pays Ada 1 GX: refused, INSUFFICIENT_FUNDS",
    "Demo: who is who",
  ]);
  expect(system.output()).toContain(`  Ada   NG     649.975 GX  ${demoPeople.Ada}\n`);
  expect(system.output()).toContain(`  Emma  US       299.5 GX  ${demoPeople.Emma}\n`);
  expect(system.output()).toContain(`Speak as one of them: npm run gx -- token --role USER --sub ${demoPeople.Ada}`);
  expect(await figures()).toEqual(AFTER_STEP_8);
}, 120_000);

it("ends with every entrance, and how to stop", () => {
  const lines = system.output().trimEnd().split("\n");
  const at = `http://127\\.0\\.0\\.1:${4000 + OFFSET}`;
  expect(lines.slice(-5)).toEqual([
    expect.stringMatching(new RegExp(`^GX gateway   ${at}/graphql$`)),
    expect.stringMatching(new RegExp(`^Console      ${at}/\\?key=[\\w-]{32}  \\(.*the key works once\\)$`)),
    expect.stringMatching(new RegExp(`^Explorer     ${at}/explorer .*Apollo Sandbox  ${at}/sandbox `)),
    expect.stringMatching(new RegExp(`^Queues       ${at}/board$`)),
    `Stop with Ctrl-C. Data stays in ${system.home}; start empty with: npm start -- --fresh`,
  ]);
});

it("does nothing the second time but say who is who", async () => {
  const height = await heightOfLedger();
  const lines: string[] = [];
  await fillDemo({ gateway: system.graphql, home: system.home, say: (line) => lines.push(line) });
  expect(lines[0]).toBe("Demo: who is who");
  expect(lines).toHaveLength(8);
  expect(await figures()).toEqual(AFTER_STEP_8);
  expect(await heightOfLedger()).toBe(height);
}, 60_000);

it("is a system whose servers the doctor finds in order, where they are named as outside ones", async () => {
  const outside = {
    ...{ DATABASE_URL: system.databaseUrl(), REDIS_URL: system.redisUrl() },
    FABRIC_PROFILE: join(system.home, "wallets", "profile.json"),
  };
  const { status, stdout } = await callGx(["doctor", "--json"], { ...system.environment, ...outside }).ended;
  const findings = new Map((JSON.parse(stdout) as Finding[]).map(({ what, detail }) => [what, detail]));
  expect(status).toBe(0);
  expect(findings.get("DATABASE_URL")).toContain("every migration applied");
  expect(findings.get("REDIS_URL")).toBe("answers, maxmemory-policy noeviction");
  expect(findings.get("FABRIC_PROFILE")).toBe(`peer 127.0.0.1:${7051 + OFFSET} of channel gx answers`);
  expect(findings.get("certificates")).toMatch(/^\d+ hold for 36\d days or more$/);
  expect(findings.get("ports")).toContain("in use by our own system");
}, 60_000);

/** `gx demo` with these words; `see` gets all that was printed so far, and may signal. */
async function play(
  words: readonly string[],
  see: (output: string, signal: (name: NodeJS.Signals) => void) => void = () => undefined,
) {
  const child = spawn(process.execPath, ["cli/gx.mjs", "demo", ...words], { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      see(output, (name) => child.kill(name));
    });
  }
  const status = await new Promise<number | null>((resolve) => child.once("close", resolve));
  const home = /A system of its own runs in (\S+)/.exec(output)?.[1] ?? "";
  return { status, output, home };
}

describeOnLedgers(
  "gx demo",
  (kind) => {
    it("reaches the final table of the scenario through eighteen steps, and leaves nothing", async () => {
      const { status, output, home } = await play(kind.line ? ["--network", kind.line] : []);
      const table = output.slice(output.indexOf("Final balances in Qirat")).trimEnd().split("\n");
      expect([status, table.slice(0, 9)]).toEqual([
        0,
        [
          "Final balances in Qirat",
          "    Ada                598472750      bakery              59880000",
          "    Bola               429904000      treasury NG        224749625",
          "    Chi                500000000      treasury US         54243750",
          "    Dayo               519850000      operations            894000",
          "    Emma               331012500      loan pool         1000000000",
          "    Finn                30993375      redistribution             0",
          "    sum               3750000000  = all that was minted",
          "",
        ],
      ]);
      expect(output.match(/^ ?\d+ {2}\S/gm)).toHaveLength(18);
      expect(output).toContain("3750000000 minted, 2470112625 circulate");
      expect(output).toContain(`It is played on ${kind.name}`);
      expect([home.startsWith("/"), existsSync(home)]).toEqual([true, false]);
    }, 240_000);
  },
  ["3.1"],
);

it("removes its system when it is interrupted", async () => {
  let sent = false;
  const { status, output, home } = await play([], (so, signal) => {
    if (sent || !so.includes("An empty ledger is bootstrapped")) return;
    sent = true;
    signal("SIGINT");
  });
  expect([status, output]).toEqual([1, expect.stringContaining("interrupted")]);
  expect([home.startsWith("/"), existsSync(home)]).toEqual([true, false]);
}, 120_000);
