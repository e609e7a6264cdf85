// Coins as people write them, and Qirat as the graph does.
import { GX } from "../../catalogue/economy.js";

const DECIMALS = String(GX).length - 1;

/** Qirat as coins without needless zeros: 299500000 is 299.5. */
export function coinsOf(qirat: bigint): string {
  const rest = String(qirat % GX)
    .padStart(DECIMALS, "0")
    .replace(/0+$/, "");
  return `${qirat / GX}${rest === "" ? "" : `.${rest}`}`;
}

/** "299.5" is 299500000. */
export function qiratOf(coins: string): bigint {
  const [whole = "0", rest = ""] = coins.split(".");
  return BigInt(whole) * GX + BigInt(rest.padEnd(DECIMALS, "0"));
}
