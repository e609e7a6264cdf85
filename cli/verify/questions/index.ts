// All that is asked of the ledger: the objects of every domain, and the receipt of every command.
import type { Fold } from "../fold.js";
import { adminQuestions } from "./admin.js";
import { governanceQuestions } from "./governance.js";
import { identityQuestions } from "./identity.js";
import { loanpoolQuestions } from "./loanpool.js";
import { organizationQuestions } from "./organization.js";
import { pairs, type Question, type Questions } from "./question.js";
import { tokenomicsQuestions } from "./tokenomics.js";

// Accounts hold what the tax needs to know of them: tokenomics asks for both.
const domains: readonly Questions[] = [
  adminQuestions,
  tokenomicsQuestions,
  identityQuestions,
  organizationQuestions,
  loanpoolQuestions,
  governanceQuestions,
];

/** `failed`: commands without a receipt. */
export const questions = (fold: Fold, failed: readonly string[]): Question[] => [
  ...domains.flatMap((domain) => domain(fold.state)),
  ...[...fold.outcomes.keys(), ...failed].map((id) => receiptOf(fold, id)),
];

const receiptOf = ({ outcomes }: Fold, commandId: string): Question => ({
  ...{ check: "receipts", what: commandId, name: "receipt", args: { commandId } },
  expected: (answer) => {
    const outcome = outcomes.get(commandId);
    const receipt = answer?.["outcome"] as { status?: string; code?: string } | undefined;
    return [
      ...pairs({ status: receipt?.status?.toUpperCase(), code: receipt?.code }, outcome, {
        status: "status",
        code: "code",
      }),
      ...pairs(answer, outcome, { txId: "tx_id" }),
    ];
  },
});
