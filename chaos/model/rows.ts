// The real projector behind the model's blocks: decoded, derived and written to PostgreSQL, then compared with the fold.
import type { Pool } from "pg";
import { commandOf } from "../../catalogue/index.js";
import { compareCommands, compareStatements } from "../../cli/verify/commands.js";
import type { Fold } from "../../cli/verify/fold.js";
import { newReport, type Report } from "../../cli/verify/report.js";
import { compareCounts, compareKeyed, compareLogged, compareTables } from "../../cli/verify/rows.js";
import type { Block } from "../../platform/blocks.js";
import { project } from "../../workers/projector/project.js";
import { Broken } from "./broken.js";
import { demand } from "./judge.js";
import type { Ran, SentCommand } from "./ledger.js";

/** A migrated database without a row. */
export interface ModelDatabase {
  readonly pool: Pool;
  close(): Promise<void>;
}

export interface Rows {
  /** Notes the commands as accepted, and projects the block, alone or with those that follow, while the next ones are made. */
  take(block: Block, ran: readonly Ran[]): void;
  /** Brings the rows up to the last block and compares them with the fold of the same blocks. @throws Broken */
  compare(fold: Fold): Promise<void>;
}

/** Blocks go to the projector in groups of 1, 2, 3, 1, 2, …: nothing may depend on the size. */
const GROUPS = 3;

export function newRows({ pool }: ModelDatabase): Rows {
  const waiting: Block[] = [];
  let [groups, compared] = [0, 0];
  const flush = async () => {
    if (waiting.length === 0) return;
    const { missing } = await project(pool, waiting.splice(0));
    groups += 1;
    const tables = Object.entries(missing).map(
      ([table, rows]) => `${rows} rows of ${table} to be changed are not there`,
    );
    if (tables.length > 0) throw new Broken("projection", tables);
  };
  const write = async (block: Block, ran: readonly Ran[]) => {
    const commands = ran.flatMap(({ sent }) => sent.commands);
    await accept(pool, commands);
    waiting.push(block);
    if (waiting.length > groups % GROUPS) await flush();
  };
  let writing: Promise<void> = Promise.resolve();
  return {
    take: (block, ran) => {
      writing = writing.then(() => write(block, ran));
      // Its failure is met when the rows are compared.
      writing.catch(() => undefined);
    },
    compare: async (fold) => {
      await writing;
      await flush();
      const report = newReport();
      await compareAll(pool, report, fold, [compared, fold.height()]);
      compared = fold.height() + 1;
      demand(report);
    },
  };
}

async function compareAll(pool: Pool, report: Report, fold: Fold, blocks: readonly [number, number]): Promise<void> {
  const client = await pool.connect();
  try {
    await compareLogged(client, report, fold.state.drain(), blocks);
    await compareCounts(client, report, fold.state);
    await compareKeyed(client, report, fold.state);
    await compareTables(client, report);
    await compareStatements(client, report);
    await compareCommands(client, report, fold);
  } finally {
    client.release();
  }
}

/** The command log as the gateway would have written it: outcomes find their rows there. */
async function accept(pool: Pool, commands: readonly SentCommand[]): Promise<void> {
  const known = commands.flatMap(({ id, actor, command }) => {
    const entry = commandOf(command);
    return entry ? [{ id, actor, domain: entry.domain, name: entry.mutation, role: entry.role }] : [];
  });
  await pool.query(
    `insert into app.command (id, actor, request_key, content_hash, domain, name, role, input, lanes, weight, size)
     select (v->>'id')::uuid, (v->>'actor')::uuid, v->>'id', '', v->>'domain', v->>'name', v->>'role', '{}', '{}', 1, 1
     from jsonb_array_elements($1::jsonb) as v on conflict do nothing`,
    [JSON.stringify(known)],
  );
}
