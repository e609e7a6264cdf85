// The console's session on a development machine: a signed cookie, begun by a one-time key.
// Never a token: it lets the console's own page ask for one, and nobody else's.
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { sign, unsign } from "@fastify/cookie";
import type { FastifyReply, FastifyRequest } from "fastify";
import { keepOnce } from "../platform/devkeys.js";

export const COOKIE = "gx_console";
const LASTS_SECONDS = 12 * 3_600;

export interface Sessions {
  /** Gives the browser that gets this answer a session of 12 hours. */
  begin(reply: FastifyReply): void;
  /** Whether the request came with the cookie of a session that is not over. */
  holds(request: FastifyRequest): boolean;
}

/** Sessions of this GX_HOME: they outlive the gateway, for the secret that signs them is kept. */
export function openSessions(home: string, now: () => number = Date.now): Sessions {
  const secret = keepOnce(join(home, "keys", "console-session"), randomBytes(32).toString("base64url"));
  return {
    begin: (reply) => {
      const value = `${now() + LASTS_SECONDS * 1_000}.${randomBytes(12).toString("base64url")}`;
      const limits = { httpOnly: true, sameSite: "strict", path: "/", maxAge: LASTS_SECONDS } as const;
      void reply.setCookie(COOKIE, sign(value, secret), limits);
    },
    holds: ({ cookies: { [COOKIE]: given } }) => {
      if (given === undefined) return false;
      const { valid, value } = unsign(given, secret);
      return valid && Number(value.split(".")[0]) > now();
    },
  };
}
