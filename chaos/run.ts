// One run: a system, callers, scenario after scenario, each healed and checked; at its end everything once more.
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ended, inBursts } from "../bench/load.js";
import { messageOf } from "../platform/errors.js";
import { openArena, type Arena } from "./arena.js";
import { newArming, type Arming } from "./arming.js";
import { isSound, judge, type Finding } from "./checks.js";
import { countries, creation, newDriver, type Crowd, type Driver, type Felt } from "./driver.js";
import type { Bounded } from "./evidence.js";
import { differences } from "./gx.js";
import { gather, leftoversOf, quiet, type Leftovers } from "./gather.js";
import type { Ground } from "./ground.js";
import { openJournal, type Journal } from "./journal.js";
import { openLive, type Live } from "./live.js";
import { newRandom, type Random } from "./random.js";
import { isReached, killedOf, whereFrom, type Report, type Round } from "./report.js";
import { openStage, type Figure, type Kill, type Scenario } from "./stage.js";
import { newTruth, type Truth } from "./truth.js";

export interface Options {
  readonly scenarios: readonly Scenario[];
  readonly seconds: number;
  readonly seed: number;
  /** Added to every port, hundreds. */
  readonly offset: number;
  readonly people: number;
  /** What the system stands on; removed with it. */
  readonly ground: (batchTimeoutMs: number) => Promise<Ground>;
}

/** Slow blocks keep a backlog standing; folding is part of the load. */
const BATCH_TIMEOUT_MS = 800;
// Folded by number alone: what is folded by age comes a minute after the last command, into the middle of a check.
const SETTINGS = { FOLD_AFTER: "20", FOLD_AFTER_SECONDS: "86400" };
const SETTLE_MS = 150_000;
const QUIET_MS = 180_000;
const WARM_MS = 3_000;
const REPEATED = 30;

interface Run {
  readonly options: Options;
  readonly arena: Arena;
  readonly arming: Arming;
  readonly journal: Journal;
  readonly journalFile: string;
  readonly driver: Driver;
  readonly truth: Truth;
  readonly random: Random;
  readonly live: Live;
  readonly kills: Kill[];
  readonly figures: Map<string, Figure>;
  readonly crashes: Map<string, number>;
  readonly begin: number;
  now: string;
}

/** Which scenarios fit into the seconds, and how many each gets: those first in the list come first. */
export function spread(scenarios: readonly Scenario[], seconds: number): { scenario: Scenario; seconds: number }[] {
  const chosen: Scenario[] = [];
  let left = seconds;
  for (const scenario of scenarios) {
    if (scenario.least > left && chosen.length > 0) continue;
    chosen.push(scenario);
    left -= scenario.least;
  }
  const shares = chosen.reduce((sum, { share }) => sum + share, 0);
  return chosen.map((scenario) => ({
    scenario,
    seconds: scenario.least + (Math.max(0, left) * scenario.share) / shares,
  }));
}

/** Runs the scenarios; never throws for what the system did wrong: that is in the report. */
export async function run(options: Options, say: (line: string) => void): Promise<Report> {
  const random = newRandom(options.seed);
  const journalFile = join(mkdtempSync(join(tmpdir(), "gx-chaos-")), "driver.jsonl");
  say(`seed ${options.seed}; driver log ${journalFile}; starting a system with two of each worker …`);
  const arming = newArming(join(dirname(journalFile), "hook"));
  const ground = await options.ground(BATCH_TIMEOUT_MS);
  const arena = await openArena(ground, options.offset, { ...SETTINGS, ...arming.settings });
  const forget = removeOnSignal(arena);
  const journal = openJournal(journalFile);
  let live: Live | undefined;
  try {
    const crowd = await populate(arena, random, options.people);
    const driver = newDriver({
      arena,
      journal,
      random: newRandom(options.seed + 1),
      crowd,
      prefix: `chaos-${options.seed}`,
    });
    const state: Run = {
      ...{ options, arena, arming, journal, journalFile, driver, random, truth: newTruth() },
      ...{ kills: [], figures: new Map(), crashes: new Map(), begin: Date.now(), now: "calm" },
      live: (live = openLive(() => statusOf(state))),
    };
    return await goThrough(state);
  } finally {
    live?.close();
    journal.close();
    await arena.remove();
    forget();
  }
}

