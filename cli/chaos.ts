// gx chaos: hurts a throw-away system under load and proves afterwards that nothing was lost, doubled or told wrongly.
import type { Command } from "commander";
import { developmentGround, networkGround, type Ground } from "../chaos/ground.js";
import { run } from "../chaos/run.js";
import { keep, markdown } from "../chaos/report.js";
import { scenarios } from "../chaos/scenarios/index.js";
import { chosenInstallation, supportedLines } from "../network/programs.js";
import { environment } from "../platform/config.js";
import { GxError } from "../platform/errors.js";
import { registerModel } from "./model.js";
import { UsageError, whole } from "./usage.js";

interface Options {
  seconds: string;
  seed?: string;
  offset: string;
  people: string;
  network?: true;
  fabric?: string;
  reports?: string;
  json?: true;
}

export function register(program: Command): void {
  const width = Math.max(...scenarios.map(({ name }) => name.length));
  const command = program
    .command("chaos")
    .enablePositionalOptions()
    .description("Hurt a throw-away system under load and check that every promise held.")
    .argument("[scenario...]", "which; all goes through them in this order", ["all"])
    .option("--seconds <n>", "how long to hurt; scenarios that do not fit are left out, the last ones first", "120")
    .option("--seed <n>", "repeats a run: whom to kill, who pays whom (default: the time)")
    .option("--offset <n>", "added to every port, a multiple of 100", "1600")
    .option("--network", "on a real network of Fabric's own programs instead of the development ledger")
    .option("--fabric <line>", "with --network: which Fabric, 2.5 or 3.1 (default: the first that is found)")
    .option("--people <n>", "how many pay each other", "400")
    .option("--reports <folder>", "where the report is kept (default: docs/reports)")
    .option("--json", "the report as one JSON object on stdout")
    .addHelpText(
      "after",
      () => `\nScenarios:\n${scenarios.map(({ name, sentence }) => `  ${name.padEnd(width)}  ${sentence}`).join("\n")}`,
    )
    .action(chaos);
  registerModel(command);
}

async function chaos(names: string[], { network, fabric, ...options }: Options): Promise<void> {
  if (fabric !== undefined && !network) throw new UsageError("--fabric needs --network");
  const offset = whole("--offset", options.offset, 0, 1_700);
  const report = await run(
    {
      scenarios: chosen(names, network === true),
      seconds: whole("--seconds", options.seconds, 1, 86_400),
      seed: options.seed === undefined ? Date.now() % 1_000_000 : whole("--seed", options.seed, 0, 4_294_967_295),
      offset,
      people: whole("--people", options.people, 10, 2_000),
      ground: network ? onNetwork(fabric) : (timeoutMs) => Promise.resolve(developmentGround(offset, timeoutMs)),
    },
    (line) => console.error(line),
  );
  const path = keep(report, options.reports);
  console.log(options.json ? JSON.stringify(report) : `${markdown(report)}\nKept in ${path}`);
  if (!report.sound) throw new GxError("CHAOS", `something did not hold; the report: ${path}`);
}

/** @throws GxError FABRIC_MISSING before anything is started */
function onNetwork(asked: string | undefined): (batchTimeoutMs: number) => Promise<Ground> {
  const line = supportedLines.find((known) => known === asked);
  if (asked !== undefined && line === undefined)
    throw new UsageError(`--fabric: ${asked} is not one of ${supportedLines.join(", ")}`);
  const installation = chosenInstallation(environment(), line);
  return (batchTimeoutMs) => networkGround(installation, batchTimeoutMs);
}

function chosen(names: readonly string[], isNetwork: boolean) {
  const there = scenarios.filter(({ on }) => on === undefined || isNetwork);
  if (names.includes("all")) return there;
  return names.map((name) => {
    const known = scenarios.find((scenario) => scenario.name === name);
    if (known && there.includes(known)) return known;
    if (known) throw new UsageError(`${name} is played on a real network: add --network`);
    throw new UsageError(`no scenario is named ${name}; there are all, ${there.map((each) => each.name).join(", ")}`);
  });
}
