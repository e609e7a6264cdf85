// Which theme is next: all in turn, and between them what the seldomest command needs.
import type { Line, Tally } from "./tally.js";
import { themeOf, type Theme } from "./theme.js";

/** Of 10,000 commands each is to be committed about so often: those that are behind are asked for more, the others less. */
const GOAL = 100;
/** What others live on, and what is seldom possible, comes more often. */
const goals: Readonly<Record<string, number>> = {
  "admin.foldDeltas": 250,
  "identity.initiateRecovery": 220,
  "organization.initiateMultiSigTx": 260,
  "organization.proposeOrganization": 150,
  "loanpool.applyForLoan": 260,
  "loanpool.approveLoan": 180,
  "governance.submitProposal": 140,
  "tax.applyVelocityTax": 200,
  "tokenomics.transfer": 250,
  "tokenomics.transferInternal": 160,
  "identity.unlockUser": 160,
  "identity.rejectRelationship": 160,
  "identity.confirmRecovery": 160,
  "identity.cancelRecovery": 160,
  "organization.rejectMultiSigTx": 160,
  "organization.unlockOrganization": 160,
  "loanpool.rejectLoan": 160,
  "loanpool.markLoanDefaulted": 200,
  "governance.castVote": 160,
  "governance.executeProposal": 160,
  "tax.redistribute": 200,
};
const [LEAST_FACTOR, MOST_FACTOR] = [0.2, 10];

/** In turn, and every other time the one in which the seldomest command is at home. */
export function nextTheme(chosen: readonly Theme[], sequences: number, tally: Tally): Theme {
  const inTurn = chosen[Math.floor(sequences / 2) % chosen.length]!;
  const scarce = scarceIn(tally);
  const [seldomest] = Object.entries(scarce).sort(([, a], [, b]) => b - a);
  const wanted = sequences % 2 === 1 && seldomest ? themeOf(seldomest[0]) : inTurn;
  return { ...(chosen.includes(wanted) ? wanted : inTurn), scarce };
}

function scarceIn(tally: Tally): Readonly<Record<string, number>> {
  const due = (command: string) => ((goals[command] ?? GOAL) * tally.asked()) / 10_000 + 1;
  const factor = ({ command, committed }: Line) =>
    Math.max(LEAST_FACTOR, Math.min(MOST_FACTOR, due(command) / (committed + 1)));
  return Object.fromEntries(tally.lines().map((line) => [line.command, factor(line)]));
}
