// Persons with their first coins, and payments between them.
import { feeLineOf, feeOf, GX, phases, rateOf } from "../../catalogue/economy.js";
import { identity } from "../../catalogue/events/identity.js";
import { tax } from "../../catalogue/events/tax.js";
import { tokenomics } from "../../catalogue/events/tokenomics.js";
import type { Happened } from "../../catalogue/language.js";
import { parameterIds, parameters, type ParameterValues } from "../../catalogue/parameters.js";
import type { Account } from "./accounts.js";
import type { Person } from "./people.js";
import { accountOf, type Happening, type Story } from "./happening.js";

const TRUST = 10;
const [PHASE] = phases;

/** The phases are so large that everybody comes in the first. */
export function creation({ chain, accounts, partner }: Story, person: Person): void {
  const { id: userId, country: nationality, ageYears, eligible } = person;
  const born = identity.UserCreated({
    ...{ userId, nationality, ageYears, status: "ACTIVE", trustScore: TRUST },
    genesisOutcome: eligible ? "DISTRIBUTED" : "AGE_NOT_ELIGIBLE",
  });
  const balance = accounts.change(accountOf(person), eligible ? PHASE.user : 0n);
  chain.commit("identity.createUser", partner, [born, ...balance, ...(eligible ? genesis(accounts, person) : [])]);
}

function genesis(accounts: Story["accounts"], { id: userId, country: nationality, ageYears }: Person): Happened[] {
  const accountId = `treasury_${nationality}`;
  const share = String(PHASE.treasury);
  return [
    tokenomics.GenesisDistributed({ userId, nationality, ageYears, phase: 1, amount: String(PHASE.user) }),
    tokenomics.TreasuryAllocated({ countryCode: nationality, accountId, userId, phase: 1, amount: share }),
    ...accounts.credit(accountId, PHASE.treasury),
    ...accounts.credit("MINTED_USER_GENESIS", PHASE.user),
    ...accounts.credit("MINTED_GOVT_GENESIS", PHASE.treasury),
  ];
}

const rates = Object.fromEntries(parameterIds.map((id) => [id, parameters[id].default])) as ParameterValues;

interface Payment {
  readonly from: Account;
  readonly to: Account;
  readonly amount: bigint;
  readonly kind: "P2P" | "MERCHANT";
  readonly remark: string | null;
  readonly multiSigTxId: string | null;
}

/** The events of a payment; undefined when the payer holds too little. */
export function paid({ accounts }: Story, { from, to, amount, kind, remark, multiSigTxId }: Payment) {
  const scope = from.country === to.country ? "LOCAL" : "CROSS_BORDER";
  const line = feeLineOf(kind, scope, amount);
  const rateBps = line ? rateOf(line, rates) : 0;
  const fee = feeOf(amount, rateBps);
  if (accounts.balanceOf(from) < amount + fee) return undefined;
  return [
    tokenomics.TransferCompleted({
      ...{ from: from.id, to: to.id, amount: String(amount), fee: String(fee) },
      ...{ kind, scope, rateBps, remark, multiSigTxId },
    }),
    ...(fee > 0n ? [tax.FeeCharged({ payer: from.id, amount: String(fee), kind, scope, rateBps })] : []),
    ...accounts.change(from, -(amount + fee)),
    ...accounts.change(to, amount),
    ...accounts.credit("SYSTEM_OPERATIONS_FUND", fee),
  ];
}

/** One payment in ten goes to the busy person. */
function transfer(story: Story): void {
  const { chain, random, busy, somebody } = story;
  const from = somebody();
  const to = random.chance(0.1) ? busy : somebody();
  if (from.index === to.index) return;
  const amount = BigInt(1 + random.below(60)) * GX;
  const remark = random.chance(0.5) ? "rent" : null;
  const way = { from: accountOf(from), to: accountOf(to), amount, kind: "P2P", remark, multiSigTxId: null } as const;
  const events = paid(story, way);
  if (events) chain.commit("tokenomics.transfer", from.id, events);
  else chain.refuse("tokenomics.transfer", from.id, "INSUFFICIENT_FUNDS");
}

/** The busy person pays, so that its own commands are many. */
function busyTransfer(story: Story): void {
  const { chain, busy, somebody } = story;
  const to = somebody();
  if (to.index === busy.index) return;
  const way = { from: accountOf(busy), to: accountOf(to), kind: "P2P", remark: null, multiSigTxId: null } as const;
  const events = paid(story, { ...way, amount: GX });
  if (events) chain.commit("tokenomics.transfer", busy.id, events);
}

export const payments: readonly Happening[] = [
  { often: 120, happen: transfer },
  { often: 15, happen: busyTransfer },
  { often: 10, happen: ({ chain, somebody }) => chain.refuse("tokenomics.transfer", somebody().id, "NOT_FOUND") },
];
