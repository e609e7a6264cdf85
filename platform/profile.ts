// The connection profile: where the Fabric peers are and which identities may speak to them. Opens no connection.
import { readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { z } from "zod";
import type { Config } from "./config.js";
import { GxError, messageOf } from "./errors.js";

const text = z.string().min(1);
// A name, because it is completed to names of files in the wallet.
const fileName = text.regex(/^[^/\\]+$/, "must be the name of files in the wallet, without a folder");

const shape = z.strictObject({
  channel: text,
  chaincode: text,
  mspId: text,
  organizations: z.array(z.strictObject({ mspId: text, tlsRoots: text })).min(1),
  peers: z
    .array(
      z.strictObject({
        address: text.regex(/^[^\s:]+:\d{1,5}$/, "must be host:port"),
        mspId: text.optional(),
        tlsHostname: text.optional(),
      }),
    )
    .min(1),
  wallet: text,
  identities: z.record(text, fileName).optional(),
});

export interface Organization {
  mspId: string;
  /** File with the PEM roots of the TLS certificates of this organization's peers. */
  tlsRoots: string;
}

export interface Peer {
  /** host:port of the peer's gRPC endpoint. */
  address: string;
  /** MSP of the organization that runs the peer; one of the profile's. */
  mspId: string;
  /** Name in the peer's TLS certificate, where it is not the host of the address. */
  tlsHostname?: string;
}

export interface Profile {
  channel: string;
  chaincode: string;
  /** MSP of the identities in the wallet. */
  mspId: string;
  /** Those whose peers are named below. */
  organizations: Organization[];
  /** At least one, in order of preference; of any organization. */
  peers: Peer[];
  /** Folder with the flat files `<identity>-cert` and `<identity>-key`. */
  wallet: string;
  /** Name in the wallet by role, where it is not the usual one. */
  identities: Readonly<Record<string, string>>;
}

/**
 * Reads a connection profile; `tlsRoots` and `wallet` come back absolute (they are relative to the profile's folder),
 * a peer without `mspId` as one of the profile's own organization.
 * @throws GxError BAD_PROFILE naming the file and every faulty field.
 */
export function readProfile(path: string): Profile {
  const parsed = shape.safeParse(readJson(path));
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `${issue.path.join(".") || "the whole"}: ${issue.message}`);
    throw faulty(path, faults, parsed.error);
  }
  const { organizations, peers, wallet, identities = {}, ...rest } = parsed.data;
  const inFolder = (file: string) => resolve(dirname(path), file);
  const profile: Profile = {
    ...rest,
    organizations: organizations.map(({ mspId, tlsRoots }) => ({ mspId, tlsRoots: inFolder(tlsRoots) })),
    peers: peers.map(({ address, mspId = rest.mspId, tlsHostname }) =>
      tlsHostname === undefined ? { address, mspId } : { address, mspId, tlsHostname },
    ),
    wallet: inFolder(wallet),
    identities,
  };
  const faults = [...contradictions(profile), ...rootFaults(profile)];
  if (faults.length > 0) throw faulty(path, faults);
  return profile;
}

/** Writes a connection profile so that a reader sees the old or the new one, never a part. */
export function writeProfile(path: string, profile: Profile): void {
  writeFileSync(`${path}.new`, `${JSON.stringify(profile, undefined, 2)}\n`);
  renameSync(`${path}.new`, path);
}

/** File with the TLS roots that a peer's certificate must chain to. @throws GxError BAD_PROFILE */
export function tlsRootsOf({ organizations }: Pick<Profile, "organizations">, { address, mspId }: Peer): string {
  const organization = organizations.find((one) => one.mspId === mspId);
  if (organization) return organization.tlsRoots;
  throw new GxError("BAD_PROFILE", `no organization of the connection profile is ${mspId}, the one of peer ${address}`);
}

/** Name in the wallet of the identity for a role; `usual` where the profile names none. */
export const identityOf = ({ identities }: Pick<Profile, "identities">, role: string, usual: string): string =>
  identities[role] ?? usual;

/** What each field alone does not show. */
function contradictions({ organizations, peers }: Profile): string[] {
  const known = organizations.map(({ mspId }) => mspId);
  const addresses = peers.map(({ address }) => address);
  return [
    ...repeated(known).map((index) => `organizations.${index}.mspId: ${known[index]} stands there twice`),
    ...repeated(addresses).map((index) => `peers.${index}.address: ${addresses[index]} stands there twice`),
    ...peers.flatMap(({ mspId }, index) =>
      known.includes(mspId)
        ? []
        : [`peers.${index}.mspId: ${mspId} is none of the organizations (${known.join(", ")})`],
    ),
  ];
}

function rootFaults({ organizations }: Profile): string[] {
  return organizations.flatMap(({ tlsRoots }, index) => {
    const field = `organizations.${index}.tlsRoots`;
    try {
      if (readFileSync(tlsRoots, "utf8").includes("-----BEGIN CERTIFICATE-----")) return [];
      return [`${field}: ${tlsRoots} holds no certificate in PEM`];
    } catch (error) {
      return [`${field}: ${messageOf(error)}; ${besideOf(tlsRoots)}`];
    }
  });
}

/** What lies where a file was expected. */
function besideOf(file: string): string {
  try {
    const names = readdirSync(dirname(file)).sort();
    return `in ${dirname(file)} there are ${names.join(", ") || "no files"}`;
  } catch {
    return `there is no folder ${dirname(file)}`;
  }
}

const repeated = (values: readonly string[]): number[] =>
  values.flatMap((value, index) => (values.indexOf(value) < index ? [index] : []));

const faulty = (path: string, faults: readonly string[], cause?: unknown): GxError =>
  new GxError("BAD_PROFILE", `connection profile ${path}: ${faults.join("; ")}`, { cause });

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw new GxError("BAD_PROFILE", `connection profile ${path} cannot be read: ${messageOf(cause)}`, { cause });
  }
}

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+):/;

/**
 * The profile that the settings name.
 * @throws GxError BAD_PROFILE; on mainnet for a peer on this machine too, where development has its ledger.
 */
export function profileOf({ env, fabricProfile }: Pick<Config, "env" | "fabricProfile">): Profile {
  const profile = readProfile(fabricProfile);
  const near = env === "mainnet" ? profile.peers.filter(({ address }) => LOOPBACK.test(address)) : [];
  if (near.length === 0) return profile;
  const faults = near.map(
    ({ address }) => `peers: ${address} is on this machine, as a development ledger is; mainnet has none`,
  );
  throw faulty(fabricProfile, faults);
}
