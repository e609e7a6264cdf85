// What must hold of the state that the blocks give and of every execution (protocol.md 17). 23 and 26 are held elsewhere:
// statements are summed and rows compared in the database.
import type { Fold } from "../fold.js";
import type { Report } from "../report.js";
import { adminInvariants } from "./admin.js";
import { governanceInvariants } from "./governance.js";
import { identityInvariants } from "./identity.js";
import type { Must } from "./invariant.js";
import { loanpoolInvariants } from "./loanpool.js";
import { organizationInvariants } from "./organization.js";
import { taxInvariants } from "./tax.js";
import { tokenomicsInvariants } from "./tokenomics.js";

const domains = [
  tokenomicsInvariants,
  identityInvariants,
  adminInvariants,
  taxInvariants,
  organizationInvariants,
  loanpoolInvariants,
  governanceInvariants,
];

const ofEveryDomain: Readonly<Record<number, string>> = { 22: "one execution per command id" };
const sentences: Readonly<Record<number, string>> = Object.assign(
  {},
  ofEveryDomain,
  ...domains.map((domain) => domain.sentences),
);

const nameOf = (invariant: number) => `invariant ${invariant}`;

export function checkInvariants(report: Report, { state, history }: Pick<Fold, "state" | "history">): void {
  for (const [invariant, sentence] of Object.entries(sentences)) {
    report.check(nameOf(Number(invariant))).note = sentence;
  }
  const must: Must = (invariant, holds, sentence) => {
    report.compared(nameOf(invariant));
    if (!holds) report.fault(nameOf(invariant), sentence);
  };
  for (const sentence of state.odd) report.fault("events", sentence);
  for (const [invariant, times] of history.looked) report.compared(nameOf(invariant), times);
  for (const [invariant, sentence] of history.faults) report.fault(nameOf(invariant), sentence);
  for (const { check } of domains) check(state, must);
}
