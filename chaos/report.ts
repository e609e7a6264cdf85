// The report of a run: figures with N, what was found, machine, versions, commit and seed; as Markdown and as JSON.
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { machine } from "../bench/report.js";
import { root, version } from "../platform/config.js";
import { checks, type Finding } from "./checks.js";
import type { Bounded } from "./evidence.js";
import { quantile, type Felt } from "./driver.js";
import type { Figure, Kill } from "./stage.js";

export interface Round {
  readonly scenario: string;
  readonly sentence: string;
  readonly seconds: number;
  /** Seconds until it was whole, quiet and checked. */
  readonly healed: number;
  readonly felt: Felt;
  readonly kills: number;
  /** Fewest commands open at a kill; undefined without one. */
  readonly openAtLeast: number | undefined;
  readonly findings: readonly Finding[];
  /** What was measured against a bound. */
  readonly bounded: readonly Bounded[];
}

export interface Report {
  /** What the system stood on. */
  readonly ground: string;
  /** Options that lead there. */
  readonly options: readonly string[];
  readonly seed: number;
  readonly at: string;
  readonly seconds: number;
  readonly machine: string;
  readonly version: string;
  readonly commit: string;
  readonly commands: number;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly repeats: number;
  readonly lost: number;
  readonly doubled: number;
  readonly kills: readonly Kill[];
  readonly crashes: Readonly<Record<string, number>>;
  readonly rounds: readonly Round[];
  readonly figures: readonly Figure[];
  readonly sound: boolean;
}

