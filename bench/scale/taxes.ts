// The velocity tax, who is exempt from it, what is given back; accounts that are frozen; payments of the treasuries.
import { GX, TAXABLE_FROM } from "../../catalogue/economy.js";
import { admin as administration } from "../../catalogue/events/admin.js";
import { tax } from "../../catalogue/events/tax.js";
import { tokenomics } from "../../catalogue/events/tokenomics.js";
import { countries, personOf, type Person } from "./people.js";
import { accountOf, type Happening, type Story } from "./happening.js";

const RATE = 250;
const POOL = "SYSTEM_REDISTRIBUTION_POOL";
const RECIPIENTS = 20;

export function taxes(): Happening[] {
  const exempt = new Set<string>();
  const frozen = new Set<string>();
  const activated = new Set<string>();
  return [
    { often: 8, happen: assess },
    { often: 1.5, happen: (story) => exemption(story, exempt) },
    { often: 0.4, happen: redistribute },
    { often: 1.5, happen: (story) => freeze(story, frozen) },
    { often: 1, happen: (story) => spend(story, activated) },
  ];
}

/** One assessment in ten is of the busy person. */
function assess(story: Story): void {
  const { chain, random, accounts, busy, somebody, admin } = story;
  const person = random.chance(0.1) ? busy : somebody();
  const account = accountOf(person);
  const balance = accounts.balanceOf(account);
  if (balance < TAXABLE_FROM) return;
  const amount = (balance * BigInt(RATE)) / 10_000n;
  const redistribution = amount / 2n;
  const applied = tax.VelocityTaxApplied({
    ...{ accountId: account.id, country: person.country, rateBps: RATE, balanceBefore: String(balance) },
    ...{ tax: String(amount), treasuryShare: String(amount - redistribution) },
    redistributionShare: String(redistribution),
  });
  const changed = accounts.change(account, -amount);
  chain.commit("tax.applyVelocityTax", admin, [
    ...[applied, ...changed, ...accounts.restart(account)],
    ...accounts.credit(`treasury_${person.country}`, amount - redistribution),
    ...accounts.credit(POOL, redistribution),
  ]);
}

function exemption({ chain, accounts, somebody, admin }: Story, exempt: Set<string>): void {
  const person = somebody();
  const was = exempt.has(person.id);
  if (was) exempt.delete(person.id);
  else exempt.add(person.id);
  const changed = tax.TaxExemptionChanged({ accountId: person.id, exempt: !was });
  chain.commit("tax.setTaxExemption", admin, [changed, ...accounts.restart(accountOf(person))]);
}

function redistribute(story: Story): void {
  const { chain, random, accounts, people, admin } = story;
  accounts.fold(admin, POOL);
  const share = accounts.storedOf(POOL) / BigInt(RECIPIENTS);
  if (share === 0n) return;
  const found = new Map<string, Person>();
  for (let tries = 0; tries < 20 * RECIPIENTS && found.size < RECIPIENTS; tries += 1) {
    const person = personOf(random.below(people));
    if (accounts.balanceOf(accountOf(person)) < TAXABLE_FROM - share) found.set(person.id, person);
  }
  const recipients = [...found.keys()];
  if (recipients.length === 0) return;
  const total = share * BigInt(recipients.length);
  const amounts = { share: String(share), total: String(total), remainder: "0" };
  chain.commit("tax.redistribute", admin, [
    tax.RedistributionCompleted({ recipients, ...amounts }),
    ...accounts.take(POOL, total),
    ...[...found.values()].flatMap((person) => accounts.change(accountOf(person), share)),
  ]);
}

function freeze({ chain, random, somebody, admin }: Story, frozen: Set<string>): void {
  const { id: accountId } = somebody();
  if (frozen.has(accountId)) return;
  const reason = "SUSPICIOUS_ACTIVITY";
  chain.commit("tokenomics.freezeWallet", admin, [tokenomics.WalletFrozen({ accountId, reason })]);
  if (random.chance(0.5)) chain.commit("tokenomics.unfreezeWallet", admin, [tokenomics.WalletUnfrozen({ accountId })]);
  else frozen.add(accountId);
}

/** Treasuries become active one after the other, and pay persons. */
function spend({ chain, random, accounts, somebody, admin }: Story, activated: Set<string>): void {
  const { code } = random.pick(countries);
  const from = `treasury_${code}`;
  if (!activated.has(code)) {
    activated.add(code);
    const active = administration.TreasuryActivated({ countryCode: code, accountId: from });
    chain.commit("admin.activateTreasury", admin, [active]);
  }
  if (accounts.storedOf(from) < GX) return;
  const to = somebody();
  const paid = { type: "TREASURY_PAYMENT", from, to: to.id, amount: String(GX), remark: "grant" } as const;
  chain.commit("tokenomics.transferInternal", admin, [
    ...[tokenomics.InternalTransferCompleted(paid), ...accounts.take(from, GX)],
    ...accounts.change(accountOf(to), GX),
  ]);
}
