// Which nodes a network has, on which ports, and where each keeps its files. Starts nothing.
import { join } from "node:path";

/** Where the nodes of a network on this machine are. */
export const LOOPBACK = "127.0.0.1";
export const ORDERER_MSP = "OrdererMSP";
/** Organizations with peers, in order; the first one operates the system. */
export const peerOrganizations = [
  { mspId: "Org1MSP", short: "org1" },
  { mspId: "Org2MSP", short: "org2" },
] as const;
export type PeerOrganization = (typeof peerOrganizations)[number];

export interface Size {
  orderers: 1 | 3 | 5;
  /** Peers of each organization. */
  peers: 1 | 2;
}

export interface OrdererPlace {
  kind: "orderer";
  name: string;
  mspId: string;
  /** Name under which every other node reaches it. */
  host: string;
  port: number;
  adminPort: number;
  operationsPort: number;
}

export interface PeerPlace {
  kind: "peer";
  name: string;
  mspId: string;
  host: string;
  port: number;
  operationsPort: number;
}

export interface ChaincodePlace {
  kind: "chaincode";
  name: string;
  mspId: string;
  host: string;
  port: number;
  /** File with the roots of its TLS certificate; without it peers speak to it in clear, which is for loopback only. */
  tlsRoots?: string;
}

/** Files with the roots of the certificates that callers of a port must show. */
export interface PortGuard {
  /** Of who reads figures; the health of a node is told to everybody. */
  metrics: string;
  /** Of who joins orderers to channels. */
  administration: string;
}

/** A certificate authority of an organization, where one runs. */
export interface AuthorityPlace {
  name: string;
  mspId: string;
  host: string;
}

export interface Layout {
  home: string;
  /** Address on which every node listens. */
  bind: string;
  /** Without it the ports of operations and administration are plain, which is for loopback only. */
  guard?: PortGuard;
  orderers: readonly OrdererPlace[];
  peers: readonly PeerPlace[];
  authorities?: readonly AuthorityPlace[];
  /** One chaincode process of each organization, for the definition of this sequence. */
  chaincodes(sequence: number): readonly ChaincodePlace[];
  /** Folder of the keys of an organization or of one of its nodes. */
  crypto(...path: string[]): string;
  data(node: string): string;
  config(name: string): string;
  log(node: string): string;
  pid(node: string): string;
}

/** Ports that a network takes from its first one on: five orderers of three, four peers of two, ten chaincode processes. */
export const PORTS = 33;

/** Chaincode processes of an organization that can stand side by side while a version follows another. */
const TURNS = 5;

/** `home` is the network's own folder. */
export function layoutOf(home: string, { orderers, peers }: Size, firstPort: number): Layout {
  const firstPeer = firstPort + 15;
  const firstChaincode = firstPeer + 8;
  return {
    home,
    bind: LOOPBACK,
    orderers: Array.from({ length: orderers }, (_, index) => {
      const port = firstPort + 3 * index;
      const ports = { port, adminPort: port + 1, operationsPort: port + 2 };
      return { kind: "orderer", name: `orderer${index}`, mspId: ORDERER_MSP, host: LOOPBACK, ...ports };
    }),
    // By rank first, so that the first of each organization comes before every second one.
    peers: Array.from({ length: peers }, (_, rank) =>
      peerOrganizations.map(({ mspId, short }, index): PeerPlace => {
        const port = firstPeer + 2 * (2 * rank + index);
        const ports = { port, operationsPort: port + 1 };
        return { kind: "peer", name: `peer${rank}-${short}`, mspId, host: LOOPBACK, ...ports };
      }),
    ).flat(),
    chaincodes: (sequence) =>
      peerOrganizations.map(({ mspId, short }, index) => {
        const port = firstChaincode + TURNS * index + (sequence % TURNS);
        return { kind: "chaincode", name: `chaincode-${short}`, mspId, host: LOOPBACK, port };
      }),
    ...foldersOf(home),
  };
}

/** Where a network keeps its files in its own folder. */
export const foldersOf = (home: string): Pick<Layout, "crypto" | "data" | "config" | "log" | "pid"> => ({
  crypto: (...path) => join(home, "crypto", ...path),
  data: (node) => join(home, "data", node),
  config: (name) => join(home, "config", name),
  log: (node) => join(home, "logs", `${node}.log`),
  pid: (node) => join(home, "pids", `${node}.json`),
});

/** Every port that the network takes while the chaincode's definition has this sequence. */
export function portsOf(layout: Layout, sequence: number): { node: string; port: number }[] {
  const orderers = layout.orderers.flatMap(({ name, port, adminPort, operationsPort }) =>
    [port, adminPort, operationsPort].map((one) => ({ node: name, port: one })),
  );
  const peers = layout.peers.flatMap(({ name, port, operationsPort }) =>
    [port, operationsPort].map((one) => ({ node: name, port: one })),
  );
  return [...orderers, ...peers, ...layout.chaincodes(sequence).map(({ name, port }) => ({ node: name, port }))];
}