export function whereFrom(): Pick<Report, "machine" | "version" | "commit"> {
  let commit = "unknown";
  try {
    commit = execFileSync("git", ["rev-parse", "--short", "HEAD"], {
      cwd: root,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch {
    // Sources without their history.
  }
  return { machine: machine(), version, commit };
}

/** A figure keeps its goal where all of its values do; what could not be measured does not. */
export const isReached = ({ values, goal: { most = Infinity, least = -Infinity } }: Figure): boolean =>
  values.every((value) => value <= most && value >= least);

const shortened = (value: number) => (Number.isInteger(value) ? String(value) : value.toPrecision(3));

/** Lines of a table: who, how, how often. */
const byTarget = (kills: readonly Kill[]) => {
  const counts = new Map<string, number>();
  for (const { target, how } of kills) {
    const line = `${target} | ${how}`;
    counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
};

/** How many ended by SIGKILL. */
export const killedOf = (kills: readonly Kill[]): number => kills.filter(({ how }) => how === "SIGKILL").length;

const countOf = (findings: readonly Finding[]) => findings.reduce((sum, { faults }) => sum + faults.length, 0);
const shownBound = (n: number) => (n === 0 ? "–" : `below ${((3 / n) * 100).toPrecision(2)} %`);

const scenariosOf = (rounds: readonly Round[]) =>
  rounds.flatMap(({ scenario, seconds }) => (seconds > 0 ? [scenario] : [])).join(" ");

/** The report as Markdown. */
export function markdown(report: Report): string {
  const { kills, rounds, commands } = report;
  return [
    `# Chaos, ${report.at}, seed ${report.seed}`,
    "",
    `${report.sound ? "Everything held" : "**Something did not hold**"} on ${report.ground}. ${report.machine}. Version ${report.version}, commit ${report.commit}.`,
    `Replay: \`npm run chaos -- ${[scenariosOf(rounds), ...report.options].join(" ")} --seconds ${report.seconds} --seed ${report.seed}\``,
    "",
    "| commands | kills by SIGKILL | other hurts | lost | doubled | rate with 95 % certainty (3/N) |",
    "|---|---|---|---|---|---|",
    `| ${commands} | ${killedOf(kills)} | ${kills.length - killedOf(kills)} | ${report.lost} | ${report.doubled} | ${shownBound(commands)} |`,
    "",
    `Outcomes: ${Object.entries(report.outcomes)
      .map(([status, count]) => `${status} ${count}`)
      .join(", ")}. ` + `Executions that found a receipt and changed nothing: ${report.repeats}.`,
    "",
    "## Scenarios",
    "| scenario | seconds | healed and checked after | commands | requests without an answer | p50 / p99 ms | kills and hurts | open at one, at least | faults |",
    "|---|---|---|---|---|---|---|---|---|",
    ...rounds.map(
      ({ scenario, seconds, healed, felt, kills: count, openAtLeast, findings }) =>
        `| ${scenario} | ${seconds.toFixed(0)} | ${healed.toFixed(0)} s | ${felt.commands} | ${felt.errors} of ${felt.requests} | ` +
        `${felt.p50.toFixed(0)} / ${felt.p99.toFixed(0)} | ${count} | ${openAtLeast ?? "–"} | ${countOf(findings)} |`,
    ),
    "",
    "## Kills and other hurts",
    "| what | how | times |",
    "|---|---|---|",
    ...byTarget(kills).map(([target, count]) => `| ${target} | ${count} |`),
    "",
    ...crashTable(report.crashes),
    "## Figures",
    "| figure | unit | N | least | p50 | most | goal | reached |",
    "|---|---|---|---|---|---|---|---|",
    ...report.figures.map(figureLine),
    "",
    "## Checks, after every scenario and at the end",
    "| check | holds | compared at the end | faults in all |",
    "|---|---|---|---|",
    ...checks.map(({ id, name, sentence }) => {
      const all = rounds.flatMap(({ findings }) => findings.filter(({ check }) => check === id));
      return `| ${id} ${name} | ${sentence} | ${all.at(-1)?.compared ?? 0} | ${countOf(all)} |`;
    }),
    "",
    "## Bounds (I8, I9)",
    "| scenario | measured | value | at most |",
    "|---|---|---|---|",
    ...rounds.flatMap(({ scenario, bounded }) =>
      bounded.map(
        ({ what, value, most, unit }) => `| ${scenario} | ${what} | ${shortened(value)} | ${shortened(most)} ${unit} |`,
      ),
    ),
    "",
    ...faultList(rounds),
  ].join("\n");
}

function figureLine(figure: Figure): string {
  const { name, unit, values, goal } = figure;
  const sorted = [...values].sort((a, b) => a - b);
  const cells = [sorted[0], quantile(sorted, 0.5), sorted.at(-1)].map((value) => (value ?? Number.NaN).toFixed(0));
  const { most, least } = goal;
  const bound = most !== undefined ? `at most ${most}` : least !== undefined ? `at least ${least}` : "–";
  const reached = bound === "–" ? "–" : isReached(figure) ? "yes" : "**no**";
  return `| ${name} | ${unit} | ${values.length} | ${cells.join(" | ")} | ${bound} | ${reached} |`;
}

function crashTable(crashes: Report["crashes"]): string[] {
  const all = Object.entries(crashes);
  if (all.length === 0) return [];
  return [
    "## Crash points",
    "| point | kills |",
    "|---|---|",
    ...all.map(([point, count]) => `| ${point} | ${count} |`),
    "",
  ];
}

const MOST = 40;

function faultList(rounds: readonly Round[]): string[] {
  const all = rounds.flatMap(({ scenario, findings }) =>
    findings.flatMap(({ check, faults }) => faults.map((text) => `- ${scenario}: ${check}: ${text}`)),
  );
  if (all.length === 0) return [];
  const more = all.length > MOST ? [`- … and ${all.length - MOST} more (all in the JSON beside)`] : [];
  return ["## Faults", ...all.slice(0, MOST), ...more, ""];
}

/** Keeps both forms in a folder; returns the path of the Markdown. */
export function keep(report: Report, folder = join(root, "docs", "reports")): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `chaos-${report.at.slice(0, 10)}-${report.seed}`);
  writeFileSync(`${path}.json`, `${JSON.stringify(report, null, 2)}\n`);
  writeFileSync(`${path}.md`, `${markdown(report)}\n`);
  return `${path}.md`;
}
