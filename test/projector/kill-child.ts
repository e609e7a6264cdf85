// A projector's writing as a process of its own that kills itself at one statement of one block, as a crash would.
// Arguments: database, file of blocks, number of the block, number of the statement (0: none), before | after it.
import { readFileSync } from "node:fs";
import { deserialize } from "node:v8";
import pg from "pg";
import type { Block } from "../../platform/blocks.js";
import { project } from "../../workers/projector/project.js";

const [url, file = "", victim, at, when] = process.argv.slice(2);
const blocks = deserialize(readFileSync(file)) as Block[];
const pool = new pg.Pool({ connectionString: url, max: 2, application_name: "victim" });

let counting = false;
let statements = 0;
const ask = pg.Client.prototype.query as (...args: unknown[]) => unknown;
const die = () => process.kill(process.pid, "SIGKILL");
pg.Client.prototype.query = function (this: pg.Client, ...args: unknown[]): unknown {
  if (!counting) return ask.apply(this, args);
  statements += 1;
  const chosen = statements === Number(at);
  if (chosen && when === "before") die();
  const answer = ask.apply(this, args);
  // The statement is on its way; whether the server gets it nobody knows.
  if (chosen && when === "sent") setImmediate(die);
  if (chosen && when === "after") void Promise.resolve(answer).then(die);
  return answer;
} as typeof pg.Client.prototype.query;

const { rows } = await pool.query<{ block: string }>("select block from read.checkpoint");
for (const block of blocks.slice(Number(rows[0]?.block) + 1, Number(victim) + 1)) {
  counting = block.number === Number(victim);
  await project(pool, [block]);
}
console.log(statements);
await pool.end();