/** Who ends a run early leaves no system behind. */
function removeOnSignal(arena: Arena): () => void {
  const signals = ["SIGINT", "SIGTERM"] as const;
  const end = () => void arena.remove().finally(() => process.exit(1));
  for (const signal of signals) process.once(signal, end);
  return () => signals.forEach((signal) => process.off(signal, end));
}

const statusOf = ({ begin, driver, kills, now }: Run) =>
  `${Math.round((Date.now() - begin) / 1_000)} s  ${driver.sent()} commands  ${killedOf(kills)} kills  ${driver.open()} open  ${now}`;

/** People with coins, and tokens for all of them. */
async function populate(arena: Arena, random: Random, count: number): Promise<Crowd> {
  const { system } = arena;
  const [partner = ""] = system.tokens("PARTNER_API");
  const [admin = ""] = system.tokens("ADMIN");
  const people = Array.from({ length: count }, random.uuid);
  const created = await inBursts(people, 16, async (userId, index) => {
    const mutation = creation(userId, countries[index % countries.length] ?? "NG");
    const text = `mutation { createUser: ${mutation}, idempotencyKey: "person-${userId}") { commandId } }`;
    const { data, errors } = await system.ask<{ createUser: { commandId: string } }>(text, {}, partner);
    if (!data) throw new Error(`createUser: ${JSON.stringify(errors)}`);
    return data.createUser.commandId;
  });
  const refused = (await ended(system, admin, created)).find(({ status }) => status !== "COMMITTED");
  if (refused) throw new Error(`createUser ended ${refused.status}: ${refused.error?.code ?? "no code"}`);
  await arena.whole();
  return { people, tokens: system.tokens("USER", people), partner };
}

async function goThrough(state: Run): Promise<Report> {
  const { options, arena, driver, truth, figures, live } = state;
  const rounds: Round[] = [];
  const calm = await warmUp(state);
  const plan = spread(options.scenarios, options.seconds);
  const left = options.scenarios.filter((scenario) => !plan.some((one) => one.scenario === scenario));
  if (left.length > 0) live.say(`too short for ${left.map(({ name }) => name).join(", ")}`);
  for (const { scenario, seconds } of plan) {
    state.now = scenario.name;
    rounds.push(await oneRound(state, scenario, seconds, calm));
  }
  state.now = "whole run";
  const { findings, bounded } = await examine(state, calm, [], await differences(arena.system));
  rounds.push({
    ...nothing,
    scenario: "whole run",
    sentence: "everything once more, with gx verify and gx replay --verify",
    findings,
    bounded,
  });
  const faults = (id: string) => findings.find(({ check }) => check === id)?.faults.length ?? Number.NaN;
  const outcomes: Record<string, number> = {};
  for (const { status, n } of await arena.query<{ status: string; n: number }>(
    "select status, count(*)::int as n from app.command group by status order by status",
  ))
    outcomes[status] = n;
  live.say(`driver log: ${state.journalFile}`);
  return {
    ...{
      ...{ ground: arena.ground.name, options: arena.ground.options },
      seed: options.seed,
      at: new Date().toISOString(),
      seconds: options.seconds,
      ...whereFrom(),
    },
    ...{ commands: driver.sent(), outcomes, repeats: truth.repeats(), lost: faults("I1"), doubled: faults("I2") },
    ...{ kills: state.kills, crashes: Object.fromEntries(state.crashes), rounds, figures: [...figures.values()] },
    sound: rounds.every((round) => isSound(round.findings)) && [...figures.values()].every(isReached),
  };
}

const nothing: Omit<Round, "scenario" | "sentence" | "findings"> = {
  ...{ seconds: 0, healed: 0, kills: 0, openAtLeast: undefined, bounded: [] },
  felt: { commands: 0, requests: 0, errors: 0, p50: 0, p99: 0 },
};

/** Some seconds without a fault: caches fill, and what is usual is measured. */
async function warmUp({ driver, arena, figures }: Run): Promise<Leftovers> {
  driver.start();
  const felt = driver.mark();
  await new Promise((resolve) => setTimeout(resolve, WARM_MS));
  const { p99, requests } = felt();
  await driver.stop();
  figures.set("p99", { name: `p99 of requests in calm (N = ${requests})`, unit: "ms", values: [p99], goal: {} });
  await quiet(arena, QUIET_MS);
  return leftoversOf(arena);
}

