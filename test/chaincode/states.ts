// Users, organizations and their accounts as they stand in the state, for suites that begin in the middle of a life.
import type { Account, Loan, Organization, Trust, User } from "../../chaincode/state.js";
import { randomHash } from "./ledger.js";

/** An account that holds `stored` Qirat; its timer started at second 1 where it holds 100 GX or more. */
export const account = (accountId: string, stored: string | bigint, more: Partial<Account> = {}) => ({
  [`acct~${accountId}`]: {
    ...{ accountId, kind: accountId.startsWith("org_") ? "ORGANIZATION" : "USER", country: "NG" },
    ...{ stored: String(stored), frozen: false, freezeReason: null, taxExempt: false },
    ...{ taxTimerStart: BigInt(stored) < 100_000_000n ? null : 1, status: null, ...more },
  },
});

/** A user without relationships, with an account. */
export const person = (
  userId: string,
  stored: string | bigint,
  more: Partial<User> = {},
  trust: Partial<Trust> = {},
) => ({
  [`user~${userId}`]: {
    ...{ userId, nationality: "NG", ageYears: 30, biometricHash: randomHash(), status: "ACTIVE", guardians: [] },
    ...{ genesisPhase: null, createdAt: 1, ...more },
  },
  [`trust~${userId}`]: {
    ...{ parents: 0, spouses: 0, siblings: 0, children: 0, friends: 0, loanAdjustment: 0, ...trust },
  },
  ...account(userId, stored, { country: more.nationality ?? "NG" }),
});

/** The loan of a borrower, paid out and due at second 1,800,000,000, and what the borrower owes by it alone. */
export const loan = (loanId: string, borrowerId: string, amount: string, more: Partial<Loan> = {}) => {
  const made: Loan = {
    ...{ loanId, borrowerId, amount, outstanding: amount, collateralHash: randomHash(), purposeHash: null },
    ...{ status: "ACTIVE", appliedAt: 1, approvedAt: 1, dueAt: 1_800_000_000, ...more },
  };
  const owed = made.status === "PENDING_APPROVAL" ? amount : made.outstanding;
  return { [`loan~${loanId}`]: made, [`borrower~${borrowerId}`]: { openLoans: 1, owed } };
};

/** An active organization of nobody, with an account. */
export const organization = (organizationId: string, stored: string, more: Partial<Organization> = {}) => ({
  [`org~${organizationId}`]: {
    ...{ organizationId, name: "A name", type: "BUSINESS", country: "NG", stakeholders: [], endorsements: [] },
    ...{ rules: [], status: "ACTIVE", proposerId: organizationId, createdAt: 1, ...more },
  },
  ...account(`org_${organizationId}`, stored, { country: more.country ?? "NG" }),
});
