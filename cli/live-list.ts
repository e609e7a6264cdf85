// A list on the terminal that is written over while something goes on, in colour where the terminal has any.
// Never used where nobody looks: elsewhere lines are printed once.
import { styleText } from "node:util";
import logUpdate from "log-update";

export type Colour = "green" | "red" | "yellow" | "dim";
/** A text, or a text in a colour. */
export type Piece = string | readonly [Colour, string];
export type Line = readonly Piece[];

export interface LiveList {
  draw(): void;
  /** A line that stays, above the list. */
  say(line: string): void;
  /** The list stands still from now on; lines are printed below it. */
  done(): void;
}

const FRAME_MS = 100;
const SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏";

/** What stands before something that goes on. */
export const spinner = (): Piece => ["yellow", SPINNER.charAt(Math.floor(Date.now() / FRAME_MS) % SPINNER.length)];

/** Seconds since a time in milliseconds, for people. */
export const secondsSince = (begin: number, digits = 1): string =>
  `${((Date.now() - begin) / 1_000).toFixed(digits)} s`;

/** Whether stdout is a terminal that can be written over; one without a width has no line to fit into. */
export const canWriteOver = (): boolean => Boolean(process.stdout.isTTY && process.stdout.columns);

export function openLiveList(lines: () => readonly Line[]): LiveList {
  let finished = false;
  const draw = () => logUpdate(lines().map(shown).join("\n"));
  const timer = setInterval(draw, FRAME_MS).unref();
  return {
    draw: () => (finished ? undefined : draw()),
    say: (line) => {
      if (!finished) logUpdate.clear();
      console.log(line);
      if (!finished) draw();
    },
    done: () => {
      if (finished) return;
      finished = true;
      clearInterval(timer);
      draw();
      logUpdate.done();
    },
  };
}

function shown(line: Line): string {
  // A line as wide as the terminal would be followed by an empty one on some.
  const fitted = fit(line, process.stdout.columns - 1);
  return fitted.map((piece) => (typeof piece === "string" ? piece : paint(...piece))).join("");
}

/** A text in a colour where stdout is a terminal that has it and nobody said NO_COLOR. */
export function paint(colour: Colour, text: string): string {
  return process.stdout.isTTY && process.stdout.hasColors() ? styleText(colour, text) : text;
}

/** A line cut to `width` columns, on one row; where something is left out it says so. */
export function fit(line: Line, width: number): Line {
  const fitted: Piece[] = [];
  let left = width;
  for (const piece of line) {
    if (left <= 0) break;
    const [colour, text] = typeof piece === "string" ? [undefined, piece] : piece;
    const whole = text.replaceAll(/\s*\n\s*/g, " ");
    const part = whole.length <= left ? whole : `${whole.slice(0, left - 1)}…`;
    fitted.push(colour === undefined ? part : [colour, part]);
    left -= whole.length;
  }
  return fitted;
}
