// A new certificate with its key, and what must be true of it before anybody signs by it (operations.md 3.5, step 1).
// Never prints a key.
import { readFileSync } from "node:fs";
import type { X509Certificate } from "node:crypto";
import { attributesOf, nameOn, timeFault } from "../../platform/certificate.js";
import { GxError, messageOf } from "../../platform/errors.js";
import { pairOf, type Identity } from "../../platform/wallet.js";
import type { Owner } from "./owner.js";

export interface NewPair {
  /** Where it comes from, for messages. */
  from: string;
  certificate: Buffer;
  key: Buffer;
  /** Certificates of the CAs that it must chain to; empty = only the peer can tell. */
  issuers: readonly X509Certificate[];
  /** TLS roots that came with it, PEM. */
  tlsRoots: readonly string[];
}

const DAY_MS = 86_400_000;
/** A new certificate lasts as long at least. */
export const LEAST_DAYS = 30;

/** @throws GxError BAD_WALLET naming the file that cannot be read */
export function readPair(certificateFile: string, keyFile: string): NewPair {
  const pair = { certificate: read(certificateFile), key: read(keyFile) };
  return { from: `${certificateFile}, ${keyFile}`, ...pair, issuers: [], tlsRoots: [] };
}

/** @throws GxError BAD_WALLET */
export function read(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new GxError("BAD_WALLET", `${file} cannot be read: ${messageOf(cause)}`, { cause });
  }
}

/**
 * The identity that the pair makes.
 * @throws GxError BAD_WALLET, WRONG_ROLE, IDENTITY_EXPIRED, IDENTITY_NOT_YET_VALID: what must not become the owner's pair
 */
export function checkedIdentity(
  pair: NewPair,
  { name, gxcRole }: Owner,
  { mspId, leastDays }: { mspId: string; leastDays: number },
): Identity {
  const { x509, key } = pairOf(name, pair.certificate, pair.key, pair.from);
  const role = attributesOf(x509.raw)["gxc_role"];
  if (role !== gxcRole) throw wrongRole(pair.from, role, gxcRole);
  const fault = timeFault(name, x509);
  if (fault) throw fault;
  const notAfter = new Date(x509.validTo);
  if (daysUntil(notAfter) < leastDays) {
    throw faulty(`${pair.from}: it ends at ${notAfter.toISOString()}, in less than ${leastDays} days; enrol again`);
  }
  if (pair.issuers.length > 0 && !isIssued(x509, pair.issuers)) {
    throw faulty(`${pair.from}: ${nameOn(x509.issuer)}, which issued it, is none of the CAs beside it`);
  }
  return { name, mspId, certificate: pair.certificate, key, notAfter, role };
}

export const daysUntil = (time: Date): number => Math.floor((time.getTime() - Date.now()) / DAY_MS);

/** Up to a root that signed itself, through any number of intermediate CAs. */
function isIssued(x509: X509Certificate, issuers: readonly X509Certificate[]): boolean {
  const issuer = issuers.find((one) => one.ca && x509.checkIssued(one) && x509.verify(one.publicKey));
  if (!issuer) return false;
  const others = issuers.filter((one) => one !== issuer);
  return issuer.checkIssued(issuer) || isIssued(issuer, others);
}

function wrongRole(from: string, role: string | undefined, wanted: string | undefined): GxError {
  const is = `carries ${role === undefined ? "no gxc_role" : `gxc_role ${role}`}`;
  const mend =
    wanted === undefined
      ? "it must carry none; enrol without the attribute"
      : `it must be ${wanted}; register with --id.attrs 'gxc_role=${wanted}:ecert' and enrol again`;
  return new GxError("WRONG_ROLE", `${from}: the certificate ${is}, ${mend}`);
}

const faulty = (message: string): GxError => new GxError("BAD_WALLET", message);
