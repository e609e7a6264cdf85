// What the demo tells while it goes on: lines for people as they happen, or one object for programs at the end.
import { paint } from "../live-list.js";

/** Something done or seen: by whom, what, and with which end. */
export interface Line {
  readonly who: string;
  readonly what: string;
  readonly result: string;
}

export interface Told {
  readonly step: number;
  readonly title: string;
  readonly lines: Line[];
}

export interface Story {
  /** A step begins. */
  begin(step: number, title: string): void;
  tell(line: Line): void;
  /** A line that is nobody's deed. */
  say(text: string): void;
  readonly steps: readonly Told[];
}

const WHO_WIDTH = 14;
const WHAT_WIDTH = 62;

/** `show` prints a line; none where only the end is wanted. */
export function openStory(show: ((line: string) => void) | undefined): Story {
  const steps: Told[] = [];
  const say = (line: string) => show?.(line);
  return {
    steps,
    say,
    begin: (step, title) => {
      steps.push({ step, title, lines: [] });
      say(`\n${String(step).padStart(2)}  ${title}`);
    },
    tell: (line) => {
      steps.at(-1)?.lines.push(line);
      const rows = wrapped(line.what);
      rows.forEach((row, n) => {
        const who = paint("dim", (n === 0 ? line.who : "").padEnd(WHO_WIDTH));
        const end = n < rows.length - 1 ? "" : ` ${paint("green", "✔")} ${line.result}`;
        say(`    ${who}${row.padEnd(WHAT_WIDTH)}${end}`.trimEnd());
      });
    },
  };
}

/** A list that is too long for one row goes on in the next one. */
function wrapped(what: string): string[] {
  const rows: string[] = [];
  for (const part of what.split(/(?<=,) /)) {
    const longer = `${rows.at(-1) ?? ""} ${part}`.trimStart();
    if (rows.length > 0 && longer.length <= WHAT_WIDTH) rows[rows.length - 1] = longer;
    else rows.push(part);
  }
  return rows;
}
