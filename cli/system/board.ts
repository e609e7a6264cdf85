// What people see while the system starts: a live list on a terminal, one line per part otherwise.
import { canWriteOver, openLiveList, secondsSince, spinner, type Line, type Piece } from "../live-list.js";

export interface Board {
  /** A part reached a state; `detail` says what it waits for, or why it failed. */
  set(name: string, state: State, detail?: string): void;
  say(line: string): void;
  /** The list stands still from now on; lines are printed below it. */
  done(): void;
}

export type State = "waiting" | "starting" | "ready" | "done" | "failed" | "stopped";

interface Row {
  readonly name: string;
  readonly port: number;
  readonly after: readonly string[];
  state: State;
  detail: string;
  /** When it began to start. */
  begun: number;
  /** How long it took to be what it is. */
  took: string;
}

/** Something that is waited for: a part with its port, or a task. */
export interface Entry {
  readonly name: string;
  readonly port?: number;
  readonly after: readonly string[];
}

export function openBoard(steps: readonly Entry[], live = canWriteOver()): Board {
  const rows = new Map(steps.map((step) => [step.name, rowOf(step)]));
  const shown = live ? liveBoard(rows) : plainBoard();
  return {
    ...shown,
    set: (name, state, detail = "") => {
      const row = rows.get(name);
      if (!row) return;
      if (state === "starting" && row.state !== "starting") row.begun = Date.now();
      row.took = secondsSince(row.begun);
      Object.assign(row, { state, detail });
      shown.changed(row);
    },
  };
}

interface Shown extends Pick<Board, "say" | "done"> {
  changed(row: Row): void;
}

function rowOf({ name, port = 0, after }: Entry): Row {
  return { name, after, port, state: "waiting", detail: "", begun: Date.now(), took: "" };
}

const NAME_WIDTH = 11;
const placeOf = ({ port }: Row) => (port ? `port ${port}` : "");

function plainBoard(): Shown {
  let finished = false;
  return {
    changed: (row) => {
      const { name, state, took, detail } = row;
      if (finished || !isOver(row) || state === "stopped") return;
      const line = [name.padEnd(NAME_WIDTH), state.padEnd(8), took.padEnd(7), detail || placeOf(row)].join(" ");
      console.log(line.trimEnd());
    },
    say: (line) => console.log(line),
    done: () => void (finished = true),
  };
}

const isOver = ({ state }: Row): boolean => state !== "waiting" && state !== "starting";

function liveBoard(rows: ReadonlyMap<string, Row>): Shown {
  const list = openLiveList(() => [...rows.values()].map((row) => lineOf(row, rows)));
  return { changed: list.draw, say: list.say, done: list.done };
}

const marks: Readonly<Record<Exclude<State, "starting">, Piece>> = {
  waiting: ["dim", "·"],
  ready: ["green", "✔"],
  done: ["green", "✔"],
  failed: ["red", "✖"],
  stopped: ["dim", "■"],
};

function lineOf(row: Row, rows: ReadonlyMap<string, Row>): Line {
  const { name, state, begun, took } = row;
  const time = state === "starting" ? secondsSince(begun) : state === "waiting" ? "" : took;
  return [
    state === "starting" ? spinner() : marks[state],
    ` ${name.padEnd(NAME_WIDTH)} ${state.padEnd(8)} `,
    ["dim", time.padStart(6)],
    ["dim", `  ${detailOf(row, rows)}`],
  ];
}

function detailOf(row: Row, rows: ReadonlyMap<string, Row>): string {
  if (row.state !== "waiting") return row.detail || placeOf(row);
  // What is not started here at all is waited for by the part itself.
  const open = row.after.filter((name) => {
    const state = rows.get(name)?.state ?? "ready";
    return state !== "ready" && state !== "done";
  });
  return open.length > 0 ? `for ${open.join(", ")}` : "";
}
