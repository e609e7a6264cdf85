// Rows by key, read once per request: all keys that resolvers ask for in one turn of the loop go into one statement.
import DataLoader from "dataloader";
import { openLoanStatuses } from "../catalogue/choices.js";
import type { Row, RowCache } from "../platform/cache.js";
import type { Reads, RowOf, WhereOf } from "../platform/reads.js";

/** The models that are asked for by key, and the column that is the key. */
const keys = {
  User: "id",
  Registration: "id",
  Relationship: "id",
  RecoverySession: "id",
  Residence: "country",
  Wallet: "id",
  Entry: "id",
  Pool: "id",
  Genesis: "userId",
  AccountPersons: "id",
  Organization: "id",
  MultiSigTx: "id",
  Command: "id",
  Parameter: "id",
  Country: "code",
  AdminAppointment: "id",
  Proposal: "id",
  Vote: "id",
  Counter: "name",
  Loan: "id",
  Borrower: "id",
  LoanPool: "id",
  TaxAccount: "id",
  TaxAssessment: "id",
  Redistribution: "id",
  TaxpayerPersons: "id",
  Rate: "parameterId",
} as const satisfies { readonly [M in Keyed]: keyof RowOf<M> };
type Keyed =
  | "User"
  | "Registration"
  | "Relationship"
  | "RecoverySession"
  | "Residence"
  | "Wallet"
  | "Entry"
  | "Pool"
  | "Genesis"
  | "AccountPersons"
  | "Organization"
  | "MultiSigTx"
  | "Command"
  | "Parameter"
  | "Country"
  | "AdminAppointment"
  | "Proposal"
  | "Vote"
  | "Counter"
  | "Loan"
  | "Borrower"
  | "LoanPool"
  | "TaxAccount"
  | "TaxAssessment"
  | "Redistribution"
  | "TaxpayerPersons"
  | "Rate";
export type KeyedModel = keyof typeof keys;

export interface Rows {
  /** The row of that key, or null. */
  one<M extends KeyedModel>(model: M, key: string): Promise<RowOf<M> | null>;
  /** All rows of the group of that value; read together for all values asked for. */
  group<M extends GroupedModel>(model: M, value: string): Promise<readonly RowOf<M>[]>;
}

/** The models that are asked for by a value that several rows share. */
const groups = {
  RecoveryConfirmation: "sessionId",
  SlotUse: "country",
  AuthRule: "organizationId",
  Proposal: "parameterId",
  Loan: "borrowerId",
  Repayment: "loanId",
} as const;
type GroupedModel = keyof typeof groups;
/** Groups that are part of the rows only. */
const narrowed: { readonly [M in GroupedModel]?: WhereOf<M> } = {
  Proposal: { status: "ACTIVE" },
  Loan: { status: { in: [...openLoanStatuses] } },
};

/** Changed by others than blocks: never cached. */
const UNCACHED: readonly KeyedModel[] = ["Command", "Registration"];
const tableOf = (model: KeyedModel) => `${model.slice(0, 1).toLowerCase()}${model.slice(1)}`;

export function newRows({ reads, cache }: { readonly reads: Reads; readonly cache: RowCache }): Rows {
  const loaders = new Map<string, DataLoader<string, unknown>>();
  const loaderOf = (name: string, load: (values: readonly string[]) => Promise<readonly unknown[]>) => {
    const made = loaders.get(name) ?? new DataLoader(load);
    loaders.set(name, made);
    return made;
  };
  const matching = async (model: KeyedModel | GroupedModel, column: string, values: readonly string[], more = {}) =>
    (await reads.many(model, { where: { ...more, [column]: { in: [...values] } } })) as Readonly<
      Record<string, unknown>
    >[];
  return {
    one: (model, key) => {
      const column = keys[model];
      const read = async (values: readonly string[]) =>
        new Map((await matching(model, column, values)).map((row): [string, Row] => [row[column] as string, row]));
      const load = async (values: readonly string[]) => {
        if (!UNCACHED.includes(model)) return cache.rows(tableOf(model), values, read);
        const found = await read(values);
        return values.map((value) => found.get(value) ?? null);
      };
      return loaderOf(model, load).load(key) as never;
    },
    group: (model, value) => {
      const column = groups[model];
      const load = async (values: readonly string[]) => {
        const rows = await matching(model, column, values, narrowed[model]);
        return values.map((each) => rows.filter((row) => row[column] === each));
      };
      return loaderOf(`${model} by ${column}`, load).load(value) as never;
    },
  };
}
