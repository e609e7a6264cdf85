// The reference network of k8s/fabric: what section 3.1 says of it, and that it is the network which this repository starts.
import { parse } from "yaml";
import { configtxYaml, coreYaml, ordererYaml } from "../../network/configuration.js";
import { layoutOf, type Layout } from "../../network/layout.js";
import { builderOf } from "../../network/plans.js";
import { check } from "./checks.js";
import { render, type KubeObject } from "./manifests.js";

interface Container {
  name: string;
  image: string;
  ports?: { name: string; containerPort: number }[];
  resources: { requests: Record<string, string>; limits: Record<string, string> };
  volumeMounts: { name: string; mountPath: string; subPath?: string }[];
}
interface PodSpec {
  containers: Container[];
  initContainers?: Container[];
  volumes: {
    name: string;
    secret?: { secretName: string; items?: { path: string }[] };
    configMap?: { name: string };
  }[];
}
interface Workload extends KubeObject {
  spec: {
    replicas: number;
    template: { spec: PodSpec };
    volumeClaimTemplates?: { spec: { resources: { requests: { storage: string } } } }[];
  };
}

const networks = {
  mainnet: { namespace: "fabric", orderers: 5, peers: 2, batchTimeoutMs: 500 },
  testnet: { namespace: "fabric-testnet", orderers: 1, peers: 1, batchTimeoutMs: 200 },
} as const;
const names = ["mainnet", "testnet"] as const;
type Name = (typeof names)[number];

const objectsOf = (name: Name) => render(`k8s/fabric/overlays/${name}`);
const ofKind = (name: Name, ...kinds: string[]) => objectsOf(name).filter(({ kind }) => kinds.includes(kind));
const workloads = (name: Name) => ofKind(name, "StatefulSet", "Deployment") as unknown as Workload[];
const dataOf = (name: Name, map: string, file: string): string => {
  const found = ofKind(name, "ConfigMap").find(({ metadata }) => metadata.name === map);
  const text = (found?.["data"] as Record<string, string> | undefined)?.[file];
  if (text === undefined) throw new Error(`${name} has no ${file} in a ConfigMap ${map}`);
  return text;
};

// Fields that may differ from the network of one machine: addresses, folders, and the keys of ports that are open to others.
const differing = {
  orderer: [
    "Admin.ListenAddress",
    "Admin.TLS",
    "Consensus.SnapDir",
    "Consensus.WALDir",
    "FileLedger.Location",
    "General.ListenAddress",
    "General.ListenPort",
    "General.LocalMSPDir",
    "General.TLS.Certificate",
    "General.TLS.PrivateKey",
    "General.TLS.RootCAs.0",
    "Operations.ListenAddress",
    "Operations.TLS",
  ],
  peer: [
    "chaincode.externalBuilders.0.path",
    "ledger.snapshots.rootDir",
    "operations.listenAddress",
    "operations.tls",
    "peer.address",
    "peer.fileSystemPath",
    "peer.gossip.bootstrap.0",
    "peer.gossip.endpoint",
    "peer.gossip.externalEndpoint",
    "peer.listenAddress",
    "peer.mspConfigPath",
    "peer.tls.cert.file",
    "peer.tls.key.file",
    "peer.tls.rootcert.file",
  ],
  channel: [
    "Application.Organizations.0.AnchorPeers.0.Host",
    "Application.Organizations.0.AnchorPeers.0.Port",
    "Application.Organizations.0.MSPDir",
    "Application.Organizations.1.AnchorPeers.0.Host",
    "Application.Organizations.1.AnchorPeers.0.Port",
    "Application.Organizations.1.MSPDir",
    "Orderer.EtcdRaft.Consenters.N.ClientTLSCert",
    "Orderer.EtcdRaft.Consenters.N.Host",
    "Orderer.EtcdRaft.Consenters.N.Port",
    "Orderer.EtcdRaft.Consenters.N.ServerTLSCert",
    "Orderer.Organizations.0.MSPDir",
    "Orderer.Organizations.0.OrdererEndpoints.N",
  ],
};

