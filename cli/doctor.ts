// gx doctor: what this machine lacks for which purpose, and the command that gets it. Changes nothing.
import type { Command } from "commander";
import { readConfig, type Config } from "../platform/config.js";
import { certificates } from "./doctor/certificates.js";
import type { Finding } from "./doctor/finding.js";
import { machine } from "./doctor/machine.js";
import { outsideServers } from "./doctor/outside.js";
import { programs } from "./doctor/programs.js";
import { supergraph } from "./doctor/supergraph.js";
import { paint } from "./live-list.js";

export function register(program: Command): void {
  program
    .command("doctor")
    .description("Say what this machine lacks for which purpose, and the command that gets it.")
    .option("--json", "for programs")
    .addHelpText("after", "\nExit status 1 when something is MISSING; what is lacking only narrows what can be done.")
    .action(showFindings);
}

async function showFindings(options: { json?: boolean }): Promise<void> {
  const findings = await findingsOf(readConfig());
  if (options.json) console.log(JSON.stringify(findings, undefined, 2));
  else for (const line of findings.flatMap(linesOf)) console.log(line);
  process.exitCode = findings.every(({ ok, optional }) => ok || optional) ? 0 : 1;
  // A peer that hangs in its TLS handshake holds the socket, and with it this process, also after the connection's close.
  setTimeout(() => process.exit(), LEAVE_MS).unref();
}

const LEAVE_MS = 500;

async function findingsOf(config: Config): Promise<Finding[]> {
  return [
    ...programs(config),
    ...(await machine(config)),
    supergraph(config),
    ...(await outsideServers(config)),
    ...certificates(config),
  ];
}

const WIDTHS = { state: 8, what: 15, for: 21 };
const INDENT = WIDTHS.state + WIDTHS.what + WIDTHS.for;
const LINE = 79;

/** A table of at most 79 columns: state, thing, purpose, and what was found, over as many lines as it needs. */
function linesOf({ what, for: purpose, ok, optional, detail, mend }: Finding): string[] {
  const [colour, state] = ok ? (["green", "ok"] as const) : lack(optional);
  const told = mend === undefined ? [detail] : [detail, `→ ${mend}`];
  const [first = "", ...rest] = told.flatMap((text) => wrapped(text, LINE - INDENT));
  const head = [paint(colour, state.padEnd(WIDTHS.state)), what.padEnd(WIDTHS.what), purpose.padEnd(WIDTHS.for), first];
  return [head.join("").trimEnd(), ...rest.map((line) => `${" ".repeat(INDENT)}${line}`)];
}

const lack = (optional: boolean) => (optional ? (["yellow", "lacking"] as const) : (["red", "MISSING"] as const));

/** Cut between words, and inside one only where it is longer than the width. */
function wrapped(text: string, width: number): string[] {
  const pieces = text.split(/\s+/).flatMap((word) => word.match(new RegExp(`.{1,${width}}`, "gu")) ?? []);
  return pieces.reduce<string[]>((lines, piece) => {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + piece.length > width) return [...lines, piece];
    return [...lines.slice(0, -1), `${last} ${piece}`];
  }, []);
}
