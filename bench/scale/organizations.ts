// Organizations in all states, and what they pay by several signatures.
import { GX, pools } from "../../catalogue/economy.js";
import { admin as administration } from "../../catalogue/events/admin.js";
import { organization } from "../../catalogue/events/organization.js";
import type { Account } from "./accounts.js";
import { paid } from "./coins.js";
import { accountOf, type Happening, type Story } from "./happening.js";

interface Organization {
  readonly id: string;
  readonly account: Account;
  readonly stakeholders: readonly string[];
}

/** Those that still pay; the first, which is busy, pays most. */
const REMEMBERED = 200;
const POOL = { account: pools.CHARITABLE.account, counter: pools.CHARITABLE.counter };

/** `firstPlace`: of their accounts. */
export function organizations(firstPlace: number): Happening[] {
  const active: Organization[] = [];
  let founded = 0;
  const found = (story: Story) => {
    const made = founding(story, firstPlace + founded, active.length === 0);
    founded += 1;
    if (made && active.length < REMEMBERED) active.push(made);
    else if (made) active[1 + story.random.below(REMEMBERED - 1)] = made;
  };
  const pay = (story: Story) => {
    const [busy] = active;
    const payer = busy && story.random.chance(0.5) ? busy : active[story.random.below(active.length)];
    if (payer) multiSigTx(story, payer);
  };
  return [
    { often: 4, happen: found },
    { often: 12, happen: pay },
  ];
}

const types = ["BUSINESS", "NGO"] as const;

/** The organization, where it becomes active. `busily`: the busy person is in it. */
function founding(story: Story, place: number, busily: boolean): Organization | undefined {
  const { chain, random, somebody, busy, accounts, admin } = story;
  const people = [busily || random.chance(0.2) ? busy : somebody(), somebody(), somebody()];
  const stakeholders = [...new Set(people.map(({ id }) => id))];
  const [proposerId = "", ...others] = stakeholders;
  const organizationId = chain.nextId();
  const country = people[0]?.country ?? "NG";
  const common = { organizationName: `Cooperative ${place}`, type: random.pick(types), country };
  const proposed = { organizationId, ...common, stakeholders, proposerId, endorsements: [proposerId] };
  chain.commit("organization.proposeOrganization", proposerId, [organization.OrganizationProposed(proposed)]);
  if (others.length === 0 || random.chance(0.2)) return undefined;
  const rule = { organizationId, ruleId: "two of us", amountAbove: "0", requiredApprovers: 2 };
  const defined = { ...rule, approverGroup: stakeholders, endorsements: [proposerId] };
  chain.commit("organization.defineAuthRule", proposerId, [organization.AuthRuleDefined(defined)]);
  others.forEach((userId, index) => {
    const endorsements = stakeholders.slice(0, index + 2);
    const endorsed = organization.MembershipEndorsed({ organizationId, userId, endorsements });
    chain.commit("organization.endorseMembership", userId, [endorsed]);
  });
  const account = { id: `org_${organizationId}`, place, country };
  const activated = organization.OrganizationActivated({ organizationId, accountId: account.id, ...common });
  chain.commit("organization.activateOrganization", proposerId, [activated, ...accounts.change(account, 0n)]);
  if (random.chance(0.05)) {
    const locked = organization.OrganizationLocked({ organizationId, reason: "COURT_ORDER" });
    chain.commit("organization.lockOrganization", admin, [locked]);
    return undefined;
  }
  endow(story, account);
  return { id: organizationId, account, stakeholders };
}

const ENDOWMENT = 2_000n * GX;

function endow({ chain, accounts }: Story, to: Account): void {
  const { fromStored, events } = accounts.payOut(POOL, to, ENDOWMENT);
  const minted = ENDOWMENT - fromStored;
  const disbursed = administration.PoolDisbursed({
    ...{ pool: "CHARITABLE", to: to.id, amount: String(ENDOWMENT) },
    ...{ fromStored: String(fromStored), minted: String(minted), remark: null },
  });
  chain.commit("admin.disburseFromPool", "00000000-0000-7000-8000-000000000001", [disbursed, ...events]);
}

/** Most are executed, some rejected, some wait; one that cannot be paid fails. */
function multiSigTx(story: Story, { id: organizationId, account, stakeholders }: Organization): void {
  const { chain, random, somebody } = story;
  const [userId = "", initiatorId = ""] = stakeholders;
  const to = somebody();
  const multiSigTxId = chain.nextId();
  const amount = BigInt(1 + random.below(40)) * GX;
  const initiated = organization.MultiSigTxInitiated({
    ...{ multiSigTxId, organizationId, initiatorId, to: to.id, amount: String(amount), remark: "wages" },
    ...{ ruleId: "two of us", required: 2, approverGroup: [...stakeholders], approvals: [initiatorId] },
  });
  chain.commit("organization.initiateMultiSigTx", initiatorId, [initiated]);
  const answer = random.next();
  if (answer < 0.1) return;
  if (answer < 0.2) {
    const rejected = organization.MultiSigTxRejected({ multiSigTxId, userId });
    chain.commit("organization.rejectMultiSigTx", userId, [rejected]);
    return;
  }
  const approved = organization.MultiSigTxApproved({ multiSigTxId, userId, approvals: [initiatorId, userId] });
  const way = { from: account, to: accountOf(to), amount, kind: "MERCHANT", remark: "wages", multiSigTxId } as const;
  const payment = paid(story, way);
  const end = payment
    ? [organization.MultiSigTxExecuted({ multiSigTxId, organizationId }), ...payment]
    : [organization.MultiSigTxFailed({ multiSigTxId, organizationId, failureCode: "INSUFFICIENT_FUNDS" })];
  chain.commit("organization.approveMultiSigTx", userId, [approved, ...end]);
}
