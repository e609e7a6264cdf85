// Mainnet and testnet on four played nodes, with the real scheduler and the real controllers: where pods stand, and what a
// quota refuses. Nodes are played, so no process of ours runs here.
import { eventually } from "../../environment.js";
import { checkWith } from "../checks.js";
import { render, type KubeObject } from "../manifests.js";
import { controlPlane, movers, startCluster, type Cluster } from "./kube.js";

const MAINNET = "backend-mainnet";
const TESTNET = "backend-testnet";
const needs = [...controlPlane, ...movers];
const timeoutMs = 240_000;

let starting: Promise<Cluster> | undefined;
/** With everything applied and every pod available. */
const server = (): Promise<Cluster> => (starting ??= populated());
afterAll(async () => (await starting)?.stop());

checkWith(
  { needs, timeoutMs },
  "OPS-1.4",
  "K",
  "on four nodes every pod finds its place, replicas apart, tests only in their own pool",
  async () => {
    const cluster = await server();
    const pods = [...(await podsOf(cluster, MAINNET)), ...(await podsOf(cluster, TESTNET))];
    expect(pods.filter(({ spec }) => spec.nodeName === undefined).map(({ metadata }) => metadata.name)).toEqual([]);
    const nodes = (namespace: string) =>
      [
        ...new Set(pods.filter(({ metadata }) => metadata.namespace === namespace).map(({ spec }) => spec.nodeName)),
      ].sort();
    expect(nodes(TESTNET)).toEqual(["node-4"]);
    expect(nodes(MAINNET)).toEqual(["node-1", "node-2", "node-3"]);
    const workloads = new Map<string, (string | undefined)[]>();
    for (const { metadata, spec } of pods.filter((pod) => pod.metadata.namespace === MAINNET)) {
      const owner = metadata.ownerReferences?.[0]?.name ?? "";
      workloads.set(owner, [...(workloads.get(owner) ?? []), spec.nodeName]);
    }
    expect([...workloads].filter(([, places]) => new Set(places).size !== places.length)).toEqual([]);
  },
);

checkWith(
  { needs, timeoutMs },
  "OPS-1.3",
  "K",
  "a pod over the quota of its namespace is refused and named",
  async () => {
    const { ask } = await server();
    const [deployment] = render("k8s/overlays/testnet").filter(
      ({ kind, metadata }) => kind === "Deployment" && metadata.name === "gateway",
    );
    const { template } = deployment?.["spec"] as { template: { metadata: object; spec: object } };
    const pod = (index: number) => ({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { ...template.metadata, labels: { planted: "yes" }, name: `planted-${index}`, namespace: TESTNET },
      spec: template.spec,
    });
    const items = Array.from({ length: 20 }, (_, index) => pod(index));
    const { code, err } = await ask(["create", "-f", "-"], JSON.stringify({ apiVersion: "v1", kind: "List", items }));
    expect(code).toBe(1);
    expect(err).toMatch(
      /exceeded quota: backend-testnet-quota, requested: .*requests\.cpu=500m.*limited: .*requests\.cpu=8/,
    );
    await ask(["delete", "pods", "-n", TESTNET, "-l", "planted=yes", "--now"]);
  },
);

interface Pod extends KubeObject {
  metadata: {
    name: string;
    namespace: string;
    labels: Record<string, string>;
    ownerReferences?: { kind: string; name: string }[];
  };
  spec: { nodeName?: string };
}

async function populated(): Promise<Cluster> {
  const cluster = await startCluster({ moving: true });
  const list = (items: readonly object[]) => JSON.stringify({ apiVersion: "v1", kind: "List", items });
  const apply = (items: readonly object[]) => cluster.kubectl(["apply", "--server-side", "-f", "-"], list(items));
  await apply([...[1, 2, 3, 4].map(node), storage, ...Array.from({ length: 12 }, (_, index) => volume(index))]);
  await apply(render("k8s/cluster"));
  await apply(render("k8s/overlays/mainnet"));
  await apply(render("k8s/overlays/testnet"));
  await allAvailable(cluster);
  return cluster;
}

/** Home site of the plan: three nodes of mainnet and one of tests, 16 cores and 64 GB each. */
function node(index: number): object {
  const name = `node-${index}`;
  const size = { cpu: "16", memory: "64Gi", pods: "110" };
  const labels = {
    "gx/pool": index === 4 ? "test" : "mainnet",
    "kubernetes.io/hostname": name,
    "topology.kubernetes.io/region": "region-a",
    "topology.kubernetes.io/zone": `zone-${index}`,
  };
  return { apiVersion: "v1", kind: "Node", metadata: { name, labels }, status: { capacity: size, allocatable: size } };
}

// Volumes that stand already: the class has nobody who makes them here.
const storage = {
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  metadata: { name: "local-path" },
  provisioner: "kubernetes.io/no-provisioner",
  volumeBindingMode: "WaitForFirstConsumer",
};
const volume = (index: number): object => ({
  apiVersion: "v1",
  kind: "PersistentVolume",
  metadata: { name: `volume-${index}` },
  spec: {
    capacity: { storage: "100Gi" },
    accessModes: ["ReadWriteOnce"],
    storageClassName: "local-path",
    hostPath: { path: `/volumes/${index}` },
  },
});

async function podsOf({ kubectl }: Cluster, namespace: string): Promise<Pod[]> {
  const { items } = JSON.parse(await kubectl(["get", "pods", "-n", namespace, "-o", "json"])) as { items: Pod[] };
  // Jobs end where they began.
  return items.filter(({ metadata }) => metadata.ownerReferences?.[0]?.kind !== "Job");
}

/** Every Deployment and StatefulSet has what it wants, and nothing is on its way. */
async function allAvailable({ kubectl }: Cluster): Promise<void> {
  const columns = "{.spec.replicas}/{.status.replicas}/{.status.availableReplicas}";
  const args = ["get", "deployments,statefulsets", "-A", "-o", `jsonpath={range .items[*]}${columns} {end}`];
  const settled = async () =>
    (await kubectl(args))
      .trim()
      .split(" ")
      .every((one) => new Set(one.split("/")).size === 1);
  await eventually(settled, "every workload is available", 120_000);
}
