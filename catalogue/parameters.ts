// The twenty parameters of the system, in the order of protocol.md 10.

export type ParameterType = "bps" | "seconds" | "count" | "points";
export type ParameterChanger = "governance" | "superAdmin";

export interface Parameter {
  readonly type: ParameterType;
  readonly default: number;
  readonly min: number;
  readonly max: number;
  /** Replaces `min` on a ledger with profile devnet. */
  readonly devnetMin: number;
  readonly changeableBy: readonly ParameterChanger[];
}

const parameter = (
  type: ParameterType,
  fallback: number,
  min: number,
  max: number,
  devnetMin: number,
  ...changeableBy: ParameterChanger[]
): Parameter => ({ type, default: fallback, min, max, devnetMin, changeableBy });

export const parameters = {
  feeP2pLocalMidBps: parameter("bps", 5, 0, 1000, 0, "governance"),
  feeP2pLocalHighBps: parameter("bps", 10, 0, 1000, 0, "governance"),
  feeP2pCrossLowBps: parameter("bps", 15, 0, 1000, 0, "governance"),
  feeP2pCrossHighBps: parameter("bps", 25, 0, 1000, 0, "governance"),
  feeMerchantLocalBps: parameter("bps", 15, 0, 1000, 0, "governance"),
  feeMerchantCrossBps: parameter("bps", 30, 0, 1000, 0, "governance"),
  feeGovernmentLocalBps: parameter("bps", 10, 0, 1000, 0, "governance"),
  feeGovernmentCrossBps: parameter("bps", 20, 0, 1000, 0, "governance"),
  feeB2bLocalBps: parameter("bps", 20, 0, 1000, 0, "governance"),
  feeB2bCrossBps: parameter("bps", 40, 0, 1000, 0, "governance"),
  velocityTaxPeriodSeconds: parameter("seconds", 30672000, 2592000, 63072000, 1, "governance"),
  velocityTaxMinBps: parameter("bps", 250, 0, 1000, 0, "governance"),
  velocityTaxMaxBps: parameter("bps", 600, 0, 1000, 0, "governance"),
  quorumVotes: parameter("count", 100, 10, 1000000, 1, "governance"),
  approvalBps: parameter("bps", 6000, 5001, 10000, 1, "governance"),
  voterMinTrust: parameter("points", 50, 10, 100, 0, "governance"),
  votingPeriodSeconds: parameter("seconds", 1209600, 86400, 7776000, 1, "governance"),
  loanMinTrust: parameter("points", 75, 50, 100, 0, "governance", "superAdmin"),
  loanTermSeconds: parameter("seconds", 31536000, 2592000, 157680000, 1, "governance", "superAdmin"),
  recoveryPeriodSeconds: parameter("seconds", 604800, 86400, 2592000, 1, "governance", "superAdmin"),
} as const satisfies Record<string, Parameter>;

export type ParameterId = keyof typeof parameters;
export const parameterIds = Object.keys(parameters) as readonly ParameterId[];
export type ParameterValues = Readonly<Record<ParameterId, number>>;
