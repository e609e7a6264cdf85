// Files of keys in the folders of a network's layout, and the Secrets that carry them: a Secret's keys are flat, so each
// file of a folder has its path with points. What a pod mounts of them is told by the same list.
import type { ChaincodePlace, Layout, OrdererPlace, PeerPlace } from "../../network/layout.js";
import { ORDERER_MSP, peerOrganizations } from "../../network/layout.js";
import { adminOf } from "../../network/crypto.js";

export interface KeyFile {
  /** Key in the Secret. */
  key: string;
  /** Below the folder of keys. */
  path: string;
}

const file = (path: string): KeyFile => ({ key: path.replaceAll("/", "."), path });

const ROOTS = ["msp/cacerts/ca.pem", "msp/tlscacerts/ca.pem", "msp/config.yaml"];
const MEMBER = [...ROOTS, "msp/signcerts/cert.pem", "msp/keystore/key.pem"];
const NODE = [...MEMBER, "tls/server.crt", "tls/server.key", "tls/ca.crt"];

/** What a node mounts: its own keys, and the roots of who may call its guarded ports. */
export const filesOfNode = ({ name, kind }: OrdererPlace | PeerPlace): KeyFile[] => [
  ...NODE.map((path) => file(`${name}/${path}`)),
  file("callers/metrics.crt"),
  ...(kind === "orderer" ? [file("callers/administration.crt")] : []),
];

/** What joins the channel and defines the chaincode: administrators of the organizations, and certificates of everybody. */
export const filesOfAdministration = ({ orderers, peers, chaincodes }: Layout): KeyFile[] => [
  ...[ORDERER_MSP, ...peerOrganizations.map(({ mspId }) => mspId)].flatMap((id) =>
    ROOTS.map((path) => file(`${id}/${path}`)),
  ),
  ...peerOrganizations.flatMap(({ mspId }) => MEMBER.map((path) => file(`${adminOf(mspId)}/${path}`))),
  ...orderers.flatMap(({ name }) => [file(`${name}/tls/server.crt`), file(`${name}/tls/ca.crt`)]),
  ...[...peers, ...chaincodes(1)].map(({ name }) => file(`${name}/tls/ca.crt`)),
  file("callers/administration-client/tls.crt"),
  file("callers/administration-client/tls.key"),
];

/** What a chaincode process mounts: its TLS pair, and the root that is part of its package. */
export const filesOfChaincode = ({ name }: ChaincodePlace): KeyFile[] =>
  ["tls/server.crt", "tls/server.key", "tls/ca.crt"].map((path) => file(`${name}/${path}`));

export const ADMINISTRATION = "channel-administration";
export const keysOf = (node: string): string => `${node}-keys`;

/** Every Secret of a network by its name. */
export const secretsOf = (layout: Layout): Readonly<Record<string, readonly KeyFile[]>> => ({
  ...Object.fromEntries([...layout.orderers, ...layout.peers].map((node) => [keysOf(node.name), filesOfNode(node)])),
  ...Object.fromEntries(layout.chaincodes(1).map((place) => [keysOf(place.name), filesOfChaincode(place)])),
  [ADMINISTRATION]: filesOfAdministration(layout),
});
