// The rows that the read models must hold, as text, built up while blocks are folded. No database and no projector here.

export type Cell = string | null;
export type Row = Record<string, Cell>;

/** Tables whose rows change, with the columns of their key. */
export const keyed = {
  user: ["id"],
  residence: ["country"],
  guardian: ["user_id", "guardian_id"],
  relationship: ["id"],
  relationship_party: ["relationship_id", "user_id"],
  recovery_session: ["id"],
  recovery_confirmation: ["session_id", "guardian_id"],
  wallet: ["id"],
  delta: ["account_id", "tx_id", "delta_key"],
  pool: ["id"],
  genesis: ["user_id"],
  system: ["id"],
  parameter: ["id"],
  country: ["code"],
  slot_use: ["country", "phase"],
  admin_appointment: ["id"],
  counter: ["name"],
  loan: ["id"],
  borrower: ["id"],
  loan_pool: ["id"],
  proposal: ["id"],
  vote: ["id"],
  tax_account: ["id"],
  rate: ["parameter_id"],
  organization: ["id"],
  stakeholder: ["organization_id", "user_id"],
  auth_rule: ["organization_id", "rule_id"],
  multi_sig_tx: ["id"],
  approval: ["multi_sig_tx_id", "user_id"],
  account_persons: ["id"],
  taxpayer_persons: ["id"],
  checkpoint: ["one"],
  clock: ["at"],
} as const;
/** Tables whose rows are written once and stand at a position of the chain. */
export const logged = [
  "event",
  "quarantine",
  "entry",
  "parameter_change",
  "fee",
  "repayment",
  "tax_assessment",
  "redistribution",
] as const;
/** Not derived from blocks: clock time, see the migration; which projections made the rows is checked apart. */
export const unchecked = ["chain_head", "version"];

export type Keyed = keyof typeof keyed;
export type Logged = (typeof logged)[number];

export interface State {
  readonly rows: Readonly<Record<Keyed, Map<string, Row>>>;
  put(table: Keyed, row: Row): void;
  /** Changes columns of the row with this key. */
  patch(table: Keyed, key: string, cells: Row): void;
  /** Adds to a column; a missing row is begun as `key` columns and 0 where all of it is given by `begin`. */
  bump(table: Keyed, key: string, column: string, by: bigint, begin?: Row): void;
  log(table: Logged, row: Row): void;
  /** Logged rows since the last call, by table. */
  drain(): Readonly<Record<Logged, Row[]>>;
  /** Logged rows in all. */
  readonly counts: Readonly<Record<Logged, number>>;
  /** Changes of rows that are not there: impossible on a sound ledger. */
  readonly odd: string[];
}

export const keyOf = (table: Keyed, row: Row): string => keyed[table].map((column) => row[column]).join(" ");

const forEach = <N extends string, V>(names: readonly N[], make: () => V) =>
  Object.fromEntries(names.map((name) => [name, make()])) as Record<N, V>;

export function newState(): State {
  const rows = forEach(Object.keys(keyed) as Keyed[], () => new Map<string, Row>());
  const counts = forEach(logged, () => 0);
  const odd: string[] = [];
  let fresh = forEach(logged, (): Row[] => []);
  const rowOf = (table: Keyed, key: string, begin?: Row) => {
    const known = rows[table].get(key);
    if (known) return known;
    if (begin) rows[table].set(key, { ...begin });
    else odd.push(`${table} ${key} is changed by an event, but no event made it`);
    return begin ? rows[table].get(key) : undefined;
  };
  return {
    ...{ rows, counts, odd },
    put: (table, row) => void rows[table].set(keyOf(table, row), { ...row }),
    patch: (table, key, cells) => void Object.assign(rowOf(table, key) ?? {}, cells),
    bump: (table, key, column, by, begin) => {
      const row = rowOf(table, key, begin);
      if (row) row[column] = String(BigInt(row[column] ?? "0") + by);
    },
    log: (table, row) => {
      fresh[table].push(row);
      counts[table] += 1;
    },
    drain: () => {
      const drained = fresh;
      fresh = forEach(logged, () => []);
      return drained;
    },
  };
}
