// Amounts as people write them: GX with a point. The graph counts in Qirat, 1,000,000 to a GX, too many for a number.
const QIRAT_PER_GX = 1_000_000n;
const AMOUNT = /^(0|[1-9]\d{0,12})(\.\d{1,6})?$/;

/** "12.5" to "12500000"; undefined for what is no amount above 0. */
export function inQirat(gx: string): string | undefined {
  if (!AMOUNT.test(gx)) return undefined;
  const [whole = "0", part = ""] = gx.split(".");
  const qirat = BigInt(whole) * QIRAT_PER_GX + BigInt(part.padEnd(6, "0"));
  return qirat > 0n ? String(qirat) : undefined;
}

/** "12500000" to "12.50", with groups as the reader's language has them. */
export function inGx(qirat: string): string {
  const value = BigInt(qirat);
  const part = String(value % QIRAT_PER_GX).padStart(6, "0");
  const shown = part.replace(/0{1,4}$/, "");
  const point = (1.5).toLocaleString().charAt(1);
  return `${(value / QIRAT_PER_GX).toLocaleString()}${point}${shown}`;
}
