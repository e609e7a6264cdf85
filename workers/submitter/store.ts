// The submitter's statements on the command log: open rows, attempts, giving up. Every change is conditional, on the state of
// the row and on the number of the leader. Never touches an outcome: those are the projector's.
import type { QueryResultRow } from "pg";
import type { Database } from "../../platform/database.js";
import { leadershipOver, type Tenure } from "../../platform/leader.js";
import type { Waiting } from "../../platform/queue.js";

/** An open row without its input: thousands of them are held in memory. */
export interface OpenRow {
  id: string;
  seq: number;
  /** `<domain>.<command>`. */
  name: string;
  domain: string;
  lanes: string[];
  weight: number;
  size: number;
  status: string;
  attempt: number;
  /** Seconds since its latest submission. */
  age: number | null;
}

/** What travels, read just before: the row decides. */
export interface FullRow {
  id: string;
  name: string;
  domain: string;
  actor: string;
  input: Record<string, unknown>;
  attempt: number;
  failures: number;
  /** Of the request that asked for it. */
  trace: string | null;
}

export type Attempted = Pick<FullRow, "id" | "attempt">;

/** Every change throws GxError LEADERSHIP_OVER, and changes nothing, once somebody else has led since. */
export interface Store {
  /** The open transactions, of whatever queue, that may have drawn a seq. */
  drawing(): Promise<string[]>;
  /** Open rows of the role, ACCEPTED and SUBMITTED, above the number `after`, by seq, at most `limit`. */
  open(after: number, limit: number): Promise<OpenRow[]>;
  /** Those of `ids` that are open in this role. */
  known(ids: readonly string[]): Promise<OpenRow[]>;
  /** Those of `ids` that are open, by seq. */
  load(ids: readonly string[]): Promise<FullRow[]>;
  /**
   * Notes the submission of all rows in one statement. Returns the seconds since acceptance of each row noted; a row is
   * left out when somebody else went on with it.
   */
  submitted(rows: readonly FullRow[], txId: string): Promise<number[]>;
  /** Notes why open rows wait. */
  waits(ids: readonly string[], reason: string): Promise<void>;
  /** Counts a failed attempt; returns the failures so far, undefined when somebody else went on. */
  counted(row: Attempted, reason: string): Promise<number | undefined>;
  /** Gives a command up; false when somebody else went on. */
  failed(row: Attempted, reason: string): Promise<boolean>;
  /** The oldest ACCEPTED rows whose job is to be added again, at most `limit`; the next time is later than this one was. */
  swept(limit: number): Promise<(OpenRow & Waiting)[]>;
  /** ACCEPTED rows above the number `after`, by seq, at most `limit`: all of them, page by page, when every job is lost. */
  accepted(after: number, limit: number): Promise<(Waiting & { seq: number })[]>;
}

const OPEN = "status in ('ACCEPTED', 'SUBMITTED')";
const COLUMNS = `id, seq::float8 as seq, name, domain, lanes, weight, size, status, attempt,
  extract(epoch from now() - submitted_at)::float8 as age`;
const LIGHT = `select ${COLUMNS} from app.command`;
/** Seconds before the first sweep of a row, and at most between two. */
const SWEEP = { first: 5, most: 300 };
// nextval takes this lock before it draws, and the transaction keeps it to its end. Numbers must not be cached by sessions.
const DRAWING = `select virtualtransaction as id from pg_locks
  where locktype = 'relation' and relation = 'app.command_seq'::regclass and mode = 'RowExclusiveLock' and granted
  and database = (select oid from pg_database where datname = current_database())`;

