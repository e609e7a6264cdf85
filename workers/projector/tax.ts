// Fees that were charged, assessments, redistributions, and what fees and the velocity tax need to know: accounts with country
// and timer, rates.
import { changesOf, type Place, type Projection } from "./change.js";

const { put, append, patch } = changesOf("tax");

/** Treasuries, SYSTEM accounts and minted counters are never taxed. */
const isTaxable = (accountId: string) => !/^(treasury_|SYSTEM_|MINTED_)/.test(accountId);
const isRate = (parameterId: string) => /^(fee|velocityTax)/.test(parameterId);

/** Sorts accounts by the second in which their timers started: those that are due stand together. */
const timerKey = (timerStart: number | null, place: Place) =>
  timerStart === null ? null : `${String(timerStart).padStart(12, "0")}-${place.position()}`;

const newcomer = (country: string, organizationType: string | null) =>
  ({ country, organizationType, balance: 0n, timerStart: null, timerKey: null, exempt: false }) as const;

export const tax = {
  UserCreated: ({ userId, nationality }) => [put("taxAccount", { id: userId, ...newcomer(nationality, null) })],
  OrganizationProposed: ({ organizationId, stakeholders }) => [
    put("taxpayerPersons", { id: `org_${organizationId}`, persons: stakeholders }),
  ],
  OrganizationActivated: ({ accountId, country, type }) => [
    put("taxAccount", { id: accountId, ...newcomer(country, type) }),
  ],
  BalanceChanged: ({ accountId, balance }) =>
    isTaxable(accountId) ? [patch("taxAccount", { id: accountId }, { balance: BigInt(balance) })] : [],
  TaxTimerChanged: ({ accountId, timerStart }, place) => [
    patch("taxAccount", { id: accountId }, { timerStart, timerKey: timerKey(timerStart, place) }),
  ],
  TaxExemptionChanged: ({ accountId, exempt }) => [patch("taxAccount", { id: accountId }, { exempt })],
  VelocityTaxApplied: ({ accountId, country, rateBps, at, ...amounts }, place) => [
    append("taxAssessment", {
      ...{ id: place.commandId, accountId, country, rateBps, at, position: place.position() },
      ...{ balanceBefore: BigInt(amounts.balanceBefore), tax: BigInt(amounts.tax) },
      ...{ treasuryShare: BigInt(amounts.treasuryShare), redistributionShare: BigInt(amounts.redistributionShare) },
    }),
  ],
  RedistributionCompleted: ({ recipients, share, total, remainder, at }, place) => [
    append("redistribution", {
      ...{ id: place.commandId, recipientCount: recipients.length, at, position: place.position() },
      ...{ share: BigInt(share), total: BigInt(total), remainder: BigInt(remainder) },
    }),
  ],
  FeeCharged: ({ payer, amount, kind, scope, rateBps, at }, place) => [
    append("fee", {
      position: place.position(),
      payer,
      amount: BigInt(amount),
      kind,
      scope,
      rateBps,
      commandId: place.commandId,
      at,
    }),
  ],
  SystemParameterUpdated: ({ parameterId, value }) =>
    isRate(parameterId) ? [put("rate", { parameterId, value: BigInt(value) })] : [],
} satisfies Projection<"tax">;
