// Events of an organization and its multi-signature transactions as they would stand on the ledger, to be changed into faults.
import { randomUUID } from "node:crypto";
import { organization } from "../../catalogue/events/organization.js";
import { tokenomics } from "../../catalogue/events/tokenomics.js";
import type { Event } from "../projector/history.js";

export const [CAFE, ORDER, STRANGER] = [randomUUID(), randomUUID(), randomUUID()];
const CAFE_ACCOUNT = `org_${CAFE}`;
const founded = { organizationId: CAFE, organizationName: "Café", type: "NGO", country: "VA" } as const;

/** An active organization of these users, with a rule that both must approve. */
export const cafe = (
  stakeholders: readonly string[],
  {
    endorsements = stakeholders,
    group = stakeholders,
  }: { endorsements?: readonly string[]; group?: readonly string[] } = {},
): readonly Event[] => [
  organization.OrganizationProposed({ ...founded, stakeholders, proposerId: stakeholders[0] ?? "", endorsements: [] }),
  organization.AuthRuleDefined({
    ...{ organizationId: CAFE, ruleId: "all", amountAbove: "0", requiredApprovers: 2, approverGroup: group },
    endorsements: [],
  }),
  organization.MembershipEndorsed({ organizationId: CAFE, userId: stakeholders[0] ?? "", endorsements }),
  organization.OrganizationActivated({ ...founded, accountId: CAFE_ACCOUNT }),
  tokenomics.BalanceChanged({ accountId: CAFE_ACCOUNT, balance: "0" }),
];

export const ordered = (initiatorId: string, approverGroup: readonly string[], approvals = [initiatorId]): Event =>
  organization.MultiSigTxInitiated({
    ...{ multiSigTxId: ORDER, organizationId: CAFE, initiatorId, to: "SYSTEM_GX_POOL", amount: "5", remark: null },
    ...{ ruleId: "all", required: 2, approverGroup, approvals },
  });
export const approved = (userId: string, approvals: readonly string[]): Event =>
  organization.MultiSigTxApproved({ multiSigTxId: ORDER, userId, approvals });
export const executed = organization.MultiSigTxExecuted({ multiSigTxId: ORDER, organizationId: CAFE });
export const failed = organization.MultiSigTxFailed({
  ...{ multiSigTxId: ORDER, organizationId: CAFE, failureCode: "INSUFFICIENT_FUNDS" },
});
export const rejected = (userId: string): Event => organization.MultiSigTxRejected({ multiSigTxId: ORDER, userId });

/** The café gives its coins away; before, they were given to it. */
export const paid = (multiSigTxId: string | null = ORDER, left = "0"): readonly Event[] => [
  tokenomics.TransferCompleted({
    ...{ from: CAFE_ACCOUNT, to: "SYSTEM_GX_POOL", amount: "5", fee: "0", kind: "EXEMPT", scope: null, rateBps: 0 },
    ...{ remark: null, multiSigTxId },
  }),
  tokenomics.BalanceChanged({ accountId: CAFE_ACCOUNT, balance: left }),
  tokenomics.AccountCredited({
    ...{ accountId: "SYSTEM_GX_POOL", deltaKey: `${"e".repeat(64)}~${left}`, amount: "5" },
  }),
];
export const given = (from: string, before: string, amount: string): readonly Event[] => [
  tokenomics.TransferCompleted({
    ...{ from, to: CAFE_ACCOUNT, amount, fee: "0", kind: "MERCHANT", scope: "LOCAL", rateBps: 0 },
    ...{ remark: null, multiSigTxId: null },
  }),
  tokenomics.BalanceChanged({ accountId: from, balance: String(BigInt(before) - BigInt(amount)) }),
  tokenomics.BalanceChanged({ accountId: CAFE_ACCOUNT, balance: amount }),
];
