// Choices that both a command and an event name.

export const profiles = ["mainnet", "testnet", "devnet"] as const;
export type Profile = (typeof profiles)[number];
export const genesisOutcomes = ["DISTRIBUTED", "AGE_NOT_ELIGIBLE", "NO_SLOT_LEFT"] as const;
export const userStatuses = ["ACTIVE", "LOCKED"] as const;
export const accountKinds = ["USER", "ORGANIZATION", "TREASURY", "SYSTEM"] as const;
