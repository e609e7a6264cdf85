// Commands of organizations as the chaincode's suites send them, and an organization that is ready to pay.
import { randomUUID } from "node:crypto";
import type { Organization } from "../../chaincode/state.js";
import { ADMIN, createUser, verdict, type Ask, type Ran, type TestLedger } from "./ledger.js";

const ask =
  (name: string) =>
  (actor: string, input: Ask["input"], id: string = randomUUID()): Ask => ({
    ...{ command: `organization.${name}`, actor, input, id },
  });

const named = { name: "A bakery", country: "NG" };
const [proposing, proposingGovernment] = [ask("proposeOrganization"), ask("proposeGovernmentOrganization")];
const [endorsing, defining, activating] = [
  ask("endorseMembership"),
  ask("defineAuthRule"),
  ask("activateOrganization"),
];
const [initiating, approving, rejecting] = [
  ask("initiateMultiSigTx"),
  ask("approveMultiSigTx"),
  ask("rejectMultiSigTx"),
];
const [locking, unlocking] = [ask("lockOrganization"), ask("unlockOrganization")];

export const propose = (actor: string, stakeholders: readonly string[], more: object = {}, id?: string): Ask =>
  proposing(actor, { ...named, type: "BUSINESS", stakeholders, ...more }, id);
export const proposeGovernment = (actor: string, stakeholders: readonly string[], more: object = {}, id?: string) =>
  proposingGovernment(actor, { ...named, stakeholders, ...more }, id);
export const endorse = (actor: string, organizationId: string) => endorsing(actor, { organizationId });
export const activate = (actor: string, organizationId: string) => activating(actor, { organizationId });
/** A rule: its threshold in Qirat, how many of whom must approve. */
export const define = (
  actor: string,
  organizationId: string,
  ruleId: string,
  amountAbove: bigint,
  requiredApprovers: number,
  approverGroup: readonly string[],
): Ask =>
  defining(actor, { organizationId, ruleId, amountAbove: String(amountAbove), requiredApprovers, approverGroup });
export const initiate = (actor: string, organizationId: string, to: string, amount: bigint, id?: string): Ask =>
  initiating(actor, { organizationId, to, amount: String(amount) }, id);
export const approve = (actor: string, multiSigTxId: string) => approving(actor, { multiSigTxId });
export const reject = (actor: string, multiSigTxId: string) => rejecting(actor, { multiSigTxId });
export const lock = (organizationId: string, actor = ADMIN) =>
  locking(actor, { organizationId, reason: "COURT_ORDER" });
export const unlock = (organizationId: string, actor = ADMIN) => unlocking(actor, { organizationId });

export interface Founding {
  readonly type?: Organization["type"];
  readonly country?: string;
  /** Threshold, approvals needed, and of whom by their place among the stakeholders. */
  readonly rules: readonly (readonly [amountAbove: bigint, requiredApprovers: number, group: readonly number[]])[];
}

/** Founds and activates an organization of these users with rules r1, r2, …; returns its id. */
export async function found(
  ledger: TestLedger,
  users: readonly string[],
  { type = "BUSINESS", country = "NG", rules }: Founding,
): Promise<string> {
  const id = randomUUID();
  const [first = ""] = users;
  if (type === "GOVERNMENT") await mustCommit(ledger, proposeGovernment(ADMIN, users, { country }, id));
  else await mustCommit(ledger, propose(first, users, { type, country }, id));
  const defined = rules.map(([above, required, group], index) =>
    define(first, id, `r${index + 1}`, above, required, membersOf(users, group)),
  );
  const endorsed = users.slice(1).map((user) => endorse(user, id));
  await mustCommit(ledger, ...defined, ...endorsed, activate(first, id));
  return id;
}

const membersOf = (users: readonly string[], places: readonly number[]) =>
  users.filter((_, place) => places.includes(place));

async function mustCommit(ledger: TestLedger, ...asks: Ask[]): Promise<Ran> {
  const ran = await ledger.run(...asks);
  const refused = ran.outcomes.find(({ status }) => status !== "committed");
  if (refused) throw new Error(`${refused.command} was refused: ${verdict(refused)}`);
  return ran;
}

/** New users of a country. */
export async function newUsers(ledger: TestLedger, count: number, country = "NG"): Promise<string[]> {
  const users = Array.from({ length: count }, () => randomUUID());
  await ledger.run(...users.map((userId) => createUser(userId, country)));
  return users;
}
