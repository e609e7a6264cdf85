// What a Fabric certificate says of its holder: organizational units, attributes, time. Pure: reads no file and no key.
import type { X509Certificate } from "node:crypto";
import { GxError, messageOf } from "./errors.js";

/** Organizational units of the subject; a Fabric CA puts several into one name part. */
export const unitsOf = ({ subject }: X509Certificate): string[] =>
  [...subject.matchAll(/(?:^|\n| \+ )OU=(.*?)(?= \+ |\n|$)/g)].map(([, unit]) => unit ?? "");

/** Subject or issuer on one line. */
export const nameOn = (name: string): string => name.replaceAll("\n", ", ");

/**
 * The GxError that keeps a certificate from use at `now` (Unix ms), worth a second look later; undefined when it may be used.
 * Codes: IDENTITY_EXPIRED, IDENTITY_NOT_YET_VALID.
 */
export function timeFault(
  name: string,
  { validFrom, validTo }: X509Certificate,
  now = Date.now(),
): GxError | undefined {
  const [from, to] = [new Date(validFrom), new Date(validTo)];
  if (to.getTime() <= now) {
    const mend = "replace it with gx wallet rotate or gx wallet import";
    return new GxError("IDENTITY_EXPIRED", `the certificate of ${name} ended at ${to.toISOString()}; ${mend}`, {
      retry: "later",
    });
  }
  if (from.getTime() <= now) return undefined;
  const text = `the certificate of ${name} begins at ${from.toISOString()}; compare this machine's clock with the CA's`;
  return new GxError("IDENTITY_NOT_YET_VALID", text, { retry: "later" });
}

// OBJECT IDENTIFIER 1.2.3.4.5.6.7.8.1: Fabric CA's attributes, raw JSON in the extension's OCTET STRING.
const ATTRIBUTES = Buffer.from("06082a03040506070801", "hex");

/** Attributes in a DER certificate (Fabric CA's extension); empty when it has none. @throws GxError BAD_WALLET */
export function attributesOf(der: Buffer): Record<string, string> {
  const at = der.indexOf(ATTRIBUTES);
  if (at < 0) return {};
  const critical = der[at + ATTRIBUTES.length] === 0x01 ? 3 : 0;
  const json = parsed(derValue(der.subarray(at + ATTRIBUTES.length + critical)));
  const attrs = typeof json === "object" && json !== null && "attrs" in json ? json.attrs : undefined;
  return Object.fromEntries(Object.entries(attrs ?? {}).map(([name, of]) => [name, String(of)]));
}

function parsed(value: Buffer): unknown {
  try {
    return JSON.parse(value.toString("utf8"));
  } catch (cause) {
    throw new GxError("BAD_WALLET", `attributes of the certificate cannot be parsed: ${messageOf(cause)}`, { cause });
  }
}

function derValue(der: Buffer): Buffer {
  const short = der[1] ?? 0;
  if (short < 0x80) return der.subarray(2, 2 + short);
  const size = short & 0x7f;
  return der.subarray(2 + size, 2 + size + der.readUIntBE(2, size));
}