async function oneRound(state: Run, scenario: Scenario, seconds: number, calm: Leftovers): Promise<Round> {
  const { arena, arming, driver, kills, figures, crashes, live, options } = state;
  const begin = Date.now();
  const before = kills.length;
  const felt = driver.mark();
  const usual = driver.load;
  driver.load = { ...usual, ...scenario.load };
  driver.start();
  const stage = openStage({
    ...{ arena, arming, driver, kills, figures, crashes, scenario: scenario.name, say: live.say },
    ...{ random: newRandom(options.seed * 31 + seedOf(scenario.name)), endsAt: begin + seconds * 1_000 },
  });
  const failure = await scenario.run(stage).then(
    () => undefined,
    (error: unknown) => messageOf(error),
  );
  driver.load = usual;
  const lasted = (Date.now() - begin) / 1_000;
  const harm = felt();
  await driver.stop();
  const healing = Date.now();
  const { findings, bounded } = await healAndExamine(state, calm, harmOf(scenario, harm), failure);
  const healed = (Date.now() - healing) / 1_000;
  const own = kills.slice(before).map(({ open }) => open);
  const round = {
    ...{ scenario: scenario.name, sentence: scenario.sentence, seconds: lasted, healed, felt: harm, findings, bounded },
    ...{ kills: own.length, openAtLeast: own.length === 0 ? undefined : Math.min(...own) },
  };
  live.say(
    `${scenario.name}: ${lasted.toFixed(0)} s, ${harm.commands} commands, ${own.length} kills and hurts, healed and checked in ${healed.toFixed(0)} s, ${verdict(findings)}`,
  );
  return round;
}

const seedOf = (name: string) => [...name].reduce((sum, letter) => (sum * 33 + letter.charCodeAt(0)) >>> 0, 5_381);

function verdict(findings: readonly Finding[]): string {
  const bad = findings.filter(({ faults }) => faults.length > 0);
  if (bad.length === 0) return "everything held";
  return bad.map(({ check, faults }) => `${check}: ${faults.length} faults (${faults[0]})`).join("; ");
}

const harmOf = ({ harm }: Scenario, { requests, errors, p99 }: Felt): Bounded[] => [
  {
    what: "requests without an answer",
    value: requests === 0 ? 0 : errors / requests,
    most: harm.errors,
    unit: "of all",
  },
  { what: "p99", value: p99, most: harm.p99, unit: "ms" },
];

async function healAndExamine(
  state: Run,
  calm: Leftovers,
  harm: readonly Bounded[],
  failure: string | undefined,
): Promise<Examined> {
  const { arena, driver, journal, random } = state;
  const own: Finding[] =
    failure === undefined ? [] : [{ check: "I9", compared: 1, faults: [`the scenario: ${failure}`] }];
  const name = state.now;
  const step = async (what: string, work: Promise<unknown>) => {
    state.now = `${name}: ${what}`;
    await work;
  };
  try {
    await step("until everything is whole", arena.whole());
    await step("asking again", driver.settle(SETTLE_MS));
    const known = journal.entries.filter(({ heard, meant }) => heard?.is === "ok" && meant === undefined);
    await driver.repeat(known.length === 0 ? [] : Array.from({ length: REPEATED }, () => random.pick(known)));
    await step("until quiet", quiet(arena, QUIET_MS));
    state.now = `${name}: checking`;
  } catch (error) {
    own.push({ check: "I8", compared: 1, faults: [`not quiet: ${messageOf(error)}`] });
  }
  const { findings, bounded } = await examine(state, calm, harm, undefined);
  return { findings: [...findings, ...own], bounded };
}

interface Examined {
  readonly findings: readonly Finding[];
  /** What was measured against a bound. */
  readonly bounded: readonly Bounded[];
}

const TRIES = 5;

/** Work of the system's own may still move the chain while facts are gathered: then they are gathered again. */
async function examine(
  { arena, journal, truth, random }: Run,
  calm: Leftovers,
  harm: readonly Bounded[],
  verified: readonly string[] | undefined,
): Promise<Examined> {
  for (let tries = 1; ; tries += 1) {
    const from = truth.height();
    const evidence = await gather({ arena, journal, truth, random, calm, harm, verified });
    const findings = judge(evidence);
    const examined = { findings, bounded: [...evidence.harm, ...evidence.leftovers] };
    if (isSound(findings) || tries === TRIES || (tries > 1 && truth.height() === from)) return examined;
    await quiet(arena, QUIET_MS).catch(() => undefined);
  }
}
