// Good tokens that were verified a moment ago: a caller's next request does not pay for the signature again.
// Never keeps one past its end, nor longer than a key that was taken back may go on.
import type { Authenticate, Caller } from "../platform/auth.js";
import { newBounded } from "./bounded.js";

/** Of tokens, all together. */
const CHARACTERS = 10_000_000;
const KEPT_MS = 10_000;

export function rememberTokens(authenticate: Authenticate): Authenticate {
  const known = newBounded<{ readonly caller: Caller; readonly until: number }>(CHARACTERS);
  return async (authorization) => {
    if (authorization === undefined) return authenticate(authorization);
    const now = Date.now();
    const kept = known.get(authorization);
    if (kept && now < kept.until) return kept.caller;
    const caller = await authenticate(authorization);
    known.set(authorization, { caller, until: Math.min(now + KEPT_MS, caller.expiresAt ?? 0) }, authorization.length);
    return caller;
  };
}
