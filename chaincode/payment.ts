// A payment from a user or an organization to any account, with its fee (protocol.md 4, 5).
// It writes nothing when it fails: the caller decides whether that refuses the command.
import type { paymentFailures } from "../catalogue/choices.js";
import { tax } from "../catalogue/events/tax.js";
import { tokenomics } from "../catalogue/events/tokenomics.js";
import type { HappenedOf } from "../catalogue/language.js";
import type { BalanceEvents, Balances, CreditEvents, Deltas } from "./accounts.js";
import { parametersOf } from "./existing.js";
import { feeBetween, type Fee, type Side } from "./fee.js";
import type { State } from "./overlay.js";
import { keys, type Account } from "./state.js";

export interface Payment {
  readonly from: string;
  readonly to: string;
  /** Qirat. */
  readonly amount: bigint;
  readonly remark: string | null;
  readonly multiSigTxId: string | null;
}

export type PaymentFailure = (typeof paymentFailures)[number];

export type PaymentEvents = readonly (
  | HappenedOf<typeof tokenomics.TransferCompleted>
  | HappenedOf<typeof tax.FeeCharged>
  | BalanceEvents[number]
  | CreditEvents[number]
)[];

export type PaymentLedger = State & { readonly accounts: Balances & Deltas };

/** Moves the coins and returns what happened, or says why not. */
export async function pay(ledger: PaymentLedger, payment: Payment): Promise<PaymentEvents | PaymentFailure> {
  const { from, to, amount } = payment;
  const payer = await ledger.get(keys.account(from));
  const receiver = await ledger.get(keys.account(to));
  if (!payer || !receiver) return "NOT_FOUND";
  if (payer.frozen) return "ACCOUNT_FROZEN";
  const fee = await feeOfPayment(ledger, payer, receiver, amount);
  if (fee.fee >= amount) return "FEE_EXCEEDS_AMOUNT";
  if (BigInt(payer.stored) < amount + fee.fee) return "INSUFFICIENT_FUNDS";

  await ledger.accounts.debit(from, amount + fee.fee);
  await ledger.accounts.creditAny(to, amount);
  if (fee.fee > 0n) await ledger.accounts.creditAny("SYSTEM_OPERATIONS_FUND", fee.fee);
  return [...paid(payment, fee), ...ledger.accounts.changed(), ...ledger.accounts.credited()];
}

function paid({ amount, ...payment }: Payment, { fee, ...price }: Fee): PaymentEvents {
  const completed = tokenomics.TransferCompleted({ ...payment, ...price, amount: String(amount), fee: String(fee) });
  if (fee === 0n) return [completed];
  return [completed, tax.FeeCharged({ ...price, payer: payment.from, amount: String(fee) })];
}

async function feeOfPayment(state: State, payer: Account, receiver: Account, amount: bigint): Promise<Fee> {
  const parameters = await parametersOf(state);
  // A payment to the common accounts is exempt whoever pays, so the payer's organization need not be read.
  const to = await sideOf(state, receiver);
  const from = to.party === "common" ? to : await sideOf(state, payer);
  return feeBetween(from, to, amount, parameters);
}

async function sideOf(state: State, { accountId, kind, country }: Account): Promise<Side> {
  if (kind === "USER") return { party: "person", country };
  if (kind !== "ORGANIZATION") return { party: "common", country };
  const organization = await state.get(keys.organization(accountId.slice("org_".length)));
  if (!organization) throw new Error(`organization of account ${accountId} does not exist`);
  return { party: organization.type, country };
}
