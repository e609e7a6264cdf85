// The promise: a command that is accepted here ends as COMMITTED, REFUSED or FAILED, whatever crashes.
// The only place that inserts commands. Never waits for the queue: the row decides, the job only wakes.
import { createHash } from "node:crypto";
import type { PoolClient, QueryResult } from "pg";
import { canonical, type WireCommand } from "../catalogue/wire.js";
import { newCommandId } from "./command-id.js";
import type { Database } from "./database.js";
import { GxError } from "./errors.js";
import type { Logger } from "./log.js";
import { buckets, type Metrics } from "./metrics.js";
import type { Producer } from "./queue.js";
import { traceIdFor } from "./trace.js";

export type Input = Readonly<Record<string, unknown>>;

/** What of a catalogue entry a row of the command log needs. */
export interface Acceptable {
  /** The name on the wire, with the domain. */
  readonly name: string;
  readonly operation: string;
  readonly domain: string;
  /** The queue. */
  readonly role: string;
  lanes(input: Input, asked: { readonly id: string; readonly actor: string }): readonly string[];
  weight(input: Input): number;
}

export interface Acceptance {
  readonly command: Acceptable;
  /** `sub` of the verified token. */
  readonly actor: string;
  /** The caller's idempotency key. */
  readonly key: string;
  /** Canonical input of the whole request: what the key stands for. */
  readonly content: Input;
  /**
   * Canonical inputs of the commands that it makes, in order; one, unless it is a list request. A function makes them for
   * a new key alone, and may throw: where they depend on more than the content, a repeated request must not meet it again.
   */
  readonly inputs: readonly Input[] | (() => Promise<readonly Input[]>);
  readonly requestId: string;
  /** Kept with the commands, for the lines that others log of them; one of their own where no request asked. */
  readonly traceId?: string;
}

export interface Ticket {
  readonly commandId: string;
  readonly name: string;
  readonly status: string;
  readonly acceptedAt: Date;
  /** The key was used before, for the same content. */
  readonly existing: boolean;
}

/** All commands of the request or none. @throws GxError IDEMPOTENCY_CONFLICT; UNAVAILABLE when PostgreSQL is away. */
export type Accept = (acceptance: Acceptance) => Promise<readonly Ticket[]>;

export interface AcceptPorts {
  readonly database: Database;
  /** Enqueues wake-ups; never throws. */
  readonly wake: (...given: Parameters<Producer["wake"]>) => Promise<unknown>;
  readonly metrics: Metrics;
  /** Without it nothing is said of what was accepted. */
  readonly log?: Logger;
}

export function openAcceptance({ database, wake, metrics, log }: AcceptPorts): Accept {
  const { accepted, seconds, repeated } = counts(metrics);
  return async (acceptance) => {
    const { command } = acceptance;
    const done = seconds.startTimer({ domain: command.domain });
    const first = () => firstTickets(database, acceptance, repeated);
    const known = typeof acceptance.inputs === "function" ? await first() : undefined;
    const inserted = known ? undefined : await insert(database, await rowsOf(acceptance));
    if (inserted) {
      accepted.inc({ domain: command.domain, role: command.role, command: command.operation }, inserted.length);
      const jobs = inserted.map(({ commandId: id, name }) => ({ id, name }));
      void wake(command.role, jobs);
      if (log?.isLevelEnabled("debug")) log.debug(shown(acceptance, inserted), "Command accepted");
    }
    const tickets = known ?? inserted ?? (await first());
    if (!tickets) throw new Error("the key was used, and no command has it");
    done();
    return tickets;
  };
}

const traceOf = ({ traceId, requestId }: Acceptance): string => traceId ?? traceIdFor(requestId);

const shown = (acceptance: Acceptance, tickets: readonly Ticket[]) => {
  const { command, actor: userId, requestId } = acceptance;
  const { domain, role, operation } = command;
  const commandIds = tickets.map(({ commandId }) => commandId);
  return { requestId, traceId: traceOf(acceptance), userId, domain, role, command: operation, commandIds };
};

const counts = (metrics: Metrics) => ({
  accepted: metrics.counter("command_accepted_total", "Commands accepted.", ["domain", "role", "command"]),
  seconds: metrics.histogram("command_accept_duration_seconds", "Time to accept a request.", buckets.request, [
    "domain",
  ]),
  repeated: metrics.counter("command_idempotent_total", "Requests whose key was used before.", ["result"]),
});

