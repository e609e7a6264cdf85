// Things of the world, how a caller gets to each, and of whom it is a concern: what the letters of the law mean for it.
// Typed by hand from protocol.md 16.1; imports the names of the law and nothing else.
import type { Letter, Who } from "./law.js";

export interface Subject {
  readonly name: string;
  readonly type: string;
  /** The way from the root, each step a field with its arguments; the first element is taken of every list. */
  readonly at: readonly string[];
  /** Who gets as far as the thing. */
  readonly reach: Letter;
  /** Where S: who gets there besides the admins. */
  readonly reached?: readonly Who[];
  /** Of whom it is a concern besides the admins. */
  readonly concerns: readonly Who[];
  /** An account of a country or of the system: to be seen by everybody. */
  readonly open?: true;
  /** Its key, where another subgraph may lead to it: then it is asked for in each subgraph itself, too. */
  readonly key?: Readonly<Record<string, string>>;
}

const edges = (list: string) => [list, "edges", "node"];

const person = (name: string, id: string, concerns: readonly Who[]): Subject => ({
  ...{ name, type: "User", at: [`user(id: ${id})`], reach: "U", concerns, key: { id } },
});
const account = (name: string, id: string, concerns: readonly Who[]): Subject => ({
  ...{ name, type: "Wallet", at: [`wallet(id: ${id})`], reach: "S", reached: concerns, concerns, key: { id } },
});
const line = (name: string, id: string, concerns: readonly Who[]): Subject => ({
  ...{
    name,
    type: "Transaction",
    at: [`transaction(id: ${id})`],
    reach: "S",
    reached: concerns,
    concerns,
    key: { id },
  },
});
const open = (subject: Subject): Subject => ({ ...subject, reach: "P", open: true });

