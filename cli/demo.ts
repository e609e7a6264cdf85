// gx demo: the scenario of protocol.md 19 on a throw-away system, step by step, with every figure compared.
// Never leaves anything behind but what --keep asked for.
import type { Command } from "commander";
import { GxError, messageOf } from "../platform/errors.js";
import { play } from "./demo/scenario.js";
import { openStory, type Story } from "./demo/story.js";
import { startThrowAway, type ThrowAway } from "./demo/throw-away.js";
import { WrongFigure } from "./demo/world.js";
import { canWriteOver, openLiveList, paint, secondsSince, spinner } from "./live-list.js";
import { entranceLines } from "./system/entrance.js";
import { startThrowAwayNetwork, type ThrowAwayNetwork } from "./throw-away-network.js";
import { UsageError } from "./usage.js";

interface Options {
  keep?: true;
  network?: string | true;
  json?: true;
}

export function register(program: Command): void {
  program
    .command("demo")
    .description("Play the demo scenario on a throw-away system and check every figure.")
    .option("--keep", "leave the system running at the end, and say where it is")
    .option(
      "--network [line]",
      "on a real Fabric network of its own instead of the development ledger, of Fabric 2.5 or 3.1",
    )
    .option("--json", "one JSON object on stdout at the end")
    .addHelpText("after", HELP)
    .action(demo);
}

const HELP = `
Two admins, a partner, six people and their bakery, in eighteen steps: countries, genesis coins, payments, trust, two
signatures, a vote, a loan, the velocity tax, a pause. Each figure is read through the gateway with the token of the
person whom it concerns. It takes less than a minute and touches neither your ports nor your data.
Exit status 0: every figure is right. 1: the step is named, with what was expected and what was found.`;

async function demo({ keep, network: line, json }: Options): Promise<void> {
  if (keep && line !== undefined)
    throw new UsageError("--keep leaves no network behind: gx network up and gx up --network start one that stays");
  const begin = Date.now();
  const story = openStory(json ? undefined : (line) => console.log(line));
  const interruption = interruptions();
  const network = line === undefined ? undefined : await startThrowAwayNetwork(line);
  const ledger = network?.name ?? "the development ledger";
  story.say(`It is played on ${ledger}`);
  const system = await startThrowAway(network?.profilePath);
  interruption.next(system.kill);
  const result = await Promise.race([playOn(system, story, begin, !json), interruption.first]).then(
    (balances) => ({ ok: true as const, balances }),
    (error: unknown) => ({ ok: false as const, ...faultOf(error, story) }),
  );
  const seconds = (Date.now() - begin) / 1_000;
  if (json) console.log(JSON.stringify({ ...result, seconds, ledger, steps: story.steps }));
  else sayEnd(result, `${story.steps.length} steps in ${seconds.toFixed(1)} s on ${ledger}`);
  if (!result.ok) process.exitCode = 1;
  await (keep && result.ok ? leave(system, story) : clear(system, network));
  // After a failure somebody may still wait for the end of a command.
  process.exit();
}

function sayEnd(result: { ok: true } | { ok: false; message: string }, way: string): void {
  if (result.ok) console.log(`\nEvery figure is right: ${way}`);
  else console.error(`\n${paint("red", "✖")} ${result.message}`);
}

async function playOn(system: ThrowAway, story: Story, begin: number, told: boolean) {
  const list =
    told && canWriteOver()
      ? openLiveList(() => [[spinner(), " a throw-away system starts ", ["dim", secondsSince(begin)]]])
      : undefined;
  await system.ready().finally(() => list?.done());
  story.say(`A system of its own runs in ${system.config.home} after ${secondsSince(begin)}`);
  return play(system, story);
}

interface Fault {
  readonly step: number;
  readonly message: string;
  readonly what?: string;
  readonly expected?: string;
  readonly found?: string;
}

/** What went wrong, and at which step; 0 before the first. */
function faultOf(error: unknown, story: Story): Fault {
  const step = story.steps.at(-1)?.step ?? 0;
  const message = `${step === 0 ? "" : `step ${step}: `}${messageOf(error)}`;
  if (!(error instanceof WrongFigure)) return { step, message };
  const { what, expected, found } = error;
  return { step, message, what, expected, found };
}

/** The first signal ends the demo in order, the second one at once. */
function interruptions() {
  let kill: () => void = () => undefined;
  const first = new Promise<never>((_, reject) => {
    for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.once(name, () => {
        process.on(name, () => kill());
        reject(new GxError("INTERRUPTED", "interrupted; the system is removed"));
      });
    }
  });
  first.catch(() => undefined);
  return { first, next: (act: () => void) => void (kill = act) };
}

async function clear(system: ThrowAway, network: ThrowAwayNetwork | undefined): Promise<void> {
  await system.stop();
  system.remove();
  await network?.remove();
}

async function leave(system: ThrowAway, story: Story): Promise<void> {
  const { home } = system.config;
  system.release();
  story.say("");
  for (const line of entranceLines(system.config)) story.say(line);
  story.say(`Tokens: GX_HOME=${home} npx gx token --role USER --sub <id>   Stop it: GX_HOME=${home} npx gx stop`);
}
