// Keys and membership folders (MSP) of every organization and node, by our own certificate authority.
// For development networks only: the CA keys lie beside the certificates they sign.
import { mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { issueWallet, type WalletIdentity } from "../ledger/authority.js";
import { openLeaf, openRoot, writeSecret, type Pair } from "../ledger/certificates.js";
import { LOOPBACK, ORDERER_MSP, peerOrganizations, type Layout, type OrdererPlace, type PeerPlace } from "./layout.js";
import { yamlOf } from "./yaml.js";

export interface OrganizationKeys {
  mspId: string;
  org: Pair;
  tls: Pair;
}

const CA_FILE = "cacerts/ca.pem";

/** Makes once what is missing; nothing that stands and is good is changed. */
export async function makeCrypto(layout: Layout): Promise<OrganizationKeys[]> {
  return Promise.all(
    [ORDERER_MSP, ...peerOrganizations.map(({ mspId }) => mspId)].map((id) => organization(layout, id)),
  );
}

/**
 * Writes the wallet of the operating organization: TLS roots of every organization with peers (`ca-cert`, `org2-ca-cert`)
 * and a pair for each identity.
 */
export async function writeWallet(
  wallet: string,
  keys: readonly OrganizationKeys[],
  identities: readonly WalletIdentity[],
): Promise<void> {
  for (const [index, { mspId, short }] of peerOrganizations.entries()) {
    const own = keyed(keys, mspId);
    if (index === 0) await issueWallet(own, wallet, identities);
    else writeSecret(join(wallet, `${short}-ca-cert`), own.tls.certificate);
  }
}

/** File of an organization's TLS roots in the wallet. */
export const tlsRootsName = (index: number, short: string): string => (index === 0 ? "ca-cert" : `${short}-ca-cert`);

export const mspOf = (layout: Layout, owner: string): string => layout.crypto(owner, "msp");
export const tlsOf = (layout: Layout, owner: string, file: string): string => layout.crypto(owner, "tls", file);
/** Folder of the administrator of an organization, who signs its approvals. */
export const adminOf = (mspId: string): string => `${mspId}-admin`;

function keyed(keys: readonly OrganizationKeys[], mspId: string): OrganizationKeys {
  const found = keys.find((one) => one.mspId === mspId);
  if (!found) throw new RangeError(`no keys of ${mspId}`);
  return found;
}

async function organization(layout: Layout, mspId: string): Promise<OrganizationKeys> {
  const folder = layout.crypto(mspId);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const [org, tls] = await Promise.all([
    openRoot(join(folder, "org-ca.pem"), `${mspId} CA`, mspId),
    openRoot(join(folder, "tls-ca.pem"), `${mspId} TLS CA`, mspId),
  ]);
  const keys = { mspId, org, tls };
  write(mspOf(layout, mspId), roots(keys));
  const nodes = [...layout.orderers, ...layout.peers].filter((node) => node.mspId === mspId);
  await Promise.all([
    ...nodes.map((place) => node(layout, keys, place)),
    member(layout, keys, adminOf(mspId), "admin"),
    ...[...layout.chaincodes(1).filter(({ tlsRoots }) => tlsRoots !== undefined), ...(layout.authorities ?? [])]
      .filter((place) => place.mspId === mspId)
      .map((place) => server(layout, keys, { ...place, unit: "" })),
  ]);
  return keys;
}

async function node(
  layout: Layout,
  keys: OrganizationKeys,
  { name, kind, host }: OrdererPlace | PeerPlace,
): Promise<void> {
  await member(layout, keys, name, kind);
  await server(layout, keys, { name, host, unit: kind });
}

async function server(
  layout: Layout,
  keys: OrganizationKeys,
  { name, host, unit }: { name: string; host: string; unit: string },
): Promise<void> {
  const hosts = host === LOOPBACK ? [] : namesOf(host);
  const request = { commonName: name, unit, mspId: keys.mspId, serverTls: true, hosts };
  mkdirSync(layout.crypto(name), { recursive: true, mode: 0o700 });
  const pair = await openLeaf(layout.crypto(name, "tls.pem"), keys.tls, request);
  const files = { "server.crt": pair.certificate, "server.key": pair.key, "ca.crt": keys.tls.certificate };
  write(layout.crypto(name, "tls"), files);
}

/** A Service is reached by any beginning of its whole name: without the cluster, without its namespace. */
const namesOf = (host: string): string[] => host.split(".").map((_, end, parts) => parts.slice(0, end + 1).join("."));

async function member(layout: Layout, keys: OrganizationKeys, name: string, unit: string): Promise<void> {
  mkdirSync(layout.crypto(name), { recursive: true, mode: 0o700 });
  const request = { commonName: name, unit, mspId: keys.mspId };
  const pair = await openLeaf(layout.crypto(name, "sign.pem"), keys.org, request);
  const files = { ...roots(keys), "signcerts/cert.pem": pair.certificate, "keystore/key.pem": pair.key };
  write(mspOf(layout, name), files);
}

/** What every folder of an organization's members begins with. */
function roots({ org, tls }: OrganizationKeys): Record<string, string> {
  const unit = (name: string) => ({ Certificate: CA_FILE, OrganizationalUnitIdentifier: name });
  const units = {
    Enable: true,
    ClientOUIdentifier: unit("client"),
    PeerOUIdentifier: unit("peer"),
    AdminOUIdentifier: unit("admin"),
    OrdererOUIdentifier: unit("orderer"),
  };
  return {
    [CA_FILE]: org.certificate,
    "tlscacerts/ca.pem": tls.certificate,
    "config.yaml": yamlOf({ NodeOUs: units }),
  };
}

function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, content] of Object.entries(files)) {
    const file = join(folder, name);
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    if (contentOf(file) !== content) writeSecret(file, content);
  }
}

function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
