// Random commands of all domains against the bundle that peers run and the real projector: every invariant after every transaction.
import { commands } from "../../catalogue/index.js";
import { table } from "../../chaos/model/report.js";
import { runModel, type Modelled } from "../../chaos/model/run.js";
import { newDatabase } from "../environment.js";

describe("more than ten thousand random commands of all domains", () => {
  let modelled: Modelled;
  beforeAll(async () => {
    modelled = await runModel({ commands: 13_000, seed: 1, database: newDatabase, shrinkMs: 20_000 });
    const { tally, sequences, transactions, conflicts } = modelled;
    const figures = `${tally.asked()} commands, ${tally.committed()} committed, ${tally.repeats()} repeated`;
    console.log(`${figures}, ${transactions} transactions, ${conflicts} conflicts, ${sequences} sequences`);
    console.log(table(tally.lines()));
  }, 300_000);

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
