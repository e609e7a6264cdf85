// Commands of organizations and their multi-signature transactions (protocol.md 8 and 12).
import {
  account,
  choice,
  command,
  country,
  domain,
  int,
  list,
  optional,
  qirat,
  qirat0,
  reasonCode,
  ref,
  text,
  uuid,
} from "./language.js";
import { privateOrganizationTypes } from "./choices.js";
import { organization as happened } from "./events/organization.js";
import { BAL, CRED, tokenomics } from "./events/tokenomics.js";
import { tax } from "./events/tax.js";
import { storedLane } from "./lanes.js";

const stakeholders = () => list(uuid(), 2, 20);
const settled = [
  happened.MultiSigTxExecuted,
  tokenomics.TransferCompleted,
  tax.FeeCharged,
  ...BAL,
  ...CRED,
  happened.MultiSigTxFailed,
] as const;

export const organization = domain("organization", happened, {
  proposeOrganization: command("stakeholder", "Propose an organization of which one is a stakeholder.", {
    input: {
      name: text(2, 100),
      type: choice("PrivateOrganizationType", privateOrganizationTypes),
      country: country(),
      stakeholders: stakeholders(),
    },
    emits: [happened.OrganizationProposed],
    refusals: ["ACTOR_NOT_ALLOWED", "COUNTRY_NOT_INITIALIZED", "NOT_FOUND", "USER_NOT_ACTIVE"],
    lanes: (_, { id }) => [`organization:${id}`],
    weight: ({ stakeholders: users }) => 8 + users.length,
  }),
  proposeGovernmentOrganization: command("admin", "Propose an organization of a government.", {
    input: { name: text(2, 100), country: country(), stakeholders: stakeholders() },
    emits: [happened.OrganizationProposed],
    refusals: ["COUNTRY_NOT_INITIALIZED", "NOT_FOUND", "USER_NOT_ACTIVE"],
    lanes: (_, { id }) => [`organization:${id}`],
    weight: ({ stakeholders: users }) => 8 + users.length,
  }),
  endorseMembership: command("stakeholder", "Endorse the members and the rules of a proposed organization.", {
    input: { organizationId: ref("Organization") },
    emits: [happened.MembershipEndorsed],
    refusals: ["NOT_FOUND", "ACTOR_NOT_ALLOWED", "WRONG_STATE", "ALREADY_ACTED"],
    lanes: ({ organizationId }) => [`organization:${organizationId}`],
    weight: () => 8,
  }),
  activateOrganization: command("stakeholder", "Open the account of an organization that everybody has endorsed.", {
    input: { organizationId: ref("Organization") },
    emits: [happened.OrganizationActivated, ...BAL],
    refusals: ["NOT_FOUND", "ACTOR_NOT_ALLOWED", "WRONG_STATE", "NO_RULE_DEFINED", "NOT_ALL_ENDORSED"],
    lanes: ({ organizationId }) => [`organization:${organizationId}`, `account:org_${organizationId}`],
    weight: () => 10,
  }),
  defineAuthRule: command("stakeholder", "Add or replace a rule; endorsements begin anew with its definer.", {
    input: {
      organizationId: ref("Organization"),
      ruleId: text(1, 40),
      amountAbove: qirat0(),
      requiredApprovers: int(1, 20),
      approverGroup: list(uuid(), 1, 20),
    },
    emits: [happened.AuthRuleDefined],
    refusals: ["NOT_FOUND", "ACTOR_NOT_ALLOWED", "WRONG_STATE", "RULE_INVALID", "LIMIT_EXCEEDED"],
    lanes: ({ organizationId }) => [`organization:${organizationId}`],
    weight: () => 8,
  }),
  initiateMultiSigTx: command("stakeholder", "Begin a payment of the organization under the rule for its amount.", {
    input: { organizationId: ref("Organization"), to: account(), amount: qirat(), remark: optional(text(1, 140)) },
    emits: [happened.MultiSigTxInitiated, ...settled],
    refusals: ["NOT_FOUND", "ACTOR_NOT_ALLOWED", "ORGANIZATION_NOT_ACTIVE", "SELF_ACTION", "NO_RULE_APPLIES"],
    lanes: ({ organizationId, to }) => [
      ...new Set([`organization:${organizationId}`, `account:org_${organizationId}`, ...storedLane(to)]),
    ],
    weight: () => 24,
    operation: "INITIATE_MULTISIG_TX",
  }),
  approveMultiSigTx: command("stakeholder", "Approve a waiting payment; the last approval needed executes it.", {
    input: { multiSigTxId: ref("MultiSigTx") },
    emits: [happened.MultiSigTxApproved, ...settled],
    refusals: ["NOT_FOUND", "WRONG_STATE", "ORGANIZATION_NOT_ACTIVE", "ACTOR_NOT_ALLOWED", "ALREADY_ACTED"],
    lanes: ({ multiSigTxId }) => [`multisig:${multiSigTxId}`],
    weight: () => 25,
    operation: "APPROVE_MULTISIG_TX",
  }),
  rejectMultiSigTx: command("stakeholder", "End a waiting payment.", {
    input: { multiSigTxId: ref("MultiSigTx") },
    emits: [happened.MultiSigTxRejected],
    refusals: ["NOT_FOUND", "WRONG_STATE", "ACTOR_NOT_ALLOWED"],
    lanes: ({ multiSigTxId }) => [`multisig:${multiSigTxId}`],
    weight: () => 8,
    operation: "REJECT_MULTISIG_TX",
  }),
  lockOrganization: command("admin", "Let an organization initiate and approve nothing.", {
    input: { organizationId: ref("Organization"), reason: reasonCode() },
    emits: [happened.OrganizationLocked],
    refusals: ["NOT_FOUND", "WRONG_STATE"],
    lanes: ({ organizationId }) => [`organization:${organizationId}`],
    weight: () => 8,
  }),
  unlockOrganization: command("admin", "End the lock of an organization.", {
    input: { organizationId: ref("Organization") },
    emits: [happened.OrganizationUnlocked],
    refusals: ["NOT_FOUND", "WRONG_STATE"],
    lanes: ({ organizationId }) => [`organization:${organizationId}`],
    weight: () => 8,
  }),
});
