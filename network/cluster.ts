// The network in a cluster: the same nodes and files as on one machine, reached by the names of their Services. Starts nothing.
import { foldersOf, ORDERER_MSP, peerOrganizations, type Layout, type PeerPlace, type Size } from "./layout.js";

/** Folder of a network in the file system of each container. */
export const HOME = "/fabric";
/** Ports of every node; each has an address of its own. */
export const ports = { orderer: 7050, admin: 7053, peer: 7051, operations: 9443, chaincode: 9999, authority: 7054 };

/** The name of a Service, complete, so that no search list of a resolver is asked. */
export const serviceHost = (name: string, namespace: string): string => `${name}.${namespace}.svc.cluster.local`;

/** `home`: HOME in a container; another folder where keys are made for it. */
export function clusterLayout(namespace: string, { orderers, peers }: Size, home = HOME): Layout {
  const folders = foldersOf(home);
  const placed = (name: string) => ({ name, host: serviceHost(name, namespace) });
  const peer = (rank: number) =>
    peerOrganizations.map(({ mspId, short }): PeerPlace => ({
      kind: "peer",
      mspId,
      ...placed(`peer${rank}-${short}`),
      port: ports.peer,
      operationsPort: ports.operations,
    }));
  return {
    home,
    bind: "0.0.0.0",
    guard: {
      metrics: folders.crypto("callers", "metrics.crt"),
      administration: folders.crypto("callers", "administration.crt"),
    },
    orderers: Array.from({ length: orderers }, (_, index) => ({
      kind: "orderer",
      mspId: ORDERER_MSP,
      ...placed(`orderer${index}-org0`),
      port: ports.orderer,
      adminPort: ports.admin,
      operationsPort: ports.operations,
    })),
    peers: Array.from({ length: peers }, (_, rank) => peer(rank)).flat(),
    authorities: peerOrganizations.map(({ mspId, short }) => ({ mspId, ...placed(`ca-${short}`) })),
    chaincodes: () =>
      peerOrganizations.map(({ mspId, short }) => ({
        kind: "chaincode",
        mspId,
        ...placed(`chaincode-gx-${short}`),
        port: ports.chaincode,
        tlsRoots: folders.crypto(`chaincode-gx-${short}`, "tls/ca.crt"),
      })),
    ...folders,
  };
}
