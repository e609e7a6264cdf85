// Loans, the loan pool, and whether a user may ask for a loan.
import { loanBounds, pools, withinLoanBounds } from "../../catalogue/economy.js";
import type { RefusalCode } from "../../catalogue/refusals.js";
import type { RowOf } from "../../platform/reads.js";
import type { Context } from "../context.js";
import { byId, given, page, reference, to } from "../entities.js";

type Loan = RowOf<"Loan">;
type LoanPool = RowOf<"LoanPool">;
interface Named {
  readonly id: string;
}

const thePool = ({ rows }: Context): Promise<LoanPool | null> => rows.one("LoanPool", "LOAN");

/** Newest first. */
async function repayments({ id }: Loan, _: unknown, { rows }: Context): Promise<readonly RowOf<"Repayment">[]> {
  const found = await rows.group("Repayment", id);
  return [...found].sort((a, b) => (a.position < b.position ? 1 : -1));
}

/** What counts for the bounds: those that wait with the amount asked, the others with what is outstanding. */
const owedOf = (loans: readonly Loan[]): bigint =>
  loans.reduce(
    (sum, { status, amount, outstanding }) => sum + (status === "PENDING_APPROVAL" ? amount : outstanding),
    0n,
  );

async function loanEligibility({ id }: Named, _: unknown, context: Context) {
  const { rows } = context;
  const [pool, borrower, open] = await Promise.all([
    thePool(context),
    rows.one("Borrower", id),
    rows.group("Loan", id),
  ]);
  const owed = owedOf(open);
  const bounded = withinLoanBounds(open.length, owed, loanBounds.least);
  const reasons = [...obstacles(pool, borrower), ...(bounded ? [] : (["LIMIT_EXCEEDED"] as const))];
  const left = loanBounds.owed - owed;
  const most = left < loanBounds.most ? left : loanBounds.most;
  return { eligible: reasons.length === 0, reasons, maxAmount: reasons.length === 0 ? most : 0n };
}

/** In the order in which the ledger looks. */
function obstacles(pool: LoanPool | null, borrower: RowOf<"Borrower"> | null): readonly RefusalCode[] {
  if (!pool) return ["NOT_BOOTSTRAPPED"];
  const paused: readonly RefusalCode[] = pool.paused ? ["PAUSED"] : [];
  if (!borrower) return [...paused, "ACTOR_NOT_ACTIVE"];
  const { status, frozen, trustScore } = borrower;
  const found: readonly (readonly [RefusalCode, boolean])[] = [
    ["ACTOR_NOT_ACTIVE", status !== "ACTIVE"],
    ["ACCOUNT_FROZEN", frozen],
    ["TRUST_TOO_LOW", BigInt(trustScore) < pool.minTrust],
  ];
  return [...paused, ...found.flatMap(([code, holds]) => (holds ? [code] : []))];
}

export const loanpool = {
  persons: {
    User: { concerns: ({ id }: Named, sub: string) => id === sub },
    Loan: { concerns: ({ borrowerId }: Loan, sub: string) => borrowerId === sub },
  },
  resolvers: {
    Query: {
      loan: byId("Loan"),
      loans: page("Loan", { order: "position", where: (_, { status }) => given({ status }) }),
      loanPool: (_: unknown, _args: unknown, context: Context) => thePool(context),
    },
    Loan: { ...reference("Loan", "Loan"), borrower: to("User", "borrowerId"), repayments },
    LoanPool: {
      available: ({ stored, pending }: LoanPool) => stored + pending,
      mintable: ({ minted }: LoanPool) => pools.LOAN.cap - minted,
    },
    User: {
      loans: page<"Loan", Named>("Loan", {
        order: "position",
        where: ({ id }, { status }) => ({ borrowerId: id, ...given({ status }) }),
        scope: ({ id }) => id,
      }),
      loanEligibility,
    },
  },
};