describe.each(names)("reference network %s", (name) => {
  const { batchTimeoutMs, namespace, ...size } = networks[name];
  const local: Layout = layoutOf("/home/of/a/network", size, 21_000);

  check("OPS-3.1", "U", `${name}: orderers read what network/ starts, but for addresses, folders and keys`, () => {
    for (const [index, place] of local.orderers.entries()) {
      const text = dataOf(name, `orderer${index}-org0-config`, "orderer.yaml");
      expect(differences(parse(text), ordererYaml(local, place))).toEqual(differing.orderer);
    }
  });

  check("OPS-3.1", "U", `${name}: peers read what network/ starts, but for addresses, folders and keys`, () => {
    const told = { builder: builderOf(local), line: "2.5" as const };
    // A peer that is alone in its organization has no other to begin with.
    const expected = differing.peer.filter((field) => size.peers > 1 || field !== "peer.gossip.bootstrap.0");
    for (const place of local.peers) {
      const text = dataOf(name, `${place.name}-config`, "core.yaml");
      expect(differences(parse(text), coreYaml(local, place, told))).toEqual(expected);
    }
  });

  check("OPS-3.1", "U", `${name}: the channel is the one of network/, blocks cut after ${batchTimeoutMs} ms`, () => {
    const told = parse(dataOf(name, "channel-config", "configtx.yaml")) as { Profiles: { Channel: unknown } };
    const ours = configtxYaml(local, { line: "2.5", batchTimeoutMs }) as unknown as typeof told;
    const found = differences(told.Profiles.Channel, ours.Profiles.Channel);
    const numbered = found.map((field) => field.replace(/(Consenters|OrdererEndpoints)\.\d+/, "$1.N"));
    expect([...new Set(numbered)].sort()).toEqual(differing.channel);
    expect(told.Profiles.Channel).toMatchObject({
      Orderer: {
        BatchTimeout: `${batchTimeoutMs}ms`,
        BatchSize: { MaxMessageCount: 500, PreferredMaxBytes: "2 MB", AbsoluteMaxBytes: "10 MB" },
        EtcdRaft: { Consenters: { length: size.orderers } },
      },
      Application: {
        Policies: {
          Endorsement: { Rule: "MAJORITY Endorsement" },
          LifecycleEndorsement: { Rule: "MAJORITY Endorsement" },
        },
      },
    });
  });

  check("OPS-3.1", "U", `${name}: ports open to other pods ask for a certificate where figures or channels are`, () => {
    const { Admin, Operations } = parse(dataOf(name, "orderer0-org0-config", "orderer.yaml")) as Record<string, never>;
    const roots = "/fabric/crypto/callers";
    expect(Admin).toMatchObject({
      TLS: { Enabled: true, ClientAuthRequired: true, ClientRootCAs: [`${roots}/administration.crt`] },
    });
    expect(Operations).toMatchObject({ TLS: { Enabled: true, ClientRootCAs: [`${roots}/metrics.crt`] } });
    const { operations, chaincode, peer } = parse(dataOf(name, "peer0-org1-config", "core.yaml")) as Record<
      string,
      never
    >;
    expect(operations).toMatchObject({ tls: { enabled: true, clientRootCAs: { files: [`${roots}/metrics.crt`] } } });
    expect(chaincode).toMatchObject({ keepalive: 0, externalBuilders: [{ name: "ccaas" }] });
    expect(peer).toMatchObject({
      limits: { concurrency: { gatewayService: 500 } },
      tls: { enabled: true },
      gossip: { externalEndpoint: `peer0-org1.${namespace}.svc.cluster.local:7051` },
    });
  });

  check("OPS-3.1", "U", `${name}: every address in a configuration is a port of a Service`, () => {
    const offered = ofKind(name, "Service").flatMap(({ metadata, spec }) =>
      (spec as { ports: { port: number }[] }).ports.map(
        ({ port }) => `${metadata.name}.${metadata.namespace}.svc.cluster.local:${port}`,
      ),
    );
    const texts = ofKind(name, "ConfigMap").flatMap((map) => Object.values(map["data"] as Record<string, string>));
    const asked = texts.flatMap((text) =>
      [...text.matchAll(/[a-z0-9.-]+\.svc\.cluster\.local:\d+/g)].map(([one]) => one),
    );
    expect(asked.length).toBeGreaterThan(size.orderers + 2 * size.peers);
    expect(asked.filter((one) => !offered.includes(one))).toEqual([]);
  });

  check("OPS-3.1", "U", `${name}: every file that a configuration names is mounted`, () => {
    for (const workload of workloads(name).filter(({ kind }) => kind === "StatefulSet")) {
      const node = workload.metadata.name;
      if (node.startsWith("ca-")) continue;
      const file = node.startsWith("peer") ? "core.yaml" : "orderer.yaml";
      const asked = [...dataOf(name, `${node}-config`, file).matchAll(/"(\/fabric\/[^"]+)"/g)].map(
        ([, one = ""]) => one,
      );
      expect(asked.length).toBeGreaterThan(5);
      const held = mounted(workload.spec.template.spec);
      expect({ node, missing: asked.filter((one) => !held(one)) }).toEqual({ node, missing: [] });
    }
  });
});

// Copies, cores and GiB asked, cores and GiB at most, GiB of volume: table 3.1.
const expected = {
  orderer: [1, 0.25, 0.5, 1, 1, 20],
  peer: [1, 1, 2, 2, 4, 100],
  ca: [1, 0.1, 0.25, 0.5, 0.5, 5],
  chaincode: [2, 0.25, 0.25, 1, 0.5, 0],
};

