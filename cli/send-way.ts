// The way of commands to their ends as a live list: the steps of one command, or several commands with a row each.
import { openLiveList, secondsSince, spinner, type Line, type Piece } from "./live-list.js";
import type { Standing, Ticket } from "./graph.js";

export interface Way {
  /** A look at a command. */
  see(commandId: string, now: Standing): void;
  done(): void;
}

/** Step → seconds after the command was sent, in the order of the way. */
type Steps = Map<string, string>;

/** `begin`: when the commands were sent. Shows nothing before the first look. */
export function showWay(tickets: readonly Ticket[], begin: number): Way {
  // There is a ticket already.
  const accepted = secondsSince(begin, 2);
  const ways = new Map<string, Steps>(tickets.map(({ commandId }) => [commandId, new Map([["ACCEPTED", accepted]])]));
  const list = openLiveList(() => linesOf(ways, begin));
  return {
    see: (commandId, { status, submittedAt }) => {
      const steps = ways.get(commandId) ?? new Map<string, string>();
      // Between two looks a command may have passed a step.
      const passed = submittedAt && status !== "ACCEPTED" ? ["SUBMITTED", status] : [status];
      for (const step of passed) if (!steps.has(step)) steps.set(step, secondsSince(begin, 2));
      list.draw();
    },
    done: list.done,
  };
}

function linesOf(ways: ReadonlyMap<string, Steps>, begin: number): Line[] {
  const [only] = ways.values();
  if (ways.size === 1 && only) return stepLines(only, begin);
  return [...ways].map(([commandId, steps]) => rowOf(commandId, steps, begin));
}

const LAST: readonly string[] = ["COMMITTED", "REFUSED", "FAILED"];
const markOf = (step: string): Piece => (step === "REFUSED" || step === "FAILED" ? ["red", "✖"] : ["green", "✔"]);

function stepLines(steps: Steps, begin: number): Line[] {
  const passed = [...steps].map(([step, at]): Line => [markOf(step), ` ${step.padEnd(10)}`, ["dim", at.padStart(8)]]);
  const open = ["SUBMITTED", "COMMITTED"].find((step) => !steps.has(step));
  if (open === undefined || LAST.some((step) => steps.has(step))) return passed;
  return [...passed, [spinner(), ["dim", ` ${open.padEnd(10)}${secondsSince(begin, 2).padStart(8)}`]]];
}

/** Of an id its end: it begins with the time. */
function rowOf(commandId: string, steps: Steps, begin: number): Line {
  const last = [...steps.keys()].at(-1) ?? "";
  const over = LAST.includes(last);
  const times = [...steps].map(([step, at]) => `${step.toLowerCase()} ${at}`).join(", ");
  const now = over ? "" : `, now ${secondsSince(begin, 2)}`;
  return [over ? markOf(last) : spinner(), ` ${commandId.slice(-8)} ${last.padEnd(9)} `, ["dim", times + now]];
}
