// The six people of the demo scenario (protocol.md 19, step 5), and how each is brought onto the ledger.
import { createHash } from "node:crypto";
import { demoPeople } from "../../platform/development-identities.js";

export type Name = keyof typeof demoPeople;

export interface Resident {
  readonly name: Name;
  readonly nationality: string;
  readonly ageYears: number;
}

export const residents: readonly Resident[] = [
  { name: "Ada", nationality: "NG", ageYears: 30 },
  { name: "Bola", nationality: "NG", ageYears: 58 },
  { name: "Chi", nationality: "NG", ageYears: 31 },
  { name: "Dayo", nationality: "NG", ageYears: 27 },
  { name: "Emma", nationality: "US", ageYears: 40 },
  { name: "Finn", nationality: "DE", ageYears: 12 },
];

/** Input of createUser. */
export const personOf = ({ name, nationality, ageYears }: Resident) => ({
  userId: demoPeople[name],
  biometricHash: createHash("sha256").update(`demo ${name}`).digest("hex"),
  nationality,
  ageYears,
});
