// `gx chaos` itself, for half a minute: every kind of process is killed under load and Redis comes back empty, and the report
// says that every check held. That each check can fail is shown in test/chaos.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checks } from "../../chaos/checks.js";
import { developmentTargets, ownTargets } from "../../chaos/ground.js";
import type { Report } from "../../chaos/report.js";

const folder = mkdtempSync(join(tmpdir(), "gx-reports-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const chaos = (...args: string[]) =>
  spawnSync(process.execPath, ["cli/gx.mjs", "chaos", ...args], {
    encoding: "utf8",
    maxBuffer: 64 * 1_024 * 1_024,
    env: { ...process.env, NODE_OPTIONS: "" },
  });

it("loses, doubles and misreports nothing while each kind of process is killed and Redis comes back empty", () => {
  const scenarios = ["kill-storm", "redis-killed-and-back-empty"];
  const run = chaos(
    ...[...scenarios, "--seconds", "26", "--seed", "20", "--people", "60", "--offset", "900"],
    ...["--reports", folder, "--json"],
  );
  if (!run.stdout.startsWith("{")) throw new Error(`gx chaos ended with ${run.status}:\n${run.stderr}`);
  const report = JSON.parse(run.stdout) as Report;
  // How long callers waited (I9) depends on what else the machine does; runs of `gx chaos` by itself judge it.
  const faults = report.rounds.flatMap(({ findings }) =>
    findings.flatMap((one) => (one.check === "I9" ? [] : one.faults)),
  );
  expect([faults, report.lost, report.doubled, report.seed]).toEqual([[], 0, 0, 20]);
  expect([...new Set(report.kills.map(({ target }) => target))]).toEqual(
    expect.arrayContaining([...ownTargets, ...developmentTargets]),
  );
  expect(report.kills.filter(({ open }) => open < 200)).toEqual([]);
  expect(report.commands).toBeGreaterThan(1_000);
  const { COMMITTED = 0, REFUSED = 0, ...others } = report.outcomes;
  expect([COMMITTED > 1_000, REFUSED > 10, others]).toEqual([true, true, {}]);
  expect(report.rounds.map(({ scenario }) => scenario)).toEqual([...scenarios, "whole run"]);
  for (const { findings } of report.rounds) {
    expect(findings.map(({ check }) => check)).toEqual(checks.map(({ id }) => id));
    expect(findings.filter(({ check, compared }) => compared === 0 && check !== "I9")).toEqual([]);
  }
  expect(readdirSync(folder).sort()).toEqual([
    expect.stringMatching(/^chaos-\d{4}-\d\d-\d\d-20\.json$/),
    expect.stringMatching(/\.md$/),
  ]);
}, 420_000);

it("names a scenario that there is not, and a number that is none", () => {
  const [unknown, wrong] = [chaos("kill-everything"), chaos("all", "--seconds", "-1")];
  expect([unknown.status, wrong.status]).toEqual([2, 2]);
  expect(unknown.stderr).toMatch(/no scenario is named kill-everything; there are all, kill-storm, /);
  expect(wrong.stderr).toMatch(/--seconds: -1 is not a whole number from 1 to 86400/);
});
