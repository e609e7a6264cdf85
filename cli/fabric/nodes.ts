// Orderers, peers and certificate authorities of the reference network: each a StatefulSet of one with its Service.
import { HOME, ports } from "../../network/cluster.js";
import { peerOrganizations, type Layout, type OrdererPlace, type PeerPlace } from "../../network/layout.js";
import { builderScripts } from "../../network/package.js";
import { builderOf } from "../../network/plans.js";
import { filesOfNode, keysOf } from "./keys.js";
import {
  account,
  itemsOf,
  PART,
  podOf,
  SECRET_MODE,
  service,
  type Container,
  type Resources,
  type Section,
} from "./pods.js";

interface Kind {
  app: string;
  image: string;
  command: readonly string[];
  ports: Readonly<Record<string, number>>;
  requests: Resources;
  limits: Resources;
  storage: string;
  priority: string;
}

const kinds = {
  orderer: {
    app: "orderer",
    image: "fabric-orderer",
    command: ["orderer"],
    ports: { grpc: ports.orderer, admin: ports.admin, ops: ports.operations },
    requests: { cpu: "250m", memory: "512Mi" },
    limits: { cpu: "1", memory: "1Gi" },
    storage: "20Gi",
    priority: "gx-critical",
  },
  peer: {
    app: "peer",
    image: "fabric-peer",
    command: ["peer", "node", "start"],
    ports: { grpc: ports.peer, ops: ports.operations },
    requests: { cpu: "1", memory: "2Gi" },
    limits: { cpu: "2", memory: "4Gi" },
    storage: "100Gi",
    priority: "gx-critical",
  },
  ca: {
    app: "ca",
    image: "fabric-ca",
    command: ["fabric-ca-server", "start"],
    ports: { https: ports.authority, ops: ports.operations },
    requests: { cpu: "100m", memory: "256Mi" },
    limits: { cpu: "500m", memory: "512Mi" },
    storage: "5Gi",
    priority: "gx-serving",
  },
} as const satisfies Readonly<Record<string, Kind>>;

interface StatefulNode {
  name: string;
  org: string;
  kind: Kind;
  container: Pick<Container, "env" | "probes" | "mounts">;
  volumes: readonly Section[];
}

const ORDERER_ORG = "org0";
export const orgOf = (mspId: string): string =>
  peerOrganizations.find((one) => one.mspId === mspId)?.short ?? ORDERER_ORG;

/** Health is told to everybody over TLS; a node says that it is well before it takes calls. */
const probes = (port: string): Section => {
  const health = { httpGet: { path: "/healthz", port: "ops", scheme: "HTTPS" }, timeoutSeconds: 2 };
  return {
    startupProbe: { ...health, periodSeconds: 2, failureThreshold: 60 },
    readinessProbe: { tcpSocket: { port }, timeoutSeconds: 2, periodSeconds: 5, failureThreshold: 2 },
    livenessProbe: { ...health, periodSeconds: 10, failureThreshold: 3 },
  };
};

export const configOf = (node: string): string => `${node}-config`;

/** An orderer or a peer with what `network/` gives it: its configuration, its keys, its data, each in the same folder. */
export function fabricNode(layout: Layout, place: OrdererPlace | PeerPlace): Section[] {
  const { name, mspId, kind } = place;
  const isPeer = kind === "peer";
  return statefulNode({
    name,
    org: orgOf(mspId),
    kind: kinds[kind],
    container: {
      env: { FABRIC_CFG_PATH: layout.config(name), FABRIC_LOGGING_SPEC: "info", FABRIC_LOGGING_FORMAT: "json" },
      probes: probes("grpc"),
      mounts: [
        { name: "config", mountPath: layout.config(name), readOnly: true },
        { name: "keys", mountPath: layout.crypto(), readOnly: true },
        { name: "data", mountPath: layout.data(name) },
        ...(isPeer ? [{ name: "builder", mountPath: `${builderOf(layout)}/bin`, readOnly: true }] : []),
      ],
    },
    volumes: [
      { name: "config", configMap: { name: configOf(name) } },
      {
        name: "keys",
        secret: { secretName: keysOf(name), defaultMode: SECRET_MODE, items: itemsOf(filesOfNode(place)) },
      },
      ...(isPeer ? [{ name: "builder", configMap: { name: BUILDER, defaultMode: 0o555 } }] : []),
    ],
  });
}

const BUILDER = "chaincode-builder";
export const builderMap: Section = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: BUILDER, labels: PART },
  data: builderScripts,
};

/** Its root, its settings and its registrar's password come from one Secret. */
export function authorityNode(org: string): Section[] {
  const name = `ca-${org}`;
  const home = `${HOME}/data/${name}`;
  const keys = `${HOME}/crypto/${name}`;
  return statefulNode({
    name,
    org,
    kind: kinds.ca,
    container: {
      env: { FABRIC_CA_SERVER_HOME: home },
      probes: probes("https"),
      mounts: [
        { name: "keys", mountPath: keys, readOnly: true },
        { name: "data", mountPath: home },
        {
          name: "keys",
          mountPath: `${home}/fabric-ca-server-config.yaml`,
          subPath: "fabric-ca-server-config.yaml",
          readOnly: true,
        },
      ],
    },
    volumes: [{ name: "keys", secret: { secretName: keysOf(name), defaultMode: SECRET_MODE } }],
  });
}

function statefulNode({ name, org, kind, container, volumes }: StatefulNode): Section[] {
  const { app, image, command, ports, requests, limits, storage, priority } = kind;
  const labels = { app, org, node: name };
  const pod = podOf({
    ...{ labels, priority, volumes, pool: "required", account: name },
    // Orderers away from orderers, peers of an organization away from each other.
    apart: app === "orderer" ? { app } : { app, org },
    containers: [{ name: app, image, command, ports, requests, limits, ...container }],
  });
  const set: Section = {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name, labels: { ...labels, ...PART } },
    spec: {
      serviceName: name,
      replicas: 1,
      revisionHistoryLimit: 5,
      minReadySeconds: 5,
      // One after the other, by hand: all of them at once would stop the channel.
      updateStrategy: { type: "OnDelete" },
      selector: { matchLabels: { ...labels, ...PART } },
      template: pod,
      volumeClaimTemplates: [
        {
          metadata: { name: "data" },
          spec: {
            accessModes: ["ReadWriteOnce"],
            storageClassName: "local-path",
            resources: { requests: { storage } },
          },
        },
      ],
    },
  };
  return [account(name), service(name, labels, ports), set];
}
