// The signed caller statement between gateway and subgraphs (surface.md 4): who asks, whom, with which body, until when.
// Never trust any other header about a caller.
import { createHash, webcrypto } from "node:crypto";
import { jwtVerify, SignJWT } from "jose";
import type { Caller } from "./auth.js";
import type { Config } from "./config.js";
import { statementSecret } from "./devkeys.js";
import { GxError } from "./errors.js";

/** Request header that carries the statement. */
export const STATEMENT_HEADER = "x-gx-caller";
/** Request header from outside: the command or the block that an answer must reflect. */
export const AFTER_HEADER = "x-gx-after";
/** Response header: a block that the answer reflects. */
export const BLOCK_HEADER = "x-gx-block";

/** What a read must reflect, and how long it may wait for it. */
export interface After {
  /** Number of a block or id of a command. */
  readonly target: number | string;
  /** Unix milliseconds; one for all subgraphs of a request. */
  readonly deadline: number;
}

/** What a statement says. */
export interface Stated {
  readonly caller: Caller;
  readonly after: After | undefined;
}

export interface Statements {
  /** A statement for one request to the subgraph of `audience`, valid for 30 s and for this body alone. */
  sign(caller: Caller, audience: string, body: string | Buffer, after?: After): Promise<string>;
  /** @throws GxError UNAUTHENTICATED */
  verify(statement: string | undefined, audience: string, body: Buffer): Promise<Stated>;
}

const HEADER = { alg: "HS256", typ: "gx-caller+jwt" } as const;
const LIFETIME_SECONDS = 30;

/** @throws GxError SETTINGS when the secret of this installation cannot be used. */
export async function openStatements(config: Config): Promise<Statements> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await webcrypto.subtle.importKey("raw", statementSecret(config), algorithm, false, ["sign", "verify"]);
  return {
    sign: (caller, audience, body, after) => {
      const now = Math.floor(Date.now() / 1_000);
      const claims = {
        ...{ roles: caller.roles, body: digestOf(body) },
        ...(caller.sub ? { sub: caller.sub } : {}),
        ...(after ? { after } : {}),
      };
      return new SignJWT(claims)
        .setProtectedHeader(HEADER)
        .setAudience(audience)
        .setExpirationTime(now + LIFETIME_SECONDS)
        .sign(key);
    },
    verify: async (statement, audience, body) => {
      if (statement === undefined) throw refused();
      const demands = { audience, algorithms: [HEADER.alg], typ: HEADER.typ, requiredClaims: ["exp", "body"] };
      const { payload } = await jwtVerify(statement, key, demands).catch((cause: unknown) => {
        throw refused(cause);
      });
      if (payload["body"] !== digestOf(body)) throw refused();
      const caller = { sub: payload.sub, roles: payload["roles"] as readonly string[] };
      return { caller, after: payload["after"] as After | undefined };
    },
  };
}

const digestOf = (body: string | Buffer): string => createHash("sha256").update(body).digest("base64url");
const refused = (cause?: unknown) =>
  new GxError("UNAUTHENTICATED", "A valid caller statement is missing.", { public: true, cause });
