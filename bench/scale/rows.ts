// A generated history → rows: the command log as acceptance leaves it, the read models by the rebuild that `gx replay` runs.
// Writes no row of a read model itself.
import type pg from "pg";
import { commandOf } from "../../catalogue/index.js";
import { makeBeside, swap } from "../../cli/replay/beside.js";
import { fillBeside, type Filling } from "../../cli/replay/fill.js";
import type { Block } from "../../platform/blocks.js";
import type { Made, Request } from "./chain.js";

export interface Filled {
  readonly blocks: number;
  readonly events: number;
  readonly commands: number;
  /** Rows to be changed that were not there, by table: none where the history is sound. */
  readonly missing: Readonly<Record<string, number>>;
  /** From the first block to the switch, the time of the command log included. */
  readonly seconds: number;
}

/** Blocks that are made while others are written. */
const AHEAD = 16;

/** `told` gets the state after each group of blocks. @throws Aborted between two groups. */
export async function fillWith(
  pool: pg.Pool,
  story: Iterable<Made>,
  told: (filling: Filling) => void,
  signal?: AbortSignal,
): Promise<Filled> {
  const begin = performance.now();
  let commands = 0;
  await makeBeside(pool);
  const logged = async function* (): AsyncGenerator<Block> {
    for (const { block, requests } of story) {
      signal?.throwIfAborted();
      await accepted(pool, requests);
      commands += requests.length;
      yield block;
    }
  };
  const filling = fillBeside(ahead(logged()), pool, told);
  await filling.toEnd();
  if (!(await swap(pool, -1))) throw new Error("the read models were not empty");
  const seconds = (performance.now() - begin) / 1_000;
  await pool.query(REGISTERED, [commands]);
  // As autovacuum leaves them: planner statistics, and pages that index-only scans need not look into.
  await pool.query("vacuum (analyze)");
  return { blocks: filling.block() + 1, events: filling.events(), commands, missing: filling.missing(), seconds };
}

/** Persons who are not on the ledger: one for ten commands, of whom one in ten waits to be approved. */
const REGISTERED = `insert into app.registration
    (id, display_name, email, birth_date, nationality, biometric_hash, evidence_hash, state, submitted_at, place)
  select id, 'Person ' || n, n || '@example.org', '1990-01-01', 'NG', lpad(to_hex(n), 64, '0'), repeat('e', 64),
    case when n % 10 = 0 then 'PENDING_ADMIN_APPROVAL' else 'APPROVED_PENDING_ONCHAIN' end, to_timestamp(n),
    lpad((n::bigint * 1000000)::text, 20, '0') || '-' || id
  from (select n, gen_random_uuid() as id from generate_series(1, $1::int / 10) as n) as person`;

async function* ahead<T>(items: AsyncIterator<T>): AsyncGenerator<T> {
  const asked = Array.from({ length: AHEAD }, () => items.next());
  // What fails behind the one that is waited for is heard when it is its turn.
  for (const each of asked) each.catch(() => undefined);
  for (;;) {
    const next = await asked.shift();
    if (!next || next.done) return;
    const further = items.next();
    further.catch(() => undefined);
    asked.push(further);
    yield next.value;
  }
}

const ACCEPTED = `insert into app.command
    (id, actor, request_key, content_hash, domain, name, role, input, lanes, weight, size, accepted_at)
  select id::uuid, actor::uuid, id, '', domain, name, role, '{}', '{}', 1, 1, to_timestamp(at::bigint)
  from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
    as r(id, actor, domain, name, role, at)`;

async function accepted(pool: pg.Pool, requests: readonly Request[]): Promise<void> {
  const entries = requests.map(({ name }) => {
    const command = commandOf(name);
    if (!command) throw new Error(`no command is named ${name}`);
    return command;
  });
  await pool.query(ACCEPTED, [
    requests.map(({ id }) => id),
    requests.map(({ actor }) => actor),
    entries.map(({ domain }) => domain),
    requests.map(({ name }) => name),
    entries.map(({ role }) => role),
    requests.map(({ at }) => String(at)),
  ]);
}
