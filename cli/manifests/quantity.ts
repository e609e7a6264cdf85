// Kubernetes' quantities as numbers: cores, bytes, counts.
import { GxError } from "../../platform/errors.js";

const factors: Readonly<Record<string, number>> = {
  m: 1e-3,
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** `250m` is 0.25, `1Gi` is 1,073,741,824. @throws GxError QUANTITY */
export function quantityOf(text: string | number): number {
  const [, digits, unit = ""] = /^(\d+(?:\.\d+)?)([a-zA-Z]*)$/.exec(String(text)) ?? [];
  const factor = factors[unit];
  if (digits === undefined || factor === undefined) throw new GxError("QUANTITY", `${text} is not a quantity`);
  // Thousandths of a core are added up: in whole thousandths, so that sums stay exact.
  return Math.round(Number(digits) * factor * 1000) / 1000;
}
