// The end of a token that something open rests on. Never lets it go on without the token.
import type { Caller } from "../../platform/auth.js";

/** Timers count no further. */
const LONGEST_MS = 2_147_483_647;

/** Calls `act` when the caller's token is over; the returned function calls that off. */
export function atExpiry({ expiresAt }: Caller, act: () => void): () => void {
  if (expiresAt === undefined) return () => undefined;
  let timer: NodeJS.Timeout;
  const wait = () => {
    const left = expiresAt - Date.now();
    timer = setTimeout(left > LONGEST_MS ? wait : act, Math.min(Math.max(0, left), LONGEST_MS)).unref();
  };
  wait();
  return () => clearTimeout(timer);
}
