// gx chaos model: random commands of all domains against rules and projections, every invariant after every transaction.
// Loads what it needs only when it runs: a production tree has no generator of random commands, and still says what gx can do.
import type { Command } from "commander";
import type { Options } from "./model-run.js";

export function registerModel(chaos: Command): void {
  chaos
    .command("model")
    .description(
      "Random commands of all domains on the chaincode and the projector; every invariant, every transaction.",
    )
    .option("--commands <n>", "how many at least", "10000")
    .option("--seed <n>", "repeats a run (default: the time)")
    .option("--network [line]", "through the gateway of a real Fabric network of its own, of Fabric 2.5 or 3.1")
    .option("--replay <file>", "run the transactions of a fault that was kept")
    .option("--reports <folder>", "where report and fault are kept (default: docs/reports)")
    .option("--json", "the report as one JSON object on stdout")
    .action(run);
}

async function run(options: Options): Promise<void> {
  const { model, replay } = await import("./model-run.js");
  return options.replay === undefined ? model(options) : replay(options.replay, options);
}