const idempotencyConflict = () =>
  new GxError("IDEMPOTENCY_CONFLICT", "The idempotency key was used for another command or input.", { public: true });

/** sha256 of command and canonical input, hex. */
const hashOf = ({ command, content }: Acceptance): string =>
  createHash("sha256")
    .update(canonical({ command: command.name, input: content }))
    .digest("hex");

type Row = Awaited<ReturnType<typeof rowsOf>>[number];

async function rowsOf(acceptance: Acceptance) {
  const { command, actor, key, requestId } = acceptance;
  const hash = hashOf(acceptance);
  const inputs = typeof acceptance.inputs === "function" ? await acceptance.inputs() : acceptance.inputs;
  return inputs.map((input, part) => {
    const id = newCommandId();
    const wire: WireCommand = { id, command: command.name, actor, input };
    return {
      ...{
        id,
        actor,
        request_key: key,
        part,
        content_hash: hash,
        request_id: requestId,
        trace_id: traceOf(acceptance),
      },
      ...{ domain: command.domain, name: command.name, role: command.role },
      input,
      lanes: command.lanes(input, { id, actor }),
      weight: command.weight(input),
      size: Buffer.byteLength(JSON.stringify(wire)),
    };
  });
}

const COLUMNS =
  "id uuid, actor uuid, request_key text, part integer, content_hash text, request_id text, trace_id text, domain text, name text, " +
  "role text, input jsonb, lanes text[], weight integer, size integer";
const NAMES = COLUMNS.replace(/ (uuid|text\[\]|text|integer|jsonb)/g, "");
// The order of the rows is the order of acceptance: seq is drawn row by row.
const INSERT = `insert into app.command (${NAMES})
  select ${NAMES} from jsonb_to_recordset($1::jsonb) as row (${COLUMNS}) order by part
  on conflict (actor, request_key, part) do nothing
  returning id, name, status, accepted_at`;

interface Stored {
  id: string;
  name: string;
  status: string;
  accepted_at: Date;
}
const ticketOf = ({ id, name, status, accepted_at }: Stored, existing: boolean): Ticket => ({
  ...{ commandId: id, name, status, existing },
  acceptedAt: accepted_at,
});

/** Undefined when the key was used before: then nothing is written. */
async function insert(database: Database, rows: readonly Row[]): Promise<Ticket[] | undefined> {
  const given = [JSON.stringify(rows)];
  if (rows.length === 1) return whole(await database.query<Stored>("accept", INSERT, given), rows);
  const refused = new Error("the key was used before");
  const work = async (client: PoolClient) => {
    const tickets = whole(await client.query<Stored>(INSERT, given), rows);
    if (!tickets) throw refused;
    return tickets;
  };
  return database.transaction("accept", work).catch((error: unknown) => {
    if (error === refused) return undefined;
    throw error;
  });
}

function whole({ rows: stored }: QueryResult<Stored>, rows: readonly Row[]): Ticket[] | undefined {
  if (stored.length < rows.length) return undefined;
  const byId = new Map(stored.map((row) => [row.id, row]));
  return rows.flatMap(({ id }) => byId.get(id) ?? []).map((row) => ticketOf(row, false));
}

// A statement of its own: the one that met the conflict cannot see a row that another session was just inserting.
const FIRST = `select id, name, status, accepted_at, content_hash from app.command
  where actor = $1 and request_key = $2 order by part`;

/** Undefined when nobody used the key. */
async function firstTickets(
  database: Database,
  acceptance: Acceptance,
  repeated: ReturnType<typeof counts>["repeated"],
): Promise<Ticket[] | undefined> {
  const { rows } = await database.query<Stored & { content_hash: string }>("accept again", FIRST, [
    acceptance.actor,
    acceptance.key,
  ]);
  const hash = hashOf(acceptance);
  if (rows.length === 0) return undefined;
  const same = rows.every(({ content_hash }) => content_hash === hash);
  repeated.inc({ result: same ? "existing" : "conflict" });
  if (!same) throw idempotencyConflict();
  return rows.map((row) => ticketOf(row, true));
}
