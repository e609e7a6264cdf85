// Housekeeping in the leader of the admin queue: accounts whose unfolded credits are many or old are folded (protocol.md 4).
// Asks by ordinary commands in the name of an appointed admin. Never asks for what is under way, whoever asked for it.
import { createHash } from "node:crypto";
import { catalogue } from "../../catalogue/index.js";
import { FOLD_MAX } from "../../catalogue/admin.js";
import { openAcceptance, type Accept } from "../../platform/accept.js";
import type { Config } from "../../platform/config.js";
import { isUnavailable, type Database } from "../../platform/database.js";
import type { Logger } from "../../platform/log.js";
import type { Metrics } from "../../platform/metrics.js";
import { pause } from "../../platform/pause.js";
import type { Producer } from "../../platform/queue.js";

export interface Housekeeping {
  readonly rules: Config["housekeeping"];
  readonly database: Database;
  /** Enqueues wake-ups; never throws. */
  readonly wake: Producer["wake"];
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Milliseconds between two looks, and for which an account rests whose fold took no effect. */
  readonly every?: { readonly lookMs: number; readonly restMs: number };
}

export interface Housekeeper {
  /** Its work belongs to who leads this queue. */
  readonly role: string;
  /** Keeps house until one of the signals aborts; through outages of the database. */
  keep(...ends: AbortSignal[]): Promise<void>;
}

/** Folds that may be open at a time. */
const MOST_OPEN = 10;
const usual = { lookMs: 2_000, restMs: 10_000 };
const { foldDeltas } = catalogue.admin.commands;

interface House extends Pick<Housekeeping, "database" | "log"> {
  readonly rules: Exclude<Config["housekeeping"], "off">;
  readonly accept: Accept;
  readonly restMs: number;
  readonly measures: ReturnType<typeof measuresOf>;
  /** By account: until when it rests, and the last fold that was refused or given up, which makes the next another one. */
  readonly rests: Map<string, { until: number; refused: string | undefined }>;
  /** Who may not fold has been told so. */
  told: boolean;
}

export function newHousekeeper({ every = usual, rules, ...parts }: Housekeeping): Housekeeper {
  const { role } = foldDeltas;
  if (rules === "off") return { role, keep: () => Promise.resolve() };
  const { database, log, metrics } = parts;
  const measures = measuresOf(metrics);
  const house: House = {
    ...{ database, log, rules, accept: openAcceptance(parts), restMs: every.restMs },
    ...{ measures, rests: new Map(), told: false },
  };
  return {
    role,
    keep: async (...ends) => {
      while (!ends.some(({ aborted }) => aborted)) {
        await look(house).catch((error: unknown) => {
          if (!isUnavailable(error)) throw error;
        });
        await pause(every.lookMs, ...ends);
      }
      // Whoever leads next measures.
      measures.waiting.set(0);
    },
  };
}

const measuresOf = ({ gauge, counter }: Metrics) => ({
  waiting: gauge(
    "outbox_unfolded_deltas",
    "Unfolded credits on the ledger, as the leader of the admin queue sees them.",
  ),
  asked: counter("outbox_folds_total", "Folds that were asked for."),
});

async function look(house: House): Promise<void> {
  // Measured whether or not they may be folded: where they may not, somebody has to see that they grow.
  const due = await dueAccounts(house);
  if (!(await mayFold(house)) || due.length === 0) return;
  // Before the credits are read: what is open now may have ended by then, but not the other way round.
  const open = await openFolds(house);
  let room = MOST_OPEN - open.length;
  for (const accountId of due) {
    if (room <= 0) return;
    if (open.includes(accountId) || (house.rests.get(accountId)?.until ?? 0) > Date.now()) continue;
    for (const txIds of await oldest(house, accountId, room)) {
      await fold(house, accountId, txIds);
      room -= 1;
    }
  }
}

