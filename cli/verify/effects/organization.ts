// What events mean for organizations and their multi-signature transactions.
import type { State } from "../state.js";
import { ms, type Effects } from "./effect.js";

export const organizationEffects = (state: State) => {
  const end = (multiSigTxId: string, status: string, at: number, failureCode: string | null) => {
    state.patch("multi_sig_tx", multiSigTxId, { status, failure_code: failureCode, decided_at: ms(at) });
    const group = state.rows.multi_sig_tx.get(multiSigTxId)?.["approver_group"] ?? "";
    for (const userId of group.split(",")) state.patch("approval", `${multiSigTxId} ${userId}`, { waiting: "false" });
  };
  return {
    OrganizationProposed: (event, { position }) => {
      const { organizationId, stakeholders, endorsements } = event;
      state.put("organization", {
        ...{ id: organizationId, name: event.organizationName, type: event.type, country: event.country, position },
        ...{ stakeholders: stakeholders.join(","), endorsements: endorsements.join(",") },
        ...{ proposer_id: event.proposerId, status: "PENDING_ENDORSEMENT", lock_reason: null },
        ...{ proposed_at: ms(event.at), activated_at: null },
      });
      for (const userId of stakeholders) {
        state.put("stakeholder", { organization_id: organizationId, user_id: userId, position });
      }
    },
    MembershipEndorsed: ({ organizationId, endorsements }) =>
      state.patch("organization", organizationId, { endorsements: endorsements.join(",") }),
    AuthRuleDefined: ({ organizationId, ruleId, amountAbove, requiredApprovers, approverGroup, endorsements }) => {
      state.put("auth_rule", {
        ...{ organization_id: organizationId, rule_id: ruleId, amount_above: amountAbove },
        ...{ required_approvers: String(requiredApprovers), approver_group: approverGroup.join(",") },
      });
      state.patch("organization", organizationId, { endorsements: endorsements.join(",") });
    },
    OrganizationActivated: ({ organizationId, at }) =>
      state.patch("organization", organizationId, { status: "ACTIVE", activated_at: ms(at) }),
    OrganizationLocked: ({ organizationId, reason }) =>
      state.patch("organization", organizationId, { status: "LOCKED", lock_reason: reason }),
    OrganizationUnlocked: ({ organizationId }) =>
      state.patch("organization", organizationId, { status: "ACTIVE", lock_reason: null }),
    MultiSigTxInitiated: (event, { position }) => {
      const { multiSigTxId, approverGroup, approvals } = event;
      state.put("multi_sig_tx", {
        ...{ id: multiSigTxId, organization_id: event.organizationId, initiator_id: event.initiatorId },
        ...{ to_id: event.to, amount: event.amount, remark: event.remark, rule_id: event.ruleId },
        ...{
          required: String(event.required),
          approver_group: approverGroup.join(","),
          approvals: approvals.join(","),
        },
        ...{ status: "PENDING", failure_code: null, created_at: ms(event.at), decided_at: null, position },
      });
      for (const userId of approverGroup) {
        const waiting = String(!approvals.includes(userId));
        state.put("approval", { multi_sig_tx_id: multiSigTxId, user_id: userId, waiting, position });
      }
    },
    MultiSigTxApproved: ({ multiSigTxId, userId, approvals }) => {
      state.patch("multi_sig_tx", multiSigTxId, { approvals: approvals.join(",") });
      state.patch("approval", `${multiSigTxId} ${userId}`, { waiting: "false" });
    },
    MultiSigTxExecuted: ({ multiSigTxId, at }) => end(multiSigTxId, "EXECUTED", at, null),
    MultiSigTxFailed: ({ multiSigTxId, failureCode, at }) => end(multiSigTxId, "FAILED", at, failureCode),
    MultiSigTxRejected: ({ multiSigTxId, at }) => end(multiSigTxId, "REJECTED", at, null),
  } satisfies Effects;
};
