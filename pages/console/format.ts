// Values as people read them. Amounts are computed with BigInt: no coin is ever rounded into being.
import { GX } from "../../catalogue/economy.js";

const grouped = (digits: string) => digits.replace(/\B(?=(\d{3})+$)/g, ",");

/** "299500000" → "299.5": Qirat as GX, exactly. */
export function gxOf(qirat: string | bigint): string {
  const amount = BigInt(qirat);
  const fraction = String(amount % GX)
    .padStart(6, "0")
    .replace(/0+$/, "");
  return `${grouped(String(amount / GX))}${fraction === "" ? "" : `.${fraction}`}`;
}

/** "299.5" → "299500000": GX as Qirat; undefined for what is no amount of whole Qirat. */
export function qiratOf(gx: string): string | undefined {
  const match = /^(\d{1,13})(?:\.(\d{0,6}))?$/.exec(gx.replace(/[,\s]/g, ""));
  if (!match) return undefined;
  const [, whole = "0", fraction = ""] = match;
  return String(BigInt(whole) * GX + BigInt(fraction.padEnd(6, "0")));
}

export const countOf = (count: number): string => grouped(String(count));

/** 2 of 3 → "66.7 %". What is more than nothing never looks like nothing. */
export function percentOf(part: bigint, whole: bigint): string {
  if (part === 0n || whole === 0n) return "0 %";
  const tenths = (part * 1_000n) / whole;
  return tenths === 0n ? "< 0.1 %" : `${tenths / 10n}.${tenths % 10n} %`;
}

/** Milliseconds → "340 ms", "2.1 s", "3 min", "5 h", "2 d". */
export function durationOf(ms: number): string {
  if (ms < 1_000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  if (ms < 3_600_000) return `${Math.floor(ms / 60_000)} min`;
  return ms < 86_400_000 ? `${Math.floor(ms / 3_600_000)} h` : `${Math.floor(ms / 86_400_000)} d`;
}

export const megabytesOf = (bytes: number): string => `${Math.round(bytes / 1_048_576)} MB`;

/** The time of a day in this browser's zone, with milliseconds where they tell steps apart. */
export function clockOf(at: string, precise = false): string {
  const time = new Date(at);
  const two = (part: number) => String(part).padStart(2, "0");
  const clock = [time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(":");
  return precise ? `${clock}.${String(time.getMilliseconds()).padStart(3, "0")}` : clock;
}

/** Day and time, the day left out when it is today. */
export function momentOf(at: string, precise = false): string {
  const time = new Date(at);
  const today = time.toDateString() === new Date().toDateString();
  const day = time.toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric" });
  return today ? clockOf(at, precise) : `${day} ${clockOf(at, precise)}`;
}

/** "0b1d…000e": enough of an id to tell it from others on one page. */
export const shortOf = (id: string): string => (id.length > 20 ? `${id.slice(0, 8)}…${id.slice(-6)}` : id);

/** "gx_partner_api" → "partner API". */
export const roleOf = (role: string): string =>
  role.replace(/^gx_/, "").replaceAll("_", " ").toLowerCase().replace("api", "API");
