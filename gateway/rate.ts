// How much one caller may ask for: a bucket that holds a burst and fills at a steady rate, told in the headers of each answer.
// Never lets one caller use up what others need, and forgets whoever has a full bucket again.
import type { Caller } from "../platform/auth.js";
import type { Refusal } from "../platform/web.js";

export interface RateLimit {
  /** Takes one operation of a caller, of his address when nobody in particular. */
  take(caller: Caller, address: string): Taken;
}

export interface Taken {
  /** Set when it was one too many. */
  readonly refusal?: Refusal;
  /** RateLimit and RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers-10), with a refusal Retry-After. */
  readonly headers: Readonly<Record<string, string>>;
}

interface Rate {
  /** Operations a second in the long run. */
  readonly perSecond: number;
  /** Operations at once after a pause. */
  readonly burst: number;
}

const SWEEP = 1_000;

const refusal: Refusal = {
  ...{ status: 429, code: "RATE_LIMITED" },
  message: "Too many requests in a short time; try again later.",
};

/** `now` in milliseconds, ever rising. */
export function openRateLimit({ perSecond, burst }: Rate, now: () => number = () => performance.now()): RateLimit {
  const eachMs = 1_000 / perSecond;
  const policy = `"caller";q=${burst};w=${Math.ceil(burst / perSecond)}`;
  /** When the bucket of a caller is full again. */
  const full = new Map<string, number>();
  let sweepAt = SWEEP;
  const sweep = (at: number) => {
    if (full.size < sweepAt) return;
    for (const [key, then] of full) if (then <= at) full.delete(key);
    sweepAt = Math.max(SWEEP, 2 * full.size);
  };
  return {
    take: ({ sub }, address) => {
      const at = now();
      const key = sub ?? `address ${address}`;
      const before = Math.max(full.get(key) ?? at, at);
      const after = before + eachMs;
      const missingMs = after - at - burst * eachMs;
      // What is left of a division may not refuse the last one of a burst.
      const refused = missingMs > 1e-6;
      if (!refused) {
        sweep(at);
        full.set(key, after);
      }
      const used = (refused ? before : after) - at;
      const left = Math.max(0, Math.floor(burst - used / eachMs + 1e-6));
      const headers = {
        "ratelimit-policy": policy,
        ratelimit: `"caller";r=${left};t=${Math.ceil(used / 1_000)}`,
      };
      if (!refused) return { headers };
      return { refusal, headers: { ...headers, "retry-after": String(Math.ceil(missingMs / 1_000)) } };
    },
  };
}
