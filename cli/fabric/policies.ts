// Who may reach whom in the namespace of a reference network. What is not named here is denied.
import { ports } from "../../network/cluster.js";
import { peerOrganizations } from "../../network/layout.js";
import { PART, type Section } from "./pods.js";

interface Party {
  name: string;
  /** Another namespace than the network's own. */
  namespace?: string;
  labels: Readonly<Record<string, string>>;
}

interface Edge {
  from: Party;
  to: Party;
  ports: readonly number[];
}

const orderers: Party = { name: "orderer", labels: { app: "orderer" } };
const peers: Party = { name: "peer", labels: { app: "peer" } };
const firstPeers: Party = { name: "peer-org1", labels: { app: "peer", org: "org1" } };
const joining: Party = { name: "channel-join", labels: { app: "job", job: "channel-join" } };
const defining: Party = { name: "chaincode-lifecycle", labels: { app: "job", job: "chaincode-lifecycle" } };

/** `backend`: namespace of the processes that use this network. */
const edges = (backend: string): Edge[] => {
  const ofBackend = (name: string, labels: Readonly<Record<string, string>>): Party => ({
    name,
    labels,
    namespace: backend,
  });
  const users = [
    ofBackend("submitter", { app: "submitter" }),
    ofBackend("projector", { app: "projector" }),
    ofBackend("rebuild", { app: "job", job: "rebuild" }),
  ];
  return [
    ...users.map((from) => ({ from, to: firstPeers, ports: [ports.peer] })),
    { from: peers, to: peers, ports: [ports.peer] },
    { from: peers, to: orderers, ports: [ports.orderer] },
    { from: orderers, to: orderers, ports: [ports.orderer] },
    ...peerOrganizations.map(({ short: org }) => ({
      from: { name: `peer-${org}`, labels: { app: "peer", org } },
      to: { name: `chaincode-${org}`, labels: { app: "chaincode", org } },
      ports: [ports.chaincode],
    })),
    { from: joining, to: orderers, ports: [ports.orderer, ports.admin] },
    { from: joining, to: peers, ports: [ports.peer] },
    { from: defining, to: orderers, ports: [ports.orderer] },
    { from: defining, to: peers, ports: [ports.peer] },
    ...[orderers, peers, { name: "ca", labels: { app: "ca" } }].map((to) => ({
      from: { name: "monitoring", namespace: "monitoring", labels: {} },
      to,
      ports: [ports.operations],
    })),
  ];
};

export const policies = (backend: string): Section[] => [
  policy("default-deny-all", {}, { policyTypes: ["Ingress", "Egress"] }),
  policy(
    "allow-dns-egress",
    {},
    {
      policyTypes: ["Egress"],
      egress: [{ to: [nameServer], ports: ["UDP", "TCP"].map((protocol) => ({ port: 53, protocol })) }],
    },
  ),
  ...edges(backend).flatMap(pair),
];

/** Both ends allow it, where both are in this namespace. */
function pair({ from, to, ports }: Edge): Section[] {
  const open = ports.map((port) => ({ port, protocol: "TCP" }));
  const name = `allow-${from.name}-to-${to.name}`;
  const incoming = policy(`${name}-ingress`, to.labels, {
    policyTypes: ["Ingress"],
    ingress: [{ from: [selectorOf(from)], ports: open }],
  });
  if (from.namespace !== undefined) return [incoming];
  const rules = { policyTypes: ["Egress"], egress: [{ to: [selectorOf(to)], ports: open }] };
  return [incoming, policy(`${name}-egress`, from.labels, rules)];
}

const inNamespace = (name: string): Section => ({ matchLabels: { "kubernetes.io/metadata.name": name } });

const nameServer: Section = {
  namespaceSelector: inNamespace("kube-system"),
  podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
};

const selectorOf = ({ namespace, labels }: Party): Section => ({
  ...(namespace === undefined ? {} : { namespaceSelector: inNamespace(namespace) }),
  podSelector: Object.keys(labels).length === 0 ? {} : { matchLabels: labels },
});

const policy = (name: string, labels: Readonly<Record<string, string>>, rules: Section): Section => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name, labels: PART },
  spec: { podSelector: Object.keys(labels).length === 0 ? {} : { matchLabels: labels }, ...rules },
});
