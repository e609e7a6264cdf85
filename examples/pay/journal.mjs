// What a run has done, beside the CSV file: who pays what under which keys, and a line for each row that has come to its end.
// A key follows from the run's name and the row alone, so that whoever goes on with the run sends the same commands.
import { randomUUID } from "node:crypto";
import { closeSync, existsSync, fsyncSync, linkSync, openSync, readFileSync, unlinkSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { BadRows } from "./payments.mjs";

/** No command of these will ever do anything else. */
const FINAL = ["COMMITTED", "REFUSED"];

/** Begins a run, or goes on with the one of this file. Throws BadRows when that one pays something else. */
export function openJournal(path, { payer, url, digest }) {
  if (!existsSync(path)) begin(path, { run: randomUUID(), payer, url, digest });
  const [head, ...lines] = readLines(path);
  if (!head?.run) throw new BadRows(`${path} is no journal of a run`);
  mustBeSame(path, head, { payer, url, digest });
  const file = openSync(path, "a");
  // A line that a kill has cut must not spoil the next one.
  writeSync(file, "\n");
  const results = new Map(lines.filter(({ row }) => row).map((line) => [line.row, line]));
  return {
    keyOf: (row) => `${head.run}-${row}`,
    isDone: (row) => FINAL.includes(results.get(row)?.status),
    resultOf: (row) => results.get(row),
    note: (result) => {
      results.set(result.row, result);
      writeSync(file, `${JSON.stringify(result)}\n`);
    },
    close: () => closeSync(file),
  };
}

/** Whatever happens to this machine after the first payment: the run's name is on the disk, whole. Of two who begin, one does. */
function begin(path, head) {
  const own = `${path}.${process.pid}`;
  const file = openSync(own, "w");
  writeSync(file, `${JSON.stringify(head)}\n`);
  fsyncSync(file);
  closeSync(file);
  try {
    linkSync(own, path);
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
  }
  unlinkSync(own);
  const folder = openSync(dirname(path), "r");
  fsyncSync(folder);
  closeSync(folder);
}

function mustBeSame(path, head, now) {
  const said = {
    digest: "the rows have changed since",
    payer: `they were paid from ${head.payer}`,
    url: `they were sent to ${head.url}`,
  };
  const other = Object.keys(said).find((name) => head[name] !== now[name]);
  if (!other) return;
  throw new BadRows(
    `${path} belongs to another run: ${said[other]}. Give another --journal to begin a new run, which pays every row.`,
  );
}

function readLines(path) {
  return readFileSync(path, "utf8")
    .split("\n")
    .flatMap((line) => {
      try {
        return [JSON.parse(line)];
      } catch {
        // Cut by a kill: the row is sent again under its key, and is the same command.
        return [];
      }
    });
}
