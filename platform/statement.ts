// The signed caller statement between gateway and subgraphs (surface.md 4): who asks, whom, with which body, until when.
// Never trust any other header about a caller.
import { createHmac, createSecretKey, hash, webcrypto } from "node:crypto";
import { jwtVerify } from "jose";
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
const textOf = (part: object): string => Buffer.from(JSON.stringify(part)).toString("base64url");
const ENCODED_HEADER = textOf(HEADER);
const LIFETIME_SECONDS = 30;

/** @throws GxError SETTINGS when the secret of this installation cannot be used. */
export async function openStatements(config: Config): Promise<Statements> {
  const secret = statementSecret(config);
  const key = createSecretKey(secret);
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const verifying = await webcrypto.subtle.importKey("raw", secret, algorithm, false, ["verify"]);
  return {
    // A statement goes with every request between gateway and subgraph: the library's way, over the thread pool,
    // costs twenty times the signature.
    sign: async (caller, audience, body, after) => {
      const claims = {
        ...{ roles: caller.roles, body: digestOf(body), sub: caller.sub, after },
        ...{ aud: audience, exp: Math.floor(Date.now() / 1_000) + LIFETIME_SECONDS },
      };
      const signed = `${ENCODED_HEADER}.${textOf(claims)}`;
      return `${signed}.${createHmac("sha256", key).update(signed).digest("base64url")}`;
    },
    verify: async (statement, audience, body) => {
      if (statement === undefined) throw refused();
      const demands = { audience, algorithms: [HEADER.alg], typ: HEADER.typ, requiredClaims: ["exp", "body"] };
      const { payload } = await jwtVerify(statement, verifying, demands).catch((cause: unknown) => {
        throw refused(cause);
      });
      if (payload["body"] !== digestOf(body)) throw refused();
      const caller = { sub: payload.sub, roles: payload["roles"] as readonly string[] };
      return { caller, after: payload["after"] as After | undefined };
    },
  };
}

const digestOf = (body: string | Buffer): string => hash("sha256", body, "base64url");
const refused = (cause?: unknown) =>
  new GxError("UNAUTHENTICATED", "A valid caller statement is missing.", { public: true, cause });
