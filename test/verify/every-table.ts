// What has to happen on a ledger for every table of the read models to have a row, one part for each domain that needs more
// than users and transfers: suites that plant faults in whatever column look there.
import { randomUUID } from "node:crypto";
import { actAs } from "../../platform/fabric.js";
import { eventually } from "../environment.js";
import { ADMIN, SUPER_ADMIN, type Asked, type GxLedger } from "../projector/ledger.js";

export async function fillEveryTable(ledger: GxLedger): Promise<void> {
  await relateAndRecover(ledger);
  await foundAndPay(ledger);
  await administer(ledger);
  await lendAndTax(ledger);
}

const asked = (actor: string, command: string, input: Asked["input"], id: string = randomUUID()): Asked => ({
  ...{ id, actor, command, input },
});

/** Relationships in every state, guardians that were replaced, a recovery that is complete, a user who is locked. */
async function relateAndRecover({ execute, user }: GxLedger): Promise<void> {
  const [a, b, c, d, e] = [await user(), await user(), await user(), await user(), await user()];
  const [parent, rejected, session] = [randomUUID(), randomUUID(), randomUUID()];
  await execute(
    asked(a, "identity.requestRelationship", { objectId: b, type: "PARENT" }, parent),
    asked(b, "identity.confirmRelationship", { relationshipId: parent }),
    asked(c, "identity.requestRelationship", { objectId: a, type: "FRIEND" }, rejected),
    asked(c, "identity.rejectRelationship", { relationshipId: rejected }),
    asked(c, "identity.requestRelationship", { objectId: b, type: "FRIEND" }),
  );
  await execute(
    asked(a, "identity.nominateGuardians", { guardians: [b, c, d] }),
    asked(a, "identity.nominateGuardians", { guardians: [c, d, e] }),
    asked(
      e,
      "identity.initiateRecovery",
      { userId: a, newBiometricHash: session.replaceAll("-", "").repeat(2) },
      session,
    ),
    asked(d, "identity.confirmRecovery", { sessionId: session }),
  );
  await execute(asked(ADMIN, "identity.lockUser", { userId: a, reason: "COURT_ORDER" }));
}

/** Organizations in every state; multi-signature transactions that wait, were executed, failed and were rejected. */
async function foundAndPay({ execute, user }: GxLedger): Promise<void> {
  const [a, b] = [await user(), await user()];
  const [active, locked, proposed] = [randomUUID(), randomUUID(), randomUUID()];
  const stakeholders = [a, b];
  const founding = (id: string, type: string) =>
    asked(a, "organization.proposeOrganization", { name: "Café", type, country: "NG", stakeholders }, id);
  const rule = (organizationId: string, ruleId: string, amountAbove: string, requiredApprovers: number) => {
    const approvers = { requiredApprovers, approverGroup: stakeholders };
    return asked(a, "organization.defineAuthRule", { organizationId, ruleId, amountAbove, ...approvers });
  };
  const opened = [active, locked].flatMap((organizationId) => [
    founding(organizationId, "NGO"),
    rule(organizationId, "small", "0", 1),
    rule(organizationId, "large", "1000000", 2),
    asked(b, "organization.endorseMembership", { organizationId }),
    asked(b, "organization.activateOrganization", { organizationId }),
  ]);
  const payment = (amount: string, id: string = randomUUID()) =>
    asked(a, "organization.initiateMultiSigTx", { organizationId: active, to: b, amount, remark: "flour" }, id);
  const [waiting, rejected, approved] = [randomUUID(), randomUUID(), randomUUID()];
  await execute(
    ...opened,
    founding(proposed, "BUSINESS"),
    asked(a, "tokenomics.transfer", { to: `org_${active}`, amount: "200000000" }),
    ...[payment("500000"), payment("1"), payment("2000000", waiting), payment("3000000", rejected)],
    payment("4000000", approved),
    asked(b, "organization.rejectMultiSigTx", { multiSigTxId: rejected }),
    asked(b, "organization.approveMultiSigTx", { multiSigTxId: approved }),
  );
  await execute(asked(ADMIN, "organization.lockOrganization", { organizationId: locked, reason: "COURT_ORDER" }));
}

