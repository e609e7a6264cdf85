// Network policies of all overlays, in one cluster with whoever else is there: what they allow is the table of edges, no more
// and no less.
import { check } from "./checks.js";
import { connection, promised, readEdges } from "./edges.js";
import { folderOf, overlays, render, type KubeObject } from "./manifests.js";
import { policyOf, simulator, type Labels, type Place } from "./network-simulator.js";
import { podsOf } from "./pods.js";

const edges = readEdges();
const objects = overlays.flatMap((overlay) => render(folderOf(overlay)));
const own = namesAndLabels(render("k8s/cluster").filter(({ kind }) => kind === "Namespace"));
const foreign = ["ingress-nginx", "monitoring", "kube-system", "default"].map((name) => [name, {}] as const);
const namespaces = new Map(
  [...own, ...foreign].map(([name, labels]) => [name, { ...labels, "kubernetes.io/metadata.name": name }]),
);

function namesAndLabels(list: readonly KubeObject[]): (readonly [string, Labels])[] {
  return list.map(({ metadata }) => [metadata.name, metadata.labels ?? {}] as const);
}

const stranger = (namespace: string, name: string, labels: Labels, ports: number[] = []): Place => ({
  ...{ name: `${namespace}/${name}`, labels, namespace: { name: namespace, labels: namespaces.get(namespace) ?? {} } },
  ports: ports.flatMap((number) => ["TCP", "UDP"].map((protocol) => ({ number, protocol }))),
});
const outside = (name: string, address: string): Place => ({ name, address, labels: {}, ports: [] });

const fabric = ["fabric", "fabric-testnet", "fabric-devnet"].flatMap((namespace) => [
  stranger(namespace, "peer0-org1", { app: "peer", org: "org1" }, [7051, 9443]),
  stranger(namespace, "peer0-org2", { app: "peer", org: "org2" }, [7051, 9443]),
  stranger(namespace, "orderer0-org0", { app: "orderer", org: "org0" }, [7050, 7053, 9443]),
  stranger(namespace, "ca-org1", { app: "ca", org: "org1" }, [7054, 9443]),
]);
const strangers = [
  stranger("ingress-nginx", "controller", { "app.kubernetes.io/name": "ingress-nginx" }, [443]),
  stranger("monitoring", "prometheus", { "app.kubernetes.io/name": "prometheus" }, [9090]),
  stranger("kube-system", "coredns", { "k8s-app": "kube-dns" }, [53, 9153]),
  stranger("kube-system", "metrics-server", { "k8s-app": "metrics-server" }, [443]),
  stranger("default", "somebody", { app: "gateway" }, [4000]),
  outside("anybody", "203.0.113.7"),
  outside("api-server", "192.0.2.10"),
  outside("token-issuer", "192.0.2.20"),
];

const pods = podsOf(objects, namespaces);
const others = [...fabric, ...strangers];
const places = [...pods, ...others];
const may = simulator(objects.filter(({ kind }) => kind === "NetworkPolicy").map(policyOf));

/** Every port that a pod, a policy or the table names, and one that nobody names. */
const numbers = [
  ...new Set([
    ...places.flatMap(({ ports }) => ports.map(({ number }) => number)),
    ...edges.edges.flatMap(({ ports }) => ports.map((port) => Number(String(port).split("/")[0]))),
    ...[443, 6443, 2379, 10250, 31337],
  ]),
].filter((number) => !Number.isNaN(number));

/** Among all places, but for those that are both not ours. */
function allowed(): Set<string> {
  const found = new Set<string>();
  const isOurs = new Set(pods);
  for (const from of places)
    for (const to of places) {
      if (!isOurs.has(from) && !isOurs.has(to)) continue;
      for (const number of numbers)
        for (const protocol of ["TCP", "UDP"])
          if (may(from, to, { number, protocol })) found.add(connection(from, to, { number, protocol }));
    }
  return found;
}

const inOverlay = (namespace: string, app: string): Place[] => {
  const found = pods.filter(({ name, labels }) => name.startsWith(`${namespace}/`) && labels["app"] === app);
  expect(found).not.toEqual([]);
  return found;
};
const open = (from: readonly Place[], to: readonly Place[], ports: readonly number[] = numbers): string[] =>
  from.flatMap((one) =>
    to.flatMap((other) =>
      ports.flatMap((number) =>
        one !== other && may(one, other, { number, protocol: "TCP" })
          ? [connection(one, other, { number, protocol: "TCP" })]
          : [],
      ),
    ),
  );
