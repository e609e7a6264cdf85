// The way back of a command that the system gave up: FAILED → ACCEPTED under the same id, so that it still happens at most once.
// The only place that does it. What the ledger decided is never touched.
import type { Ticket } from "./accept.js";
import type { Database } from "./database.js";
import type { Producer } from "./queue.js";
import type { Updates } from "./updates.js";

/** Undefined where the command is not FAILED, and then nothing is changed. @throws GxError UNAVAILABLE when PostgreSQL is away. */
export type Replay = (id: string) => Promise<Ticket | undefined>;

export interface ReplayPorts {
  readonly database: Pick<Database, "query">;
  /** Enqueues the wake-up; never throws. */
  readonly wake: (...given: Parameters<Producer["wake"]>) => Promise<unknown>;
  /** For who follows the command live. */
  readonly tell: Updates["tell"];
}

// No submission of a FAILED command can still come: what is counted of submissions begins anew.
const AGAIN = `update app.command
  set status = 'ACCEPTED', attempt = 0, failures = 0, last_error = null, submitted_at = null, tx_id = null,
    sweeps = 0, next_sweep_at = now() + interval '5 s'
  where id = $1 and status = 'FAILED'
  returning name, role, status, accepted_at`;

interface Again {
  name: string;
  role: string;
  status: string;
  accepted_at: Date;
}

export const openReplay =
  ({ database, wake, tell }: ReplayPorts): Replay =>
  async (id) => {
    const { rows } = await database.query<Again>("replay", AGAIN, [id]);
    const [again] = rows;
    if (!again) return undefined;
    const { name, role, status, accepted_at: acceptedAt } = again;
    tell({ commands: [id] });
    void wake(role, [{ id, name }]);
    return { commandId: id, name, status, acceptedAt, existing: true };
  };
