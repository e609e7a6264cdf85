// Random commands of all domains against the bundle that peers run and the real projector: every invariant after every transaction.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commands } from "../../catalogue/index.js";
import { table } from "../../chaos/model/report.js";
import { keepFault, replayLog, type Kept } from "../../chaos/model/kept.js";
import { commandsIn } from "../../chaos/model/one-sequence.js";
import { runModel, type Modelled } from "../../chaos/model/run.js";
import { newDatabase } from "../environment.js";
import { bundlesWithFaults } from "./planted-bundle.js";
import { planted } from "./planted.js";

describe("more than ten thousand random commands of all domains", () => {
  let modelled: Modelled;
  beforeAll(async () => {
    modelled = await runModel({ commands: 13_000, seed: 1, database: newDatabase, shrinkMs: 20_000 });
    const { tally, sequences, transactions, conflicts } = modelled;
    const figures = `${tally.asked()} commands, ${tally.committed()} committed, ${tally.repeats()} repeated`;
    console.log(`${figures}, ${transactions} transactions, ${conflicts} conflicts, ${sequences} sequences`);
    console.log(table(tally.lines()));
  }, 600_000);

  test("keep every invariant, on the ledger and in the rows", () => {
    expect(modelled.fault).toBeUndefined();
    expect(modelled.tally.asked()).toBeGreaterThanOrEqual(10_000);
  });

  test("commit by half, and each of them fifty times", () => {
    const lines = modelled.tally.lines().filter(({ command }) => commands.some(({ name }) => name === command));
    expect(lines.filter(({ committed }) => committed < 50).map(({ command }) => command)).toEqual([]);
    expect(modelled.tally.committed() * 2).toBeGreaterThanOrEqual(modelled.tally.asked());
  });

  test("meet every code of the protocol", () => {
    expect(modelled.tally.missing()).toEqual([]);
  });
});

describe("a planted fault is found, made small and kept in a file that replays it", () => {
  const kept = mkdtempSync(join(tmpdir(), "gx-model-"));
  const bundles = bundlesWithFaults();
  afterAll(() => {
    bundles.remove();
    rmSync(kept, { recursive: true, force: true });
  });

  test.each(planted)("$name: $does", async (fault) => {
    const bundle = await bundles.with(fault);
    const modelled = await runModel({ commands: 4_000, seed: 7, bundle, themes: fault.themes, shrinkMs: 4_000 });
    if (!modelled.fault) throw new Error(`${modelled.tally.asked()} commands did not show it`);
    const { check, differences, commandsBefore, log } = modelled.fault;
    expect(`${check}: ${differences.join("; ")}`).toMatch(fault.found);
    expect(commandsIn(log)).toBeLessThanOrEqual(commandsBefore);
    console.log(`${fault.name}: ${check}, ${commandsBefore} commands made ${commandsIn(log)}`);

    const file = keepFault(kept, 7, modelled.fault);
    const { log: replayed } = JSON.parse(readFileSync(file, "utf8")) as Kept;
    const [with_, without] = [await replayLog(replayed, { bundle }), await replayLog(replayed, {})];
    expect(with_.fault?.check).toBe(check);
    expect(without.fault).toBeUndefined();
  });
});