const named = (start: string): Place[] => {
  const found = places.filter(({ name }) => name.startsWith(start));
  expect(found).not.toEqual([]);
  return found;
};
/** The table of the plan, row by row; what the processes need beyond it, or dev instead, is marked. */
const plan = [
  "dns every-pod -> name-server : 53/TCP 53/UDP",
  "1 ingress-nginx -> gateway : 4000",
  "2 gateway -> subgraph-identity : 3001",
  "2 gateway -> subgraph-admin : 3002",
  "2 gateway -> subgraph-tokenomics : 3003",
  "2 gateway -> subgraph-organization : 3004",
  "2 gateway -> subgraph-loanpool : 3005",
  "2 gateway -> subgraph-governance : 3006",
  "2 gateway -> subgraph-tax : 3007",
  "2 gateway -> subgraphs : 3001 3002 3003 3004 3005 3006 3007 in dev",
  "3 gateway -> redis : 6379 26379",
  "3 gateway -> redis-cache : 6379",
  "4 subgraphs -> postgres : 5432",
  "4 subgraphs -> redis : 6379 26379",
  "4 subgraphs -> redis-cache : 6379",
  "5 submitters -> postgres : 5432",
  "5 submitters -> redis : 6379 26379",
  "5 submitters -> redis-cache : 6379", // beyond the plan: live updates
  "5 submitters -> peers-of-org1 : 7051",
  "6 projector -> postgres : 5432",
  "6 projector -> redis-cache : 6379",
  "6 projector -> redis : 6379 in dev", // dev has one Redis for both
  "6 projector -> peers-of-org1 : 7051",
  "7 postgres -> postgres : 5432 8008",
  "7 postgres -> api-server : 6443",
  "8 redis -> redis : 6379 26379",
  "9 jobs -> postgres : 5432",
  "9 job-rebuild -> peers-of-org1 : 7051",
  "9 job-rebuild -> redis-cache : 6379",
  "10 job-bootstrap -> gateway : 4000",
  "14 monitoring -> every-pod : ops exporter patroni",
  "15 gateway -> token-issuer : 443 in testnet mainnet",
  "16 submitters -> ledger : 7051 in dev",
  "16 projector -> ledger : 7051 in dev",
  "16 jobs -> ledger : 7051 in dev",
];

const production = ["backend-testnet", "backend-mainnet"];
const backends = ["backend-devnet", ...production];

describe("network policies", () => {
  check("OPS-2.4", "U", "follow a table that is the plan's, row by row", () => {
    const rows = edges.edges.map(
      ({ row, from, to, ports, in: only }) =>
        `${row} ${from} -> ${to} : ${ports.join(" ")}${only ? ` in ${only.join(" ")}` : ""}`,
    );
    expect(rows).toEqual(plan);
  });

  check("OPS-2.4", "U", "allow exactly the connections of k8s/edges.yaml, over all pods of all overlays", () => {
    expect(pods.length).toBeGreaterThan(35);
    const found = allowed();
    const wanted = promised(edges, places);
    expect(wanted.size).toBeGreaterThan(300);
    expect([...found].filter((each) => !wanted.has(each))).toEqual([]);
    expect([...wanted].filter((each) => !found.has(each))).toEqual([]);
  });

  check("OPS-2.4", "U", "keep the environments apart from each other", () => {
    for (const one of backends)
      for (const other of backends) if (one !== other) expect(open(named(`${one}/`), named(`${other}/`))).toEqual([]);
    expect(open(named("backend-mainnet/"), named("fabric-testnet/"))).toEqual([]);
    expect(open(named("backend-testnet/"), named("fabric/"))).toEqual([]);
  });

  check("OPS-2.4", "U", "keep the gateway from PostgreSQL, subgraphs from peers and from each other", () => {
    for (const namespace of backends) {
      const subgraphs = inOverlay(namespace, "subgraph");
      expect(open(inOverlay(namespace, "gateway"), inOverlay(namespace, "postgres"))).toEqual([]);
      expect(open(subgraphs, fabric)).toEqual([]);
      expect(open(subgraphs, subgraphs)).toEqual([]);
    }
  });

  check("OPS-2.4", "U", "keep whoever is outside from subgraphs, and from all but the gateway's port", () => {
    const anybody = named("anybody");
    for (const namespace of backends) {
      expect(open(anybody, named(`${namespace}/`))).toEqual([]);
      expect(open(named("default/"), named(`${namespace}/`))).toEqual([]);
      const entered = open(named("ingress-nginx/"), named(`${namespace}/`));
      expect(entered).toEqual([`ingress-nginx/controller -> ${namespace}/Deployment/gateway : 4000/TCP`]);
    }
  });

  check(
    "OPS-2.4",
    "U",
    "let no pod of the backend reach an orderer, another organization's peer or a certificate authority",
    () => {
      const barred = fabric.filter(({ labels }) => labels["app"] !== "peer" || labels["org"] !== "org1");
      expect(barred).toHaveLength(9);
      expect(open(pods, barred)).toEqual([]);
    },
  );

  check("OPS-2.4", "U", "let nobody reach kube-system but its name server, by UDP and by TCP", () => {
    expect(open(pods, named("kube-system/metrics-server"))).toEqual([]);
    const nameServer = named("kube-system/coredns");
    expect(open(pods, nameServer)).toEqual(open(pods, nameServer, [53]));
    for (const pod of pods)
      for (const server of nameServer)
        for (const protocol of ["TCP", "UDP"]) expect(may(pod, server, { number: 53, protocol })).toBe(true);
  });

  check("OPS-2.4", "U", "keep the projector from the Redis of the queues wherever the cache has one of its own", () => {
    for (const namespace of production)
      expect(open(inOverlay(namespace, "projector"), inOverlay(namespace, "redis"))).toEqual([]);
  });

  check("OPS-2.4", "U", "let Prometheus reach every port of metrics, and nothing else", () => {
    const metrics = pods.flatMap((pod) =>
      pod.ports
        .filter(({ name }) => ["ops", "exporter", "patroni"].includes(name ?? ""))
        .map((port) => ({ pod, port })),
    );
    const prometheus = named("monitoring/");
    expect(open(prometheus, pods).toSorted()).toEqual(
      metrics.map(({ pod, port }) => connection(prometheus[0] ?? pod, pod, port)).toSorted(),
    );
    const numbersOfMetrics = [...new Set(metrics.map(({ port }) => port.number))];
    expect(numbersOfMetrics.toSorted((a, b) => a - b)).toEqual([8008, 9090, 9091, 9121, 9187]);
  });
});
