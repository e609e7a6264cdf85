// A person who takes part in everything, as often as a suite wants: for lists that are longer than one row.
import { randomUUID } from "node:crypto";
import { governance } from "../../catalogue/events/governance.js";
import { loanpool } from "../../catalogue/events/loanpool.js";
import { organization } from "../../catalogue/events/organization.js";
import { NOW, type History } from "../projector/history.js";
import { ADA, ADMIN, EMMA } from "./world.js";

/** Asks for a loan, proposes an organization, votes on a proposal. `time` tells one time from another. */
export async function takePart(history: History, userId: string, time: number): Promise<void> {
  const [loanId, organizationId, proposalId] = [randomUUID(), randomUUID(), randomUUID()];
  const hash = "c".repeat(64);
  await history.happened([
    loanpool.LoanApplied({ loanId, borrowerId: userId, amount: "100000000", collateralHash: hash, purposeHash: null }),
    organization.OrganizationProposed({
      ...{ organizationId, organizationName: `Bakery ${time}`, type: "BUSINESS", country: "US" },
      ...{ stakeholders: [...new Set([userId, EMMA, ADA])], proposerId: userId, endorsements: [userId] },
    }),
    governance.ProposalSubmitted({
      ...{ proposalId, parameterId: "quorumVotes", currentValue: 100, newValue: 10 + time, title: `Fewer ${time}` },
      ...{ proposerId: ADMIN, quorumVotes: 100, approvalBps: 6_000, voterMinTrust: 10, endsAt: NOW + 1_000 },
    }),
    governance.VoteCast({ proposalId, voterId: userId, support: true }),
  ]);
}
