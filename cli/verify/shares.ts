// What must hold of every assessment of the tax and of every redistribution (protocol.md 17: 9 and 10). Reads only.
import type { Must } from "./invariants/invariant.js";

type Told = Readonly<Record<string, unknown>>;

/** Amounts of events that do not decode are no amounts. */
const qirat = (told: Told, field: string) => {
  const text = String(told[field]);
  return /^\d{1,19}$/.test(text) ? BigInt(text) : 0n;
};
const count = (value: unknown) => BigInt(Array.isArray(value) ? value.length : Number(value) || 0);

/** Looks at the events of an outcome. */
export function lookAtShares(must: Must, id: string, events: readonly Told[]): void {
  for (const told of events) {
    if (told["name"] === "VelocityTaxApplied") lookAtTax(must, id, told);
    if (told["name"] === "RedistributionCompleted") lookAtRedistribution(must, id, told);
  }
}

function lookAtTax(must: Must, id: string, told: Told): void {
  const [tax, treasury, redistribution] = [
    qirat(told, "tax"),
    qirat(told, "treasuryShare"),
    qirat(told, "redistributionShare"),
  ];
  const odd = treasury - redistribution;
  must(9, treasury + redistribution === tax, `${id}: the shares of the tax are not the tax`);
  must(9, odd === 0n || odd === 1n, `${id}: the shares differ by ${odd}`);
  const bound = qirat(told, "balanceBefore") * count(told["rateBps"]);
  must(9, tax * 10_000n <= bound, `${id}: the tax is above its rate`);
}

function lookAtRedistribution(must: Must, id: string, told: Told): void {
  const [recipients, remainder] = [count(told["recipients"]), qirat(told, "remainder")];
  must(10, qirat(told, "share") * recipients === qirat(told, "total"), `${id}: the shares are not the total`);
  must(10, remainder < recipients, `${id}: a remainder of ${remainder} for ${recipients} recipients`);
}
