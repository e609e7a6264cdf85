// What a person tells before being a user of the ledger, and what admins decide about it (protocol.md 16.3): kept off chain.
import * as z from "zod";
import { country, hash, list, text, uuid, type Fields, type Kind } from "./language.js";

const EMAIL = text(3, 254);
const email: Kind<string> = {
  ...EMAIL,
  zod: EMAIL.zod.refine((value) => /^[^\s@]+@[^\s@]+$/.test(value), {
    error: "must be an address like ada@example.org",
  }),
};

const DAY = text(10, 10);
/** A day of the calendar, YYYY-MM-DD. */
const day: Kind<string> = {
  ...DAY,
  zod: DAY.zod.refine((value) => z.iso.date().safeParse(value).success, { error: "must be a day like 1990-12-31" }),
};

/** The arguments of each mutation of the registration. */
export const registration = {
  registerUser: {
    displayName: text(1, 100),
    email,
    birthDate: day,
    nationality: country(),
    biometricHash: hash(),
  },
  submitKyc: { evidenceHash: hash() },
  approveUser: { id: uuid() },
  denyUser: { id: uuid(), reason: text(10, 500) },
  registerOnChain: { ids: list(uuid(), 1, 100) },
} as const satisfies Readonly<Record<string, Fields>>;

/** Whole years from one day to another, both YYYY-MM-DD: below 0 when `on` comes first. */
export function ageYears(birthDate: string, on: string): number {
  const years = Number(on.slice(0, 4)) - Number(birthDate.slice(0, 4));
  return on.slice(5) < birthDate.slice(5) ? years - 1 : years;
}
