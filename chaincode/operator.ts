// Whose certificates count: the role attribute is read only from certificates of this MSP (protocol.md 1.2).
// A constant of the package, never a setting: every peer must judge alike. bootstrapSystem records it on chain.

export const OPERATOR_MSP = "Org1MSP";