export function openStore(database: Database, role: string, tenure: Tenure): Store {
  return {
    drawing: async () => (await database.query<{ id: string }>("submitter_drawing", DRAWING)).rows.map(({ id }) => id),
    open: async (after, limit) => {
      const sql = `${LIGHT} where role = $1 and ${OPEN} and seq > $2 order by seq limit $3`;
      return (await database.query<OpenRow>("submitter_open", sql, [role, after, limit])).rows;
    },
    known: async (ids) => {
      const sql = `${LIGHT} where role = $1 and id = any($2::uuid[]) and ${OPEN}`;
      return (await database.query<OpenRow>("submitter_known", sql, [role, ids])).rows;
    },
    accepted: async (after, limit) => {
      const sql = `select id, name, seq::float8 as seq from app.command
        where role = $1 and status = 'ACCEPTED' and seq > $2 order by seq limit $3`;
      const given = [role, after, limit];
      return (await database.query<Waiting & { seq: number }>("submitter_accepted", sql, given)).rows;
    },
    load: async (ids) => {
      const sql = `select id, name, domain, actor, input, attempt, failures, trace_id as trace from app.command
        where id = any($1::uuid[]) and role = $2 and ${OPEN} order by seq`;
      return (await database.query<FullRow>("submitter_load", sql, [ids, role])).rows;
    },
    ...changesOf(fencing(database, tenure), role),
  };
}

type Fenced = <R extends QueryResultRow>(name: string, change: string, values: unknown[]) => Promise<R[]>;

/**
 * Runs an update whose rows depend on `term`: empty when the leader's number is not `tenure`'s any more. The row of the number
 * is locked before those of the commands and until the statement ends, so that a successor's number waits for it.
 */
function fencing(database: Database, { name: leader, number }: Tenure): Fenced {
  return async <R extends QueryResultRow>(name: string, change: string, values: unknown[]) => {
    const sql = `with term as materialized (select 1 from app.leadership where name = $1 and number = $2 for key share),
      changed as (${change})
      select l.led, changed.* from (select count(*)::int as led from term) l left join changed on true`;
    const all = [leader, number, ...values];
    const { rows } = await database.query<R & { led: number; id: string | null }>(name, sql, all);
    if (rows[0]?.led !== 1) throw leadershipOver({ name: leader, number });
    return rows.filter(({ id }) => id !== null);
  };
}

type Changes = Pick<Store, "submitted" | "waits" | "counted" | "failed" | "swept">;

function changesOf(fenced: Fenced, role: string): Changes {
  return {
    submitted: async (rows, txId) => {
      const sql = `update app.command c
        set status = 'SUBMITTED', attempt = c.attempt + 1, tx_id = $5, submitted_at = now(), last_error = null
        from term, unnest($3::uuid[], $4::int[]) as was (id, attempt)
        where c.id = was.id and c.attempt = was.attempt and ${OPEN}
        returning c.id, extract(epoch from c.submitted_at - c.accepted_at)::float8 as waited`;
      const values = [rows.map(({ id }) => id), rows.map(({ attempt }) => attempt), txId];
      const changed = await fenced<{ waited: number }>("submitter_submitted", sql, values);
      return changed.map(({ waited }) => waited);
    },
    waits: async (ids, reason) => {
      const sql = `update app.command set last_error = $4 from term where id = any($3::uuid[]) and ${OPEN} returning id`;
      await fenced("submitter_waits", sql, [ids, reason]);
    },
    counted: async ({ id, attempt }, reason) => {
      const sql = `update app.command set failures = failures + 1, last_error = $5 from term
        where id = $3 and attempt = $4 and ${OPEN} returning id, failures`;
      return (await fenced<{ failures: number }>("submitter_counted", sql, [id, attempt, reason]))[0]?.failures;
    },
    failed: async ({ id, attempt }, reason) => {
      const sql = `update app.command set status = 'FAILED', last_error = $5 from term
        where id = $3 and attempt = $4 and ${OPEN} returning id`;
      return (await fenced("submitter_failed", sql, [id, attempt, reason])).length === 1;
    },
    swept: async (limit) => {
      // What is just being submitted is passed over: each of the two would wait for rows of the other.
      const due = `select id from app.command where role = $3 and status = 'ACCEPTED'
        and coalesce(next_sweep_at, accepted_at + interval '${SWEEP.first} s') <= now() order by seq limit $4
        for update skip locked`;
      const next = `least(${SWEEP.most}, ${SWEEP.first} * 2 ^ least(sweeps + 1, 10)) * interval '1 s'`;
      const sql = `update app.command set sweeps = sweeps + 1, next_sweep_at = now() + ${next} from term
        where id in (${due}) and status = 'ACCEPTED' returning ${COLUMNS}`;
      return (await fenced<OpenRow & Waiting>("submitter_swept", sql, [role, limit])).sort((a, b) => a.seq - b.seq);
    },
  };
}
