// Rules of multi-signature transactions (protocol.md 8). The approval that is the last one needed pays in the same command;
// a payment that fails does not refuse that command: it ends the transaction.
import { organization as happened } from "../catalogue/events/organization.js";
import type { Catalogue } from "../catalogue/index.js";
import type { HappenedOf } from "../catalogue/language.js";
import { ruleFor } from "./auth-rules.js";
import { pay, type PaymentEvents, type PaymentLedger } from "./payment.js";
import type { RulesOf } from "./rule.js";
import { keys, type MultiSigTx } from "./state.js";

export const multiSigTransactions = {
  async initiateMultiSigTx(ledger, { organizationId, to, amount, remark }, { id, actor, refuse, emits }) {
    const organization = await ledger.get(keys.organization(organizationId));
    if (!organization) throw refuse("NOT_FOUND");
    if (!organization.stakeholders.includes(actor)) throw refuse("ACTOR_NOT_ALLOWED");
    if (organization.status !== "ACTIVE") throw refuse("ORGANIZATION_NOT_ACTIVE");
    if (to === `org_${organizationId}`) throw refuse("SELF_ACTION");
    if (!(await ledger.get(keys.account(to)))) throw refuse("NOT_FOUND");
    const rule = ruleFor(organization.rules, BigInt(amount));
    if (!rule) throw refuse("NO_RULE_APPLIES");

    const { ruleId, requiredApprovers: required, approverGroup } = rule;
    const approvals = approverGroup.includes(actor) ? [actor] : [];
    const initiated = {
      ...{ multiSigTxId: id, organizationId, initiatorId: actor, to, amount, remark },
      ...{ ruleId, required, approverGroup, approvals },
    };
    const waiting: MultiSigTx = { ...initiated, status: "PENDING", failureCode: null };
    return emits(happened.MultiSigTxInitiated(initiated), ...(await settle(ledger, waiting)));
  },

  async approveMultiSigTx(ledger, { multiSigTxId }, { actor, refuse, emits }) {
    const found = await ledger.get(keys.multiSigTx(multiSigTxId));
    if (!found) throw refuse("NOT_FOUND");
    if (found.status !== "PENDING") throw refuse("WRONG_STATE");
    const organization = await ledger.get(keys.organization(found.organizationId));
    if (organization?.status !== "ACTIVE") throw refuse("ORGANIZATION_NOT_ACTIVE");
    if (!found.approverGroup.includes(actor)) throw refuse("ACTOR_NOT_ALLOWED");
    if (found.approvals.includes(actor)) throw refuse("ALREADY_ACTED");

    const approvals = [...found.approvals, actor];
    return emits(
      happened.MultiSigTxApproved({ multiSigTxId, userId: actor, approvals }),
      ...(await settle(ledger, { ...found, approvals })),
    );
  },

  async rejectMultiSigTx(ledger, { multiSigTxId }, { actor, refuse, emits }) {
    const found = await ledger.get(keys.multiSigTx(multiSigTxId));
    if (!found) throw refuse("NOT_FOUND");
    if (found.status !== "PENDING") throw refuse("WRONG_STATE");
    if (actor !== found.initiatorId && !found.approverGroup.includes(actor)) throw refuse("ACTOR_NOT_ALLOWED");
    ledger.put(keys.multiSigTx(multiSigTxId), { ...found, status: "REJECTED" });
    return emits(happened.MultiSigTxRejected({ multiSigTxId, userId: actor }));
  },
} satisfies Pick<RulesOf<Catalogue["organization"]>, "initiateMultiSigTx" | "approveMultiSigTx" | "rejectMultiSigTx">;

type SettlementEvents = readonly (
  HappenedOf<typeof happened.MultiSigTxExecuted> | HappenedOf<typeof happened.MultiSigTxFailed> | PaymentEvents[number]
)[];

/** Writes the transaction with its approvals, and pays when they are enough. */
async function settle(ledger: PaymentLedger, waiting: MultiSigTx): Promise<SettlementEvents> {
  const { multiSigTxId, organizationId, to, amount, remark, approvals, required } = waiting;
  const put = (change: Partial<MultiSigTx>) => ledger.put(keys.multiSigTx(multiSigTxId), { ...waiting, ...change });
  if (approvals.length < required) {
    put({});
    return [];
  }
  const payment = { from: `org_${organizationId}`, to, amount: BigInt(amount), remark, multiSigTxId };
  const paid = await pay(ledger, payment);
  if (typeof paid === "string") {
    put({ status: "FAILED", failureCode: paid });
    return [happened.MultiSigTxFailed({ multiSigTxId, organizationId, failureCode: paid })];
  }
  put({ status: "EXECUTED" });
  return [happened.MultiSigTxExecuted({ multiSigTxId, organizationId }), ...paid];
}
