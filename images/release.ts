// release.json: what a release is made of, and the signature without which no overlay outside development takes its digests.
// Never holds a key: whoever releases names the file that has it.
import { createPrivateKey, createPublicKey, sign, verify, type KeyObject } from "node:crypto";
import { z } from "zod";
import { GxError, messageOf } from "../platform/errors.js";

const digest = z.string().regex(/^sha256:(?!0{64}$)[0-9a-f]{64}$/, "must be sha256: and 64 hexadecimal digits");

const image = z.strictObject({
  /** Null until the image is in a registry. */
  digest: digest.nullable(),
  /** Registry and name; a placeholder's where it is left out. */
  repository: z.string().optional(),
  /** As its Dockerfile names it. */
  base: z.string(),
  /** Bytes of its files beside the base, as the last dry run measured them; null when there was none. */
  size: z.number().int().positive().nullable(),
  packages: z.number().int().positive(),
});

const release = z.strictObject({
  version: z.string(),
  /** Hash of the sources of the catalogue, as gx_build_info shows it. */
  catalogue: z.string(),
  chaincode: z.string(),
  images: z.record(z.string(), image),
  /** By image: name@version of everything that npm put into it. */
  packages: z.record(z.string(), z.array(z.string())),
});

export type Release = z.infer<typeof release>;

export const textOf = (content: Release): string => `${JSON.stringify(content, null, 2)}\n`;

/** The signature of exactly these bytes, base64. `key`: Ed25519, PEM. @throws GxError RELEASE_KEY */
export function signatureOf(text: string, key: string): string {
  return sign(null, Buffer.from(text), keyOf(key, createPrivateKey)).toString("base64");
}

/**
 * The release that the holder of the key vouches for, with a digest for every image.
 * @throws GxError RELEASE_UNSIGNED, RELEASE_SIGNATURE, RELEASE_KEY, RELEASE_CONTENT
 */
export function verified(text: string, signature: string | undefined, key: string): Release {
  if (signature === undefined) {
    throw new GxError("RELEASE_UNSIGNED", "the release is not signed; sign it with: npm run release -- sign");
  }
  if (!verify(null, Buffer.from(text), keyOf(key, createPublicKey), Buffer.from(signature, "base64"))) {
    throw new GxError("RELEASE_SIGNATURE", "the signature is not of this release, or not by this key");
  }
  const content = parsed(text);
  const without = Object.keys(content.images).filter((name) => content.images[name]?.digest === null);
  if (without.length > 0) {
    throw new GxError("RELEASE_CONTENT", `${without.join(", ")} has no digest: push it, and write the release anew`);
  }
  return content;
}

/** @throws GxError RELEASE_CONTENT naming the field */
export function parsed(text: string): Release {
  try {
    return release.parse(JSON.parse(text));
  } catch (cause) {
    const why = cause instanceof z.ZodError ? z.prettifyError(cause) : messageOf(cause);
    throw new GxError("RELEASE_CONTENT", `the release cannot be read: ${why}`, { cause });
  }
}

function keyOf(pem: string, make: (pem: string) => KeyObject): KeyObject {
  let key: KeyObject | undefined;
  try {
    key = make(pem);
  } catch (cause) {
    throw new GxError("RELEASE_KEY", `the release key cannot be read: ${messageOf(cause)}`, { cause });
  }
  if (key.asymmetricKeyType === "ed25519") return key;
  throw new GxError("RELEASE_KEY", `the release key is ${key.asymmetricKeyType ?? "of no kind"}; it must be Ed25519`);
}
