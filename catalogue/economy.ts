// The constants and integer formulas of the coin (protocol.md 2, 3, 5, 6): whole Qirat as bigint, basis points, no floats.
import type { ParameterId, ParameterValues } from "./parameters.js";

/** 1 GX in Qirat. */
export const GX = 1_000_000n;
/** The most Qirat that can ever exist. */
export const MAX_SUPPLY = 1_250_000_000_000n * GX;

/** The most Qirat that one disbursement or one internal transfer moves. */
export const PAYMENT_MAX = 100_000_000n * GX;

export const poolNames = ["USER_GENESIS", "GOVT_GENESIS", "CHARITABLE", "LOAN", "GX", "OPERATIONS"] as const;
export type PoolName = (typeof poolNames)[number];

/** Cap in Qirat, the account that pays out (null: minted straight to the receiver), the counter of what was minted. */
export const pools = {
  USER_GENESIS: { cap: 577_500_000_000n * GX, account: null, counter: "MINTED_USER_GENESIS" },
  GOVT_GENESIS: { cap: 152_000_000_000n * GX, account: null, counter: "MINTED_GOVT_GENESIS" },
  CHARITABLE: { cap: 158_000_000_000n * GX, account: "SYSTEM_CHARITABLE_POOL", counter: "MINTED_CHARITABLE" },
  LOAN: { cap: 300_000_000_000n * GX, account: "SYSTEM_LOAN_POOL", counter: "MINTED_LOAN" },
  GX: { cap: 31_250_000_000n * GX, account: "SYSTEM_GX_POOL", counter: "MINTED_GX" },
  OPERATIONS: { cap: 31_250_000_000n * GX, account: "SYSTEM_OPERATIONS_FUND", counter: "MINTED_OPERATIONS" },
} as const satisfies Record<PoolName, { cap: bigint; account: string | null; counter: string }>;

// ---------------------------------------------------------------- genesis (protocol.md 3)

/** The country units that make the whole world. */
export const ALL_UNITS = 100_000_000;
export const GENESIS_AGE = { least: 13, most: 73 } as const;

const phase = (users: bigint, userGx: bigint, treasuryGx: bigint) => ({
  users,
  user: userGx * GX,
  treasury: treasuryGx * GX,
});
/** Phases 1 to 6: users in the world, Qirat to each user, Qirat to the treasury of the user's country. */
export const phases = [
  phase(100_000_000n, 500n, 50n),
  phase(200_000_000n, 400n, 50n),
  phase(300_000_000n, 300n, 50n),
  phase(400_000_000n, 200n, 50n),
  phase(1_550_000_000n, 100n, 50n),
  phase(2_450_000_000n, 50n, 10n),
] as const;

/** Slots of a country with `units` (1e-8 of the world) in phases 1 to 6. */
export function slotsOf(units: number): number[] {
  return phases.map(({ users }) => Number((BigInt(units) * users) / BigInt(ALL_UNITS)));
}

/** "0.00000001" → 1: a share as units of 1e-8. */
export const unitsOfShare = (share: string): number => Number(share.replace(".", ""));
/** 1 → "0.00000001". */
export const shareOfUnits = (units: number): string => {
  const digits = String(units).padStart(9, "0");
  return `${digits.slice(0, -8)}.${digits.slice(-8)}`;
};

// ---------------------------------------------------------------- fees (protocol.md 5)

export const feeKinds = ["EXEMPT", "GOVERNMENT", "B2B", "MERCHANT", "P2P"] as const;
export type FeeKind = (typeof feeKinds)[number];
export const feeScopes = ["LOCAL", "CROSS_BORDER"] as const;
export type FeeScope = (typeof feeScopes)[number];

const LOW_BELOW = 3n * GX;
const HIGH_ABOVE = 100n * GX;

/** One line of the fee schedule: amounts in Qirat, both ends included, null = no limit; no parameter = no fee. */
export interface FeeLine {
  readonly kind: FeeKind;
  readonly scope: FeeScope | null;
  readonly amountFrom: bigint;
  readonly amountTo: bigint | null;
  readonly parameterId: ParameterId | null;
}