check("OPS-3.1", "U", "nodes, ports, resources and volumes are those of the table, on mainnet 15 pods in all", () => {
  const of = (name: Name) =>
    Object.fromEntries(workloads(name).map((one) => [one.metadata.name, measured(one)] as const));
  expect(of("mainnet")).toEqual({
    ...Object.fromEntries([0, 1, 2, 3, 4].map((index) => [`orderer${index}-org0`, expected.orderer])),
    ...Object.fromEntries(["peer0-org1", "peer1-org1", "peer0-org2", "peer1-org2"].map((one) => [one, expected.peer])),
    ...{ "ca-org1": expected.ca, "ca-org2": expected.ca },
    ...{ "chaincode-gx-org1": expected.chaincode, "chaincode-gx-org2": expected.chaincode },
  });
  expect(Object.keys(of("testnet")).sort()).toEqual(
    [
      "ca-org1",
      "ca-org2",
      "chaincode-gx-org1",
      "chaincode-gx-org2",
      "orderer0-org0",
      "peer0-org1",
      "peer0-org2",
    ].sort(),
  );
  const sum = (index: number) =>
    Object.values(of("mainnet")).reduce((total, one) => total + (one[0] ?? 0) * (one[index] ?? 0), 0);
  expect({ pods: Object.values(of("mainnet")).reduce((total, [copies = 0]) => total + copies, 0) }).toEqual({
    pods: 15,
  });
  expect([sum(1), sum(2), sum(5)].map((one) => Number(one.toFixed(2)))).toEqual([6.45, 12, 510]);
});

check("OPS-3.1", "U", "every Service of the reference network offers the ports of the table", () => {
  const ports = { orderer: [7050, 7053, 9443], peer: [7051, 9443], ca: [7054, 9443], chaincode: [9999] };
  for (const { metadata, spec } of ofKind("mainnet", "Service")) {
    const app = metadata.labels?.["app"] as keyof typeof ports;
    expect((spec as { ports: { port: number }[] }).ports.map(({ port }) => port)).toEqual(ports[app]);
  }
});

check("OPS-3.1", "U", "one orderer may be away at a time, and the namespace has its quota", () => {
  expect(ofKind("mainnet", "PodDisruptionBudget").map(({ spec }) => spec)).toEqual([
    { maxUnavailable: 1, selector: { matchLabels: { app: "orderer" } } },
  ]);
  expect(ofKind("mainnet", "ResourceQuota").map(({ spec }) => spec)).toEqual([
    {
      hard: {
        ...{ "requests.cpu": "12", "limits.cpu": "24", "requests.memory": "24Gi", "limits.memory": "48Gi" },
        ...{ pods: "30", persistentvolumeclaims: "15" },
      },
    },
  ]);
});

/** Paths of the fields in which two trees differ, sorted. */
function differences(one: unknown, other: unknown, path = ""): string[] {
  if (!isTree(one) || !isTree(other)) return Object.is(one, other) ? [] : [path];
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  const below = (key: string) => (path === "" ? key : `${path}.${key}`);
  const found = [...keys].flatMap((key) => differences(one[key], other[key], below(key)));
  // Keys of a guarded port are fields that the other has not: told once, by the whole.
  return [
    ...new Set(found.map((field) => field.replace(/\b((?:Admin|Operations)\.TLS|operations\.tls)\..*/, "$1"))),
  ].sort();
}

const isTree = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

/** Whether a path is a folder that is mounted, or a file that the Secret of its mount brings. */
function mounted({ containers, volumes }: PodSpec): (path: string) => boolean {
  const mounts = containers.flatMap(({ volumeMounts }) => volumeMounts);
  return (path) => {
    const mount = mounts.find(
      ({ mountPath }) => `${path}/`.startsWith(`${mountPath}/`) || mountPath.startsWith(`${path}/`),
    );
    const items = volumes.find((one) => one.name === mount?.name)?.secret?.items;
    if (!mount || !items) return mount !== undefined;
    const below = path.slice(mount.mountPath.length + 1);
    return items.some((item) => item.path === below || item.path.startsWith(`${below}/`));
  };
}

function measured({ spec }: Workload): number[] {
  const { requests = {}, limits = {} } = spec.template.spec.containers[0]?.resources ?? {};
  const storage = spec.volumeClaimTemplates?.[0]?.spec.resources.requests.storage ?? "0Gi";
  const gib = (text = "") => (text.endsWith("Mi") ? parseFloat(text) / 1024 : parseFloat(text));
  const cores = (text = "") => (text.endsWith("m") ? parseFloat(text) / 1000 : parseFloat(text));
  return [
    spec.replicas,
    cores(requests["cpu"]),
    gib(requests["memory"]),
    cores(limits["cpu"]),
    gib(limits["memory"]),
    gib(storage),
  ];
}
