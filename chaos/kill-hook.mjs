// Loaded before a program (NODE_OPTIONS=--import): ends it by SIGKILL at the boundary that is armed, and notes which it passed.
// The folder GX_KILL_HOOK holds what is armed for each process, and what happened.
import { appendFileSync, existsSync, readFileSync, unlinkSync } from "node:fs";
import { join } from "node:path";

const folder = process.env.GX_KILL_HOOK;
const name = process.argv[2] === "start" ? process.argv[3] : process.env.GX_KILL_NAME;

if (folder && name) {
  const armed = join(folder, `armed-${name}.json`);
  const passed = new Set();
  let counting = { id: undefined, left: 0 };

  /** What is armed now; undefined also where another process has just met it. */
  const order = () => {
    try {
      return existsSync(armed) ? JSON.parse(readFileSync(armed, "utf8")) : undefined;
    } catch {
      return undefined;
    }
  };
  /** Of several processes of one name only one can take the order away. */
  const isMine = () => {
    try {
      unlinkSync(armed);
      return true;
    } catch {
      return false;
    }
  };
  globalThis[Symbol.for("gx.boundary")] = (point) => {
    if (!passed.has(point)) appendFileSync(join(folder, "passed.txt"), `${name} ${point}\n`);
    passed.add(point);
    const given = order();
    if (given?.point !== point) return;
    if (counting.id !== given.id) counting = { id: given.id, left: given.nth };
    counting.left -= 1;
    if (counting.left > 0 || !isMine()) return;
    appendFileSync(join(folder, "killed.txt"), `${JSON.stringify({ ...given, process: name, pid: process.pid })}\n`);
    process.kill(process.pid, "SIGKILL");
  };
}
