// Organizations with their rules, their multi-signature transactions, and whose approval is waited for.
import { changesOf, type Change, type Projection } from "./change.js";

const { put, append, patch, patchGroup } = changesOf("organization");

/** Nobody's approval is waited for any more. */
const decided = (multiSigTxId: string, status: string, at: number, failureCode: string | null = null) => [
  patch("multiSigTx", { id: multiSigTxId }, { status, failureCode, decidedAt: at }),
  patchGroup("approval", { multiSigTxId }, { waiting: false }),
];

export const organization = {
  OrganizationProposed: (event, place): readonly Change<"organization">[] => {
    const { organizationId, organizationName, type, country, stakeholders, proposerId, endorsements, at } = event;
    const position = place.position();
    return [
      put("organization", {
        ...{ id: organizationId, name: organizationName, type, country, stakeholders, endorsements, proposerId },
        ...{ status: "PENDING_ENDORSEMENT", lockReason: null, proposedAt: at, activatedAt: null, position },
      }),
      ...stakeholders.map((userId) => append("stakeholder", { organizationId, userId, position })),
    ];
  },
  MembershipEndorsed: ({ organizationId, endorsements }) => [
    patch("organization", { id: organizationId }, { endorsements }),
  ],
  AuthRuleDefined: ({ organizationId, ruleId, amountAbove, requiredApprovers, approverGroup, endorsements }) => [
    put("authRule", { organizationId, ruleId, amountAbove: BigInt(amountAbove), requiredApprovers, approverGroup }),
    patch("organization", { id: organizationId }, { endorsements }),
  ],
  OrganizationActivated: ({ organizationId, at }) => [
    patch("organization", { id: organizationId }, { status: "ACTIVE", activatedAt: at }),
  ],
  OrganizationLocked: ({ organizationId, reason }) => [
    patch("organization", { id: organizationId }, { status: "LOCKED", lockReason: reason }),
  ],
  OrganizationUnlocked: ({ organizationId }) => [
    patch("organization", { id: organizationId }, { status: "ACTIVE", lockReason: null }),
  ],
  MultiSigTxInitiated: (event, place): readonly Change<"organization">[] => {
    const { multiSigTxId, organizationId, initiatorId, to, amount, remark, ruleId, required, at } = event;
    const { approverGroup, approvals } = event;
    const position = place.position();
    return [
      put("multiSigTx", {
        ...{
          id: multiSigTxId,
          organizationId,
          initiatorId,
          toId: to,
          amount: BigInt(amount),
          remark,
          ruleId,
          required,
        },
        ...{ approverGroup, approvals, status: "PENDING", failureCode: null, createdAt: at, decidedAt: null, position },
      }),
      ...approverGroup.map((userId) =>
        append("approval", { multiSigTxId, userId, waiting: !approvals.includes(userId), position }),
      ),
    ];
  },
  MultiSigTxApproved: ({ multiSigTxId, userId, approvals }) => [
    patch("multiSigTx", { id: multiSigTxId }, { approvals }),
    patch("approval", { multiSigTxId, userId }, { waiting: false }),
  ],
  MultiSigTxExecuted: ({ multiSigTxId, at }) => decided(multiSigTxId, "EXECUTED", at),
  MultiSigTxFailed: ({ multiSigTxId, failureCode, at }) => decided(multiSigTxId, "FAILED", at, failureCode),
  MultiSigTxRejected: ({ multiSigTxId, at }) => decided(multiSigTxId, "REJECTED", at),
} satisfies Projection<"organization">;
