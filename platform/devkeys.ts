// Keys of a development installation, kept in GX_HOME/keys: the one that signs tokens, the secret of caller statements.
// Never used outside development: every entry refuses it.
import { randomBytes } from "node:crypto";
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, SignJWT, type JWK } from "jose";
import type { Config } from "./config.js";
import { GxError } from "./errors.js";

export interface TokenClaims {
  /** uuid of the caller. */
  sub: string;
  roles: readonly string[];
  /** Lifetime in seconds. */
  ttlSeconds: number;
}

/** A token signed with the development key; issuer and audience as the gateway of this installation demands them. */
export async function developmentToken(config: Config, { sub, roles, ttlSeconds }: TokenClaims): Promise<string> {
  const jwk = await signingKey(config);
  const now = Math.floor(Date.now() / 1_000);
  return new SignJWT({ [config.auth.subjectClaim]: sub, [config.auth.rolesClaim]: roles })
    .setProtectedHeader({ alg: "EdDSA", typ: "JWT", kid: jwk.kid ?? "" })
    .setIssuer(config.auth.issuer)
    .setAudience(config.auth.audience)
    .setIssuedAt(now)
    .setExpirationTime(now + ttlSeconds)
    .sign(await importJWK(jwk, "EdDSA"));
}

/** The public half, as `/.well-known/jwks.json` shows it. */
export async function developmentJwks(config: Config): Promise<{ keys: JWK[] }> {
  const { kty, crv, x, kid, alg, use } = await signingKey(config);
  return { keys: [{ kty, crv, x, kid, alg, use } as JWK] };
}

/** The secret that signs caller statements, at least 32 bytes: from its file; in development made when missing. */
export function statementSecret(config: Config): Buffer {
  const file = config.statementSecretFile;
  const made = config.env === "development" ? randomBytes(32).toString("base64url") : undefined;
  if (made === undefined && !existsSync(file))
    throw new GxError("SETTINGS", `STATEMENT_SECRET_FILE: there is no file ${file}`);
  const secret = Buffer.from(made === undefined ? readFileSync(file, "utf8") : keepOnce(file, made));
  if (secret.length < 32) throw new GxError("SETTINGS", "STATEMENT_SECRET_FILE: must hold at least 32 bytes");
  return secret;
}

async function signingKey(config: Config): Promise<JWK> {
  if (config.env !== "development")
    throw new GxError("DEVELOPMENT_ONLY", "the development key is for development only");
  const file = join(config.home, "keys", "jwt.json");
  if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8")) as JWK;
  const { privateKey } = await generateKeyPair("EdDSA", { extractable: true });
  const jwk = await exportJWK(privateKey);
  const made = { ...jwk, kid: await calculateJwkThumbprint(jwk), alg: "EdDSA", use: "sig" };
  return JSON.parse(keepOnce(file, JSON.stringify(made))) as JWK;
}

/**
 * The content of `file`; when there is none, `made` becomes it, whole and readable for its owner alone.
 * Of several processes that start at once all get the same.
 */
export function keepOnce(file: string, made: string): string {
  if (!existsSync(file)) {
    // In two steps: a recursive mkdir would close the parents too, and PostgreSQL runs under another user.
    mkdirSync(dirname(dirname(file)), { recursive: true });
    if (!existsSync(dirname(file))) mkdirSync(dirname(file), { mode: 0o700 });
    const draft = `${file}.${process.pid}.${randomBytes(4).toString("hex")}`;
    writeFileSync(draft, made, { mode: 0o600 });
    try {
      linkSync(draft, file);
    } catch (error) {
      if (!existsSync(file)) throw error;
    } finally {
      rmSync(draft, { force: true });
    }
  }
  return readFileSync(file, "utf8");
}