/** Bootstrapped, not paused, and the housekeeper is an appointed admin. */
async function mayFold(house: House): Promise<boolean> {
  const { database, rules, log } = house;
  const { rows } = await database.query<{ paused: boolean; appointed: boolean }>(
    "housekeeping_system",
    `select s.paused, coalesce(a.status = 'ACTIVE', false) as appointed
     from read.system s left join read.admin_appointment a on a.id = $1`,
    [rules.admin],
  );
  const [system] = rows;
  if (!system) return false;
  if (!system.appointed && !house.told) {
    const advice = "appoint it with appointAdmin, or name another in HOUSEKEEPER_ADMIN";
    log.warn({ admin: rules.admin, advice }, "Housekeeper is not an active admin, nothing is folded");
  }
  house.told = !system.appointed;
  return system.appointed && !system.paused;
}

/** Those with too many or too old credits, the oldest first. The credits of one transaction are one on the ledger. */
async function dueAccounts({ database, rules, measures }: House): Promise<string[]> {
  const { rows } = await database.query<{ id: string; transactions: number; due: boolean }>(
    "housekeeping_due",
    `select account_id as id, count(*)::int as transactions,
       count(*) > $1 or min(at) < now() - $2 * interval '1 second' as due
     from (select account_id, tx_id, min(at) as at from read.delta where not folded group by 1, 2) as waiting
     group by 1 order by min(at), 1`,
    [rules.after, rules.afterSeconds],
  );
  measures.waiting.set(rows.reduce((sum, { transactions }) => sum + transactions, 0));
  return rows.filter(({ due }) => due).map(({ id }) => id);
}

/** The account of each fold that has not ended: its credits are marked together with its end. */
async function openFolds({ database }: House): Promise<string[]> {
  const { rows } = await database.query<{ account: string }>(
    "housekeeping_open",
    `select input ->> 'accountId' as account from app.command
     where role = $1 and name = $2 and status in ('ACCEPTED', 'SUBMITTED')`,
    [foldDeltas.role, foldDeltas.name],
  );
  return rows.map(({ account }) => account);
}

/** Transactions with unfolded credits of the account, oldest first, as many to a part as one command takes. */
async function oldest({ database }: House, accountId: string, parts: number): Promise<string[][]> {
  const { rows } = await database.query<{ id: string }>(
    "housekeeping_oldest",
    `select tx_id as id from read.delta where account_id = $1 and not folded
     group by 1 order by min(at), 1 limit $2`,
    [accountId, parts * FOLD_MAX],
  );
  const ids = rows.map(({ id }) => id);
  const starts = Array.from({ length: Math.ceil(ids.length / FOLD_MAX) }, (_, part) => part * FOLD_MAX);
  return starts.map((start) => ids.slice(start, start + FOLD_MAX));
}

/** The key follows from what is folded: a second leader, or one after a crash, gets the same ticket. */
async function fold({ accept, rules, rests, restMs, measures, log }: House, accountId: string, txIds: string[]) {
  const refused = rests.get(accountId)?.refused;
  const content = foldDeltas.schema.parse({ accountId, txIds });
  const key = createHash("sha256")
    .update([accountId, ...txIds, refused ?? ""].join(" "))
    .digest("hex");
  const request = { actor: rules.admin, key, content, inputs: [content], requestId: "housekeeping" };
  const [ticket] = await accept({ command: foldDeltas, ...request });
  if (!ticket) return;
  const { commandId, status, existing } = ticket;
  if (!existing) {
    measures.asked.inc();
    log.debug({ accountId, commandId, count: txIds.length }, "Folding credits");
    return;
  }
  if (status === "ACCEPTED" || status === "SUBMITTED") return;
  log.warn({ accountId, commandId, status }, "Fold took no effect, asked for again later");
  const again = status === "COMMITTED" ? refused : commandId;
  rests.set(accountId, { until: Date.now() + restMs, refused: again });
}