/** A treasury that pays, coins out of pools, a frozen account, an admin who left, a parameter changed and one put to the vote. */
async function administer({ execute, user }: GxLedger): Promise<void> {
  const [a, b, other] = [await user(), await user(), randomUUID()];
  const proposal = randomUUID();
  const disburse = (pool: string, to: string) => ({ pool, to, amount: "120000000", remark: "relief" });
  await execute(
    asked(SUPER_ADMIN, "admin.disburseFromPool", disburse("CHARITABLE", a)),
    asked(SUPER_ADMIN, "admin.disburseFromPool", disburse("OPERATIONS", b)),
    asked(SUPER_ADMIN, "admin.updateSystemParameter", { parameterId: "loanMinTrust", value: 10 }),
  );
  const vote = { parameterId: "velocityTaxMaxBps", newValue: 500, title: "A lower tax" };
  await execute(
    asked(ADMIN, "admin.appointAdmin", { adminId: other }),
    asked(ADMIN, "admin.activateTreasury", { countryCode: "VA" }),
    asked(ADMIN, "tokenomics.freezeWallet", { accountId: a, reason: "COURT_ORDER" }),
    asked(ADMIN, "tokenomics.freezeWallet", { accountId: b, reason: "USER_REQUEST" }),
    asked(ADMIN, "tokenomics.unfreezeWallet", { accountId: b }),
    asked(ADMIN, "governance.submitProposal", vote, proposal),
  );
  await execute(asked(SUPER_ADMIN, "admin.revokeAdmin", { adminId: other, reason: "left" }));
  await execute(
    asked(a, "governance.castVote", { proposalId: proposal, support: true }),
    asked(b, "governance.castVote", { proposalId: proposal, support: false }),
  );
}

/** Loans in every state, coins that came back and were lent again, the tax on an account, an exempt one, a redistribution. */
async function lendAndTax(ledger: GxLedger): Promise<void> {
  const { execute, user } = ledger;
  const [a, b, poor] = [await user(), await user(), await user("VA", 12)];
  const [repaid, defaulted, waiting, rejected] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
  const collateralHash = repaid.replaceAll("-", "").repeat(2);
  const apply = (id: string) => asked(a, "loanpool.applyForLoan", { amount: "100000000", collateralHash }, id);
  const approve = (loanId: string) => asked(ADMIN, "loanpool.approveLoan", { loanId });
  const repay = (loanId: string, amount: string) => asked(a, "loanpool.repayLoan", { loanId, amount });
  await execute(apply(repaid), apply(defaulted), apply(waiting), apply(rejected));
  await execute(approve(repaid), asked(ADMIN, "loanpool.rejectLoan", { loanId: rejected, reason: "No" }));
  await execute(
    ...[repay(repaid, "40000000"), repay(repaid, "60000000")],
    asked(b, "tokenomics.transfer", { to: "SYSTEM_LOAN_POOL", amount: "7" }),
  );
  await foldAll(ledger, "SYSTEM_LOAN_POOL");
  await execute(approve(defaulted));
  await execute(asked(ADMIN, "tax.setTaxExemption", { accountId: b, exempt: true }));
  const since = Math.floor(Date.now() / 1_000);
  await eventually(() => Math.floor(Date.now() / 1_000) > since + 1, "the second in which loan and tax are due");
  await execute(
    asked(ADMIN, "loanpool.markLoanDefaulted", { loanId: defaulted }),
    asked(ADMIN, "tax.applyVelocityTax", { accountId: a }),
  );
  await foldAll(ledger, "SYSTEM_REDISTRIBUTION_POOL");
  await execute(asked(ADMIN, "tax.redistribute", { recipients: [poor], amount: "5" }));
  await execute(repay(defaulted, "1"));
}

/** Adds all that waits to the stored part. */
async function foldAll({ connection, reader, execute }: GxLedger, accountId: string): Promise<void> {
  const query = JSON.stringify({ version: 1, name: "deltas", args: { accountId, pageSize: 100, bookmark: null } });
  const page = JSON.parse((await actAs(connection, reader).evaluate("gx:query", query)).toString()) as {
    deltas: { txId: string }[];
  };
  await execute(asked(ADMIN, "admin.foldDeltas", { accountId, txIds: page.deltas.map(({ txId }) => txId) }));
}
