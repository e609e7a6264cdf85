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

interface Options {
  keep?: true;
  json?: true;
}

export function register(program: Command): void {
  program
    .command("demo")
    .description("Play the demo scenario on a throw-away system and check every figure.")
    .option("--keep", "leave the system running at the end, and say where it is")
    .option("--json", "one JSON object on stdout at the end")
    .addHelpText("after", HELP)
    .action(demo);
}

const HELP = `
Two admins, a partner, six people and their bakery, in eighteen steps: countries, genesis coins, payments, trust, two
signatures, a vote, a loan, the velocity tax, a pause. Each figure is read through the gateway with the token of the
person whom it concerns. It takes less than a minute and touches neither your ports nor your data.
Exit status 0: every figure is right. 1: the step is named, with what was expected and what was found.`;

async function demo({ keep, json }: Options): Promise<void> {
  const begin = Date.now();
  const story = openStory(json ? undefined : (line) => console.log(line));
  const interruption = interruptions();
  const system = await startThrowAway();
  interruption.next(system.kill);
  const result = await Promise.race([playOn(system, story, begin, !json), interruption.first]).then(
    (balances) => ({ ok: true as const, balances }),
    (error: unknown) => ({ ok: false as const, ...faultOf(error, story) }),
  );
  const seconds = (Date.now() - begin) / 1_000;
  if (json) console.log(JSON.stringify({ ...result, seconds, steps: story.steps }));
  else if (result.ok) console.log(`\nEvery figure is right: ${story.steps.length} steps in ${seconds.toFixed(1)} s`);
  else console.error(`\n${paint("red", "✖")} ${result.message}`);
  if (!result.ok) process.exitCode = 1;
  await (keep && result.ok ? leave(system, story) : clear(system));
  // After a failure somebody may still wait for the end of a command.
  process.exit();
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

async function clear(system: ThrowAway): Promise<void> {
  await system.stop();
  system.remove();
}

async function leave(system: ThrowAway, story: Story): Promise<void> {
  const { home } = system.config;
  system.release();
  story.say("");
  for (const line of entranceLines(system.config)) story.say(line);
  story.say(`Tokens: GX_HOME=${home} npx gx token --role USER --sub <id>   Stop it: GX_HOME=${home} npx gx stop`);
}