const line = (
  kind: FeeKind,
  scope: FeeScope | null,
  parameterId: ParameterId | null,
  amountFrom = 1n,
  amountTo: bigint | null = null,
): FeeLine => ({ kind, scope, amountFrom, amountTo, parameterId });

export const feeSchedule: readonly FeeLine[] = [
  line("EXEMPT", null, null),
  line("GOVERNMENT", "LOCAL", "feeGovernmentLocalBps"),
  line("GOVERNMENT", "CROSS_BORDER", "feeGovernmentCrossBps"),
  line("B2B", "LOCAL", "feeB2bLocalBps"),
  line("B2B", "CROSS_BORDER", "feeB2bCrossBps"),
  line("MERCHANT", "LOCAL", "feeMerchantLocalBps"),
  line("MERCHANT", "CROSS_BORDER", "feeMerchantCrossBps"),
  line("P2P", "LOCAL", null, 1n, LOW_BELOW - 1n),
  line("P2P", "LOCAL", "feeP2pLocalMidBps", LOW_BELOW, HIGH_ABOVE),
  line("P2P", "LOCAL", "feeP2pLocalHighBps", HIGH_ABOVE + 1n),
  line("P2P", "CROSS_BORDER", "feeP2pCrossLowBps", 1n, HIGH_ABOVE),
  line("P2P", "CROSS_BORDER", "feeP2pCrossHighBps", HIGH_ABOVE + 1n),
];

/** The line that prices an amount (Qirat); undefined where scope and kind do not fit (EXEMPT has no scope). */
export function feeLineOf(kind: FeeKind, scope: FeeScope | null, amount: bigint): FeeLine | undefined {
  return feeSchedule.find(
    (entry) =>
      entry.kind === kind &&
      entry.scope === scope &&
      amount >= entry.amountFrom &&
      (entry.amountTo === null || amount <= entry.amountTo),
  );
}

export const rateOf = (entry: FeeLine, values: ParameterValues): number =>
  entry.parameterId ? values[entry.parameterId] : 0;

/** `ceil(amount * rateBps / 10000)` in whole Qirat. */
export const feeOf = (amount: bigint, rateBps: number): bigint => (amount * BigInt(rateBps) + 9_999n) / 10_000n;

// ---------------------------------------------------------------- velocity tax (protocol.md 6)

/** A USER or ORGANIZATION account with this balance (Qirat) or more has a running tax timer. */
export const TAXABLE_FROM = 100n * GX;

/** Whole balances from this many Qirat on (included) pay this many basis points. */
const taxBrackets = [
  { from: 100n * GX, bps: 250 },
  { from: 1_000n * GX, bps: 300 },
  { from: 5_000n * GX, bps: 350 },
  { from: 10_000n * GX, bps: 400 },
  { from: 25_000n * GX, bps: 450 },
  { from: 50_000n * GX, bps: 550 },
  { from: 100_000n * GX, bps: 600 },
] as const;

export type TaxRates = Pick<ParameterValues, "velocityTaxMinBps" | "velocityTaxMaxBps">;

/** What a balance pays: basis points of the whole balance, and Qirat. */
export interface VelocityTax {
  readonly rateBps: number;
  readonly tax: bigint;
}

/** The tax of a balance in Qirat; undefined below 100 GX, where nothing is taxable. */
export function velocityTaxOf(balance: bigint, rates: TaxRates): VelocityTax | undefined {
  const bracket = taxBrackets.findLast(({ from }) => balance >= from);
  if (!bracket) return undefined;
  const rateBps = Math.min(Math.max(bracket.bps, rates.velocityTaxMinBps), rates.velocityTaxMaxBps);
  return { rateBps, tax: (balance * BigInt(rateBps)) / 10_000n };
}

// ---------------------------------------------------------------- loans (protocol.md 9)

/** Qirat of one loan, and of all open loans of a user together with how many these may be. */
export const loanBounds = { least: 100n * GX, most: 1_000_000n * GX, owed: 10_000_000n * GX, open: 5 } as const;

/** Whether a user with these open loans and this debt (Qirat) may ask for `amount` more. */
export const withinLoanBounds = (openLoans: number, owed: bigint, amount: bigint): boolean =>
  openLoans < loanBounds.open && owed + amount <= loanBounds.owed;
