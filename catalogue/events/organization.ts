// Events of organizations and their multi-signature transactions (protocol.md 13).
import {
  account,
  array,
  choice,
  country,
  events,
  int,
  optional,
  qirat,
  qirat0,
  reasonCode,
  ref,
  text,
  uuid,
} from "../language.js";
import { organizationTypes, paymentFailures } from "../choices.js";

const founded = () => ({
  organizationName: text(2, 100),
  type: choice("OrganizationType", organizationTypes),
  country: country(),
});

export const organization = events("organization", {
  OrganizationProposed: {
    organizationId: ref("Organization"),
    ...founded(),
    stakeholders: array(uuid()),
    proposerId: uuid(),
    endorsements: array(uuid()),
  },
  MembershipEndorsed: { organizationId: ref("Organization"), userId: uuid(), endorsements: array(uuid()) },
  AuthRuleDefined: {
    organizationId: ref("Organization"),
    ruleId: text(1, 40),
    amountAbove: qirat0(),
    requiredApprovers: int(1, 20),
    approverGroup: array(uuid()),
    endorsements: array(uuid()),
  },
  OrganizationActivated: { organizationId: ref("Organization"), accountId: account("organization"), ...founded() },
  OrganizationLocked: { organizationId: ref("Organization"), reason: reasonCode() },
  OrganizationUnlocked: { organizationId: ref("Organization") },
  MultiSigTxInitiated: {
    multiSigTxId: ref("MultiSigTx"),
    organizationId: ref("Organization"),
    initiatorId: uuid(),
    to: account(),
    amount: qirat(),
    remark: optional(text(1, 140)),
    ruleId: text(1, 40),
    required: int(1, 20),
    approverGroup: array(uuid()),
    approvals: array(uuid()),
  },
  MultiSigTxApproved: { multiSigTxId: ref("MultiSigTx"), userId: uuid(), approvals: array(uuid()) },
  MultiSigTxExecuted: { multiSigTxId: ref("MultiSigTx"), organizationId: ref("Organization") },
  MultiSigTxFailed: {
    multiSigTxId: ref("MultiSigTx"),
    organizationId: ref("Organization"),
    failureCode: choice("PaymentFailure", paymentFailures),
  },
  MultiSigTxRejected: { multiSigTxId: ref("MultiSigTx"), userId: uuid() },
});
