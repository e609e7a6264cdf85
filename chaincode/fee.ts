// What a payment costs (protocol.md 5). The kind is always found here, never given by the caller.
import { feeLineOf, feeOf, rateOf, type FeeKind, type FeeScope } from "../catalogue/economy.js";
import type { ParameterValues } from "../catalogue/parameters.js";
import type { Organization } from "./state.js";

/** Who pays or receives, as far as the fee depends on it. */
export interface Side {
  readonly party: "person" | "common" | Organization["type"];
  readonly country: string | null;
}

export interface Fee {
  readonly kind: FeeKind;
  readonly scope: FeeScope | null;
  readonly rateBps: number;
  /** Qirat, paid on top of the amount. */
  readonly fee: bigint;
}

/** The fee of a payment of `amount` Qirat. */
export function feeBetween(payer: Side, receiver: Side, amount: bigint, parameters: ParameterValues): Fee {
  const kind = kindOf(payer.party, receiver.party);
  const scope = kind === "EXEMPT" ? null : payer.country === receiver.country ? "LOCAL" : "CROSS_BORDER";
  const line = feeLineOf(kind, scope, amount);
  if (!line) throw new Error(`no fee is defined for ${kind} ${scope} ${amount}`);
  const rateBps = rateOf(line, parameters);
  return { kind, scope, rateBps, fee: feeOf(amount, rateBps) };
}

/** The first match from the top of the table. */
function kindOf(...parties: [Side["party"], Side["party"]]): FeeKind {
  if (parties.includes("common")) return "EXEMPT";
  if (parties.includes("GOVERNMENT")) return "GOVERNMENT";
  const persons = parties.filter((party) => party === "person").length;
  return persons === 2 ? "P2P" : persons === 1 ? "MERCHANT" : "B2B";
}