export const subjects: readonly Subject[] = [
  person("the user", "$ada", ["the user"]),
  person("a user who is a stakeholder", "$chi", ["a stakeholder"]),
  person("a user who is a guardian", "$gbenga", ["a guardian"]),
  person("a user who is locked", "$uche", []),
  person("a person who was denied", "$dele", []),
  person("a person whom the ledger refused", "$rufus", []),
  {
    ...{
      name: "a relationship of the user and a stakeholder",
      type: "Relationship",
      at: ["relationship(id: $relationship)"],
    },
    ...{ reach: "S", reached: ["the user", "a stakeholder"], concerns: ["the user", "a stakeholder"] },
    key: { id: "$relationship" },
  },
  {
    ...{ name: "a recovery of the user", type: "RecoverySession", at: ["recoverySession(id: $session)"] },
    ...{ reach: "S", reached: ["the user", "a guardian"], concerns: ["the user", "a guardian"] },
    key: { id: "$session" },
  },
  account("the user's account", "$ada", ["the user"]),
  account("the organization's account", "$orgAccount", ["a stakeholder"]),
  open(account("the account of a country", `"treasury_NG"`, [])),
  open(account("an account of the system", `"SYSTEM_OPERATIONS_FUND"`, [])),
  {
    ...{ name: "the user's account, seen by who paid into it", type: "Wallet" },
    ...{ at: ["transaction(id: $emmasLine)", "counterparty"], reach: "S", reached: ["another user"] },
    concerns: ["the user"],
  },
  {
    ...{ name: "another user's account, seen from a country's statement", type: "Wallet" },
    ...{ at: ["transaction(id: $treasuryLine)", "counterparty"], reach: "P", concerns: ["another user"] },
  },
  line("a line of the user's statement", "$adasLine", ["the user"]),
  line("a line of the organization's statement", "$orgLine", ["a stakeholder"]),
  open(line("a line of a country's statement", "$treasuryLine", [])),
  open(line("a line of the system's statement", "$systemLine", [])),
  { name: "a pool", type: "Pool", at: ["pools"], reach: "P", concerns: [], key: { id: `"LOAN"` } },
  { name: "the supply", type: "Supply", at: ["supply"], reach: "P", concerns: [] },
  {
    ...{ name: "an organization", type: "Organization", at: ["organization(id: $org)"], reach: "U" },
    ...{ concerns: ["a stakeholder"], key: { id: "$org" } },
  },
  {
    ...{ name: "a multi-signature transaction", type: "MultiSigTx", at: ["multiSigTx(id: $multiSig)"], reach: "S" },
    ...{ reached: ["a stakeholder"], concerns: ["a stakeholder"], key: { id: "$multiSig" } },
  },
  {
    ...{ name: "a loan that was repaid", type: "Loan", at: ["loan(id: $loan)"], reach: "S" },
    ...{ reached: ["the user"], concerns: ["the user"], key: { id: "$loan" } },
  },
  {
    ...{ name: "a loan that was rejected", type: "Loan", at: ["loan(id: $rejectedLoan)"], reach: "S" },
    ...{ reached: ["the user"], concerns: ["the user"], key: { id: "$rejectedLoan" } },
  },
  { name: "the loan pool", type: "LoanPool", at: ["loanPool"], reach: "P", concerns: [] },
  {
    ...{ name: "a proposal that failed", type: "Proposal", at: ["proposal(id: $proposal)"], reach: "P", concerns: [] },
    key: { id: "$proposal" },
  },
  {
    ...{ name: "a vote of the user", type: "Vote", at: ["user(id: $ada)", ...edges("votes(first: 1)")], reach: "S" },
    ...{ reached: ["the user"], concerns: ["the user"], key: { id: "$vote" } },
  },
  { name: "the system", type: "SystemStatus", at: ["systemStatus"], reach: "P", concerns: [] },
  {
    ...{ name: "a parameter", type: "SystemParameter", at: [`systemParameter(id: "feeP2pLocalHighBps")`], reach: "P" },
    ...{ concerns: [], key: { id: `"feeP2pLocalHighBps"` } },
  },
  {
    ...{ name: "a country", type: "Country", at: [`country(code: "NG")`], reach: "P", concerns: [] },
    key: { code: `"NG"` },
  },
  {
    ...{ name: "an appointment that was revoked", type: "AdminAppointment" },
    ...{ at: edges("adminAppointments(status: REVOKED, first: 1)"), reach: "A", concerns: [], key: { id: "$revoked" } },
  },
  {
    ...{ name: "a command of the user's", type: "Command", at: ["command(id: $command)"], reach: "S" },
    ...{ reached: ["the user"], concerns: ["the user"], key: { id: "$command" } },
  },
  {
    ...{ name: "a command of the user's that was refused", type: "Command", at: ["command(id: $refused)"], reach: "S" },
    ...{ reached: ["the user"], concerns: ["the user"], key: { id: "$refused" } },
  },
  {
    ...{ name: "a command of the user's that was given up", type: "Command", at: ["command(id: $failed)"], reach: "S" },
    ...{ reached: ["the user"], concerns: ["the user"], key: { id: "$failed" } },
  },
  { name: "the counters", type: "Counters", at: ["counters"], reach: "P", concerns: [] },
  { name: "the state of the projection", type: "ProjectionStatus", at: ["projectionStatus"], reach: "U", concerns: [] },
  {
    ...{ name: "a tax assessment of the user", type: "TaxAssessment", at: edges("taxAssessments(walletId: $ada)") },
    ...{ reach: "S", reached: ["the user"], concerns: ["the user"], key: { id: "$assessment" } },
  },
  {
    ...{ name: "a tax assessment of the organization", type: "TaxAssessment" },
    ...{ at: edges("taxAssessments(walletId: $orgAccount)"), reach: "S", reached: ["a stakeholder"] },
    ...{ concerns: ["a stakeholder"], key: { id: "$orgAssessment" } },
  },
  {
    ...{ name: "a redistribution", type: "Redistribution", at: edges("redistributions(first: 1)"), reach: "P" },
    ...{ concerns: [], key: { id: "$redistribution" } },
  },
  {
    ...{ name: "the user's tax status", type: "TaxStatus", at: ["user(id: $ada)", "taxStatus"], reach: "S" },
    ...{ reached: ["the user"], concerns: ["the user"] },
  },
  {
    ...{ name: "the organization's tax status", type: "TaxStatus", at: ["organization(id: $org)", "taxStatus"] },
    ...{ reach: "S", reached: ["a stakeholder"], concerns: ["a stakeholder"] },
  },
  {
    ...{ name: "the tax status of an account whose tax is due", type: "TaxStatus", at: edges("taxDue(first: 1)") },
    ...{ reach: "A", concerns: [] },
  },
];
