// Chaincode processes of the reference network, and the Jobs that make its channel and define the chaincode there.
import { HOME, ports } from "../../network/cluster.js";
import type { ChaincodePlace, Layout } from "../../network/layout.js";
import { ADMINISTRATION, filesOfAdministration, filesOfChaincode, keysOf } from "./keys.js";
import { orgOf } from "./nodes.js";
import { account, itemsOf, PART, podOf, SECRET_MODE, service, type Container, type Section } from "./pods.js";
import type { ShapeName } from "./shapes.js";

/** Version and sequence of the definition: the same for the Job that commits it and the processes that serve it. */
export const DEFINITION = "chaincode-definition";
export const definitionMap = (version: string): Section => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: DEFINITION, labels: PART },
  data: { version, sequence: "1" },
});

const DEFINITION_FOLDER = `${HOME}/definition`;
const definitionVolume: Section = { name: "definition", configMap: { name: DEFINITION } };
const definitionMount: Section = { name: "definition", mountPath: DEFINITION_FOLDER, readOnly: true };

/** In the pod the package id is known only with the root of the certificate, which is part of the package. */
export function chaincodeNode(layout: Layout, place: ChaincodePlace, shape: ShapeName): Section[] {
  const { name, mspId } = place;
  const org = orgOf(mspId);
  const labels = { app: "chaincode", org };
  const keys: Section = { name: "keys", mountPath: layout.crypto(), readOnly: true };
  const id: Section = { name: "package", mountPath: `${HOME}/package` };
  const small = { requests: { cpu: "250m", memory: "256Mi" }, limits: { cpu: "1", memory: "512Mi" } };
  const pod = podOf({
    ...{ labels, apart: labels, account: name, priority: "gx-critical", pool: "preferred" },
    initContainers: [
      {
        name: "package",
        image: "gx",
        args: [
          "network",
          "package",
          shape,
          "--definition",
          DEFINITION_FOLDER,
          "--org",
          org,
          "--into",
          `${HOME}/package/id`,
        ],
        ...small,
        mounts: [keys, definitionMount, id],
      },
    ],
    containers: [
      {
        name: "chaincode",
        image: "gx-chaincode",
        command: ["sh", "-c", serving(layout, name)],
        env: { CORE_PEER_LOCALMSPID: mspId },
        ports: { grpc: ports.chaincode },
        ...small,
        probes: probes(),
        mounts: [keys, id],
      },
    ],
    volumes: [
      {
        name: "keys",
        secret: { secretName: keysOf(name), defaultMode: SECRET_MODE, items: itemsOf(filesOfChaincode(place)) },
      },
      definitionVolume,
      { name: "package", emptyDir: { sizeLimit: "1Mi" } },
    ],
  });
  const deployment: Section = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, labels: { ...labels, ...PART } },
    spec: {
      replicas: 2,
      revisionHistoryLimit: 5,
      progressDeadlineSeconds: 300,
      minReadySeconds: 5,
      strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      selector: { matchLabels: { ...labels, ...PART } },
      template: pod,
    },
  };
  return [account(name), service(name, labels, { grpc: ports.chaincode }), deployment];
}

/** The image's own command, with an id that is in a file. */
const serving = (layout: Layout, name: string): string =>
  [
    "exec node /app/node_modules/fabric-shim/cli.js server",
    `--chaincode-address 0.0.0.0:${ports.chaincode} --chaincode-id $(cat ${HOME}/package/id)`,
    `--chaincode-tls-cert-file ${layout.crypto(name, "tls/server.crt")}`,
    `--chaincode-tls-key-file ${layout.crypto(name, "tls/server.key")}`,
  ].join(" ");

function probes(): Section {
  const taken = { tcpSocket: { port: "grpc" }, timeoutSeconds: 2 };
  return {
    startupProbe: { ...taken, periodSeconds: 2, failureThreshold: 60 },
    readinessProbe: { ...taken, periodSeconds: 5, failureThreshold: 2 },
    livenessProbe: { ...taken, periodSeconds: 10, failureThreshold: 3 },
  };
}

const PROGRAMS = `${HOME}/programs`;
export const CHANNEL_CONFIG = "channel-config";
const ADMINISTRATOR = "channel-administration";

/** Both may be run again: what is done is left as it is. */
export function jobs(layout: Layout, shape: ShapeName): Section[] {
  const channel = `${HOME}/channel`;
  return [
    account(ADMINISTRATOR),
    job(layout, "channel-join", ["network", "join", shape, "--channel-config", channel], {
      volume: { name: "channel", configMap: { name: CHANNEL_CONFIG } },
      mount: { name: "channel", mountPath: channel, readOnly: true },
    }),
    job(layout, "chaincode-lifecycle", ["network", "define", shape, "--definition", DEFINITION_FOLDER], {
      volume: definitionVolume,
      mount: definitionMount,
    }),
  ];
}

function job(
  layout: Layout,
  name: string,
  args: readonly string[],
  given: { volume: Section; mount: Section },
): Section {
  const labels = { app: "job", job: name };
  const small = { requests: { cpu: "250m", memory: "256Mi" }, limits: { cpu: "500m", memory: "512Mi" } };
  const programs: Section = { name: "programs", mountPath: PROGRAMS };
  const copy: Container = {
    name: "programs",
    image: "fabric-tools",
    command: ["sh", "-c", `cp $(command -v peer) $(command -v configtxgen) ${PROGRAMS}/`],
    ...small,
    mounts: [programs],
  };
  const { metadata, spec } = podOf({
    ...{ labels, apart: labels, account: ADMINISTRATOR, priority: "gx-batch", pool: "preferred" },
    initContainers: [copy],
    containers: [
      {
        name: "gx",
        image: "gx",
        args,
        env: { FABRIC_BIN: PROGRAMS },
        ...small,
        mounts: [
          programs,
          given.mount,
          { name: "keys", mountPath: layout.crypto(), readOnly: true },
          { name: "config", mountPath: layout.config("") },
        ],
      },
    ],
    volumes: [
      { name: "programs", emptyDir: { sizeLimit: "256Mi" } },
      { name: "config", emptyDir: { sizeLimit: "16Mi" } },
      given.volume,
      {
        name: "keys",
        secret: { secretName: ADMINISTRATION, defaultMode: SECRET_MODE, items: itemsOf(filesOfAdministration(layout)) },
      },
    ],
  });
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name, labels: { ...labels, ...PART } },
    spec: {
      backoffLimit: 6,
      activeDeadlineSeconds: 600,
      ttlSecondsAfterFinished: 86_400,
      template: { metadata, spec: { ...spec, restartPolicy: "OnFailure" } },
    },
  };
}
