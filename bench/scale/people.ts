// The people and countries of a generated history: everything about a person follows from a number, so nobody is remembered.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { GENESIS_AGE, slotsOf, unitsOfShare } from "../../catalogue/economy.js";
import { root } from "../../platform/config.js";

export interface Person {
  /** Place in the order of creation. */
  readonly index: number;
  readonly id: string;
  readonly country: string;
  readonly ageYears: number;
  /** Old and young enough for coins. */
  readonly eligible: boolean;
}

interface Row {
  readonly code: string;
  readonly name: string;
  readonly region: string | null;
  readonly share: string;
}
export const countries = (JSON.parse(readFileSync(join(root, "data", "countries.json"), "utf8")) as Row[]).map(
  (row) => {
    const units = unitsOfShare(row.share);
    return { ...row, units, slots: slotsOf(units) };
  },
);

/** The most of the world's people first: found after few steps. */
const peopled = [...countries].sort((a, b) => b.units - a.units);

/** 32 bits that follow from two numbers and look like chance. */
export function mixed(of: number, salt: number): number {
  let word = Math.imul(of ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(salt + 0x7f4a7c15, 0xc2b2ae35);
  word = Math.imul(word ^ (word >>> 15), 0x2c1b3c6d);
  word = Math.imul(word ^ (word >>> 12), 0x297a2d39);
  return (word ^ (word >>> 15)) >>> 0;
}

/** A uuid without order, as profiles have them. The number stands in it, so that no two are alike. */
function idOf(index: number): string {
  const word = (salt: number) => mixed(index, salt).toString(16).padStart(8, "0");
  const [a, b, c] = [word(1), word(2), word(3)];
  return `${a}-${b.slice(0, 4)}-4${b.slice(4, 7)}-8${c.slice(0, 3)}-${c.slice(3)}${index.toString(16).padStart(7, "0")}`;
}

function countryOf(index: number): string {
  let place = mixed(index, 4) % 100_000_000;
  for (const { code, units } of peopled) {
    if (place < units) return code;
    place -= units;
  }
  return "NG";
}

/** Half of this world is too old for coins or too young, so that both ends of genesis are frequent. */
export function personOf(index: number): Person {
  const ageYears = mixed(index, 5) % 130;
  const eligible = ageYears >= GENESIS_AGE.least && ageYears <= GENESIS_AGE.most;
  return { index, id: idOf(index), country: countryOf(index), ageYears, eligible };
}
