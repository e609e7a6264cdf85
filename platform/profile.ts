// The connection profile: where the Fabric peers are and which identities may speak to them. Opens no connection.
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { z } from "zod";
import { GxError, messageOf } from "./errors.js";

const text = z.string().min(1);

const shape = z.strictObject({
  channel: text,
  chaincode: text,
  mspId: text,
  peers: z
    .array(
      z.strictObject({ address: text.regex(/^[^\s:]+:\d{1,5}$/, "must be host:port"), tlsHostname: text.optional() }),
    )
    .min(1),
  tlsRoots: text,
  wallet: text,
});

export interface Peer {
  /** host:port of the peer's gRPC endpoint. */
  address: string;
  /** Name in the peer's TLS certificate, where it is not the host of the address. */
  tlsHostname?: string;
}

export interface Profile {
  channel: string;
  chaincode: string;
  /** MSP of the identities in the wallet. */
  mspId: string;
  /** At least one; the first is preferred. */
  peers: Peer[];
  /** File with the PEM roots of the peers' TLS certificates. */
  tlsRoots: string;
  /** Folder with the flat files `<identity>-cert` and `<identity>-key`. */
  wallet: string;
}

/**
 * Reads a connection profile; `tlsRoots` and `wallet` come back absolute (they are relative to the profile's folder).
 * @throws GxError BAD_PROFILE naming the file and every faulty field.
 */
export function readProfile(path: string): Profile {
  const parsed = shape.safeParse(readJson(path));
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `${issue.path.join(".") || "the whole"}: ${issue.message}`);
    throw new GxError("BAD_PROFILE", `connection profile ${path}: ${faults.join("; ")}`, { cause: parsed.error });
  }
  const { peers, tlsRoots, wallet, ...rest } = parsed.data;
  return {
    ...rest,
    peers: peers.map(({ address, tlsHostname }) =>
      tlsHostname === undefined ? { address } : { address, tlsHostname },
    ),
    tlsRoots: resolve(dirname(path), tlsRoots),
    wallet: resolve(dirname(path), wallet),
  };
}

/** Writes a connection profile so that a reader sees the old or the new one, never a part. */
export function writeProfile(path: string, profile: Profile): void {
  writeFileSync(`${path}.new`, `${JSON.stringify(profile, undefined, 2)}\n`);
  renameSync(`${path}.new`, path);
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw new GxError("BAD_PROFILE", `connection profile ${path} cannot be read: ${messageOf(cause)}`, { cause });
  }
}
