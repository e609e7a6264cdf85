// Who a caller is: verifies the bearer token of a request, once, at the edge.
// Never takes a key, an algorithm or an address from the token itself.
import { createLocalJWKSet, createRemoteJWKSet, errors, jwtVerify, type JWTVerifyGetKey } from "jose";
import type { Config } from "./config.js";
import { developmentJwks } from "./devkeys.js";
import { GxError } from "./errors.js";

/** A verified caller; without `sub` nobody in particular. */
export interface Caller {
  /** uuid in lower case. */
  readonly sub: string | undefined;
  readonly roles: readonly string[];
  /** When the token is good no longer, Unix milliseconds; undefined without one. */
  readonly expiresAt?: number;
}
export const anonymous: Caller = { sub: undefined, roles: [] };

/** Takes the Authorization header. @throws GxError UNAUTHENTICATED for anything but a good token or none. */
export type Authenticate = (authorization: string | undefined) => Promise<Caller>;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const LONGEST_TOKEN = 8_192;
const TOLERANCE_SECONDS = 5;
const TYPES: readonly string[] = ["jwt", "at+jwt"];
const badToken = (cause?: unknown) =>
  new GxError("UNAUTHENTICATED", "The token is not valid.", { public: true, cause });

/** `known` are the roles that count; others in a token are ignored (surface.md 4). */
export async function openAuthentication(config: Config, known: readonly string[]): Promise<Authenticate> {
  const keys = await keysOf(config);
  const { issuer, audience, algorithms, subjectClaim, rolesClaim } = config.auth;
  const demands = {
    issuer,
    audience,
    algorithms: [...algorithms],
    requiredClaims: ["exp", subjectClaim],
    clockTolerance: TOLERANCE_SECONDS,
  };
  return async (authorization) => {
    if (authorization === undefined) return anonymous;
    const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization)?.[1];
    if (token === undefined || token.length > LONGEST_TOKEN) throw badToken();
    const { payload, protectedHeader } = await jwtVerify(token, keys, demands).catch(refused);
    const sub = payload[subjectClaim];
    if (!TYPES.includes((protectedHeader.typ ?? "").toLowerCase())) throw badToken();
    if (typeof sub !== "string" || !UUID.test(sub)) throw badToken();
    const roles = payload[rolesClaim];
    return {
      sub,
      roles: Array.isArray(roles) ? known.filter((role) => roles.includes(role)) : [],
      expiresAt: ((payload.exp ?? 0) + TOLERANCE_SECONDS) * 1_000,
    };
  };
}

async function keysOf(config: Config): Promise<JWTVerifyGetKey> {
  if (config.auth.jwksUrl === undefined) return createLocalJWKSet(await developmentJwks(config));
  return createRemoteJWKSet(new URL(config.auth.jwksUrl), { timeoutDuration: 3_000, cooldownDuration: 30_000 });
}

/** What is wrong with a token is the caller's fault; keys that cannot be had are ours. */
function refused(cause: unknown): never {
  const ours = !(cause instanceof errors.JOSEError) || cause instanceof errors.JWKSTimeout;
  if (!ours) throw badToken(cause);
  throw new GxError("UNAVAILABLE", "Tokens cannot be checked now.", { public: true, retry: "later", cause });
}
