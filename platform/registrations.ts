// Who asked to become a user of the ledger and what was decided about it: data of schema `app`, which survives every rebuild.
// The only place that writes it; each change is one statement that holds only in the right state.
import type { QueryResult } from "pg";
import type { Database } from "./database.js";

/** What a person tells about oneself; `birthDate` is YYYY-MM-DD. */
export interface Profile {
  readonly displayName: string;
  readonly email: string;
  readonly birthDate: string;
  readonly nationality: string;
  readonly biometricHash: string;
}

/** Each change returns whether it was made: false in another state, or when the ledger has the user. Errors as of Database. */
export interface Registrations {
  register(id: string, profile: Profile): Promise<boolean>;
  /** Waits for a review from now on, also after a denial. */
  submit(id: string, evidenceHash: string): Promise<boolean>;
  approve(id: string, reviewer: string): Promise<boolean>;
  deny(id: string, reviewer: string, reason: string): Promise<boolean>;
  /** Code of the last createUser that the ledger refused, by user id; ids without one are left out. */
  refusals(ids: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

const NOT_ON_LEDGER = `not exists (select from read."user" where id = $1)`;

const REGISTER = `insert into app.registration (id, display_name, email, birth_date, nationality, biometric_hash)
  select $1::uuid, $2, $3, $4::date, $5, $6 where ${NOT_ON_LEDGER} on conflict (id) do nothing`;
const SUBMIT = `update app.registration set state = 'PENDING_ADMIN_APPROVAL', evidence_hash = $2, submitted_at = now(),
    place = lpad((extract(epoch from now()) * 1000000)::bigint::text, 20, '0') || '-' || id,
    reviewed_at = null, reviewed_by = null, denial_reason = null
  where id = $1 and state in ('REGISTERED', 'DENIED') and ${NOT_ON_LEDGER}`;
const REVIEW = `update app.registration set state = $2, reviewed_at = now(), reviewed_by = $3, denial_reason = $4
  where id = $1 and state = 'PENDING_ADMIN_APPROVAL' and ${NOT_ON_LEDGER}`;
const REFUSALS = `select distinct on (input ->> 'userId') input ->> 'userId' as id, code from app.command
  where name = 'identity.createUser' and status = 'REFUSED' and input ->> 'userId' = any($1)
  order by input ->> 'userId', block desc, tx_index desc, batch_index desc`;

const changed = ({ rowCount }: QueryResult): boolean => rowCount === 1;

export function openRegistrations(database: Pick<Database, "query">): Registrations {
  const change = async (sql: string, ...values: readonly (string | null)[]) =>
    changed(await database.query("registration", sql, [...values]));
  return {
    register: (id, { displayName, email, birthDate, nationality, biometricHash }) =>
      change(REGISTER, id, displayName, email, birthDate, nationality, biometricHash),
    submit: (id, evidenceHash) => change(SUBMIT, id, evidenceHash),
    approve: (id, reviewer) => change(REVIEW, id, "APPROVED_PENDING_ONCHAIN", reviewer, null),
    deny: (id, reviewer, reason) => change(REVIEW, id, "DENIED", reviewer, reason),
    refusals: async (ids) => {
      const { rows } = await database.query<{ id: string; code: string }>("registration refusals", REFUSALS, [ids]);
      return new Map(rows.map(({ id, code }) => [id, code]));
    },
  };
}
