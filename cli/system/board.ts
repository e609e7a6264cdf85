// What people see while the system starts: a live list on a terminal, one line per part otherwise.
import logUpdate from "log-update";
import type { Part } from "./part.js";

export interface Board {
  /** A part reached a state; `detail` says why it failed. */
  set(name: string, state: string, detail?: string): void;
  say(line: string): void;
  /** The list stands still from now on; lines are printed below it. */
  done(): void;
}

interface Row {
  state: string;
  detail: string;
  since: number;
}

export function openBoard(parts: readonly Pick<Part, "name" | "port">[], live = process.stdout.isTTY): Board {
  const ports = new Map(parts.map(({ name, port }) => [name, port]));
  return live ? liveBoard([...ports.keys()], ports) : plainBoard(ports);
}

const NAME_WIDTH = 11;
const seconds = (since: number) => `${((Date.now() - since) / 1_000).toFixed(1)} s`;

function placeOf(ports: ReadonlyMap<string, number>, name: string): string {
  const port = ports.get(name);
  return port ? `port ${port}` : "";
}

function plainBoard(ports: ReadonlyMap<string, number>): Board {
  const begun = new Map<string, number>();
  let finished = false;
  return {
    set: (name, state, detail = "") => {
      if (state === "starting") begun.set(name, begun.get(name) ?? Date.now());
      if (finished || state === "starting" || state === "stopped") return;
      const took = seconds(begun.get(name) ?? Date.now());
      const line = [name.padEnd(NAME_WIDTH), state.padEnd(8), took.padEnd(7), detail || placeOf(ports, name)].join(" ");
      console.log(line.trimEnd());
    },
    say: (line) => console.log(line),
    done: () => void (finished = true),
  };
}

const marks: Readonly<Record<string, string>> = { ready: "✔", done: "✔", failed: "✖", stopped: "■" };

function liveBoard(names: readonly string[], ports: ReadonlyMap<string, number>): Board {
  const rows = new Map<string, Row>(names.map((name) => [name, { state: "waiting", detail: "", since: Date.now() }]));
  let finished = false;
  const draw = () => {
    const lines = [...rows].map(([name, { state, detail, since }]) => {
      const time = state === "starting" ? seconds(since) : detail;
      return `${marks[state] ?? "·"} ${name.padEnd(NAME_WIDTH)} ${state.padEnd(9)} ${time || placeOf(ports, name)}`;
    });
    logUpdate(lines.join("\n"));
  };
  const timer = setInterval(draw, 100).unref();
  return {
    set: (name, state, detail = "") => {
      const since = rows.get(name)?.since ?? Date.now();
      const took = state === "ready" ? `${seconds(since).padEnd(7)} ${placeOf(ports, name)}` : detail;
      rows.set(name, { state, detail: took, since: state === "starting" ? Date.now() : since });
      if (!finished) draw();
    },
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
