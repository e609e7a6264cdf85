// What an overlay asks for, in cores, bytes, pods and volumes, against its quota: as applied, and at its most.
import type { KubeObject } from "./kube-object.js";
import { namespaceOf } from "./overlay-rules.js";
import { containersOf, podsOf, type Amounts, type Container, type Pods } from "./pods.js";
import { quantityOf } from "./quantity.js";
import { refuses, type Refusal } from "./refusal.js";

export interface Sum {
  pods: number;
  requests: Amount;
  limits: Amount;
}

export interface Amount {
  /** Cores. */
  cpu: number;
  /** Bytes. */
  memory: number;
}

export interface Capacity {
  workloads: readonly { name: string; replicas: number; mostReplicas: number; sum: Sum }[];
  applied: Sum;
  /** Full autoscale, the widest group of a rollout with one pod more each, and the largest job. */
  most: Sum;
  volumes: { claims: number; bytes: number };
  /** By the quota's own names; empty without a quota. */
  quota: Readonly<Record<string, number>>;
}

const nothing: Sum = { pods: 0, requests: { cpu: 0, memory: 0 }, limits: { cpu: 0, memory: 0 } };

const added = (a: Amount, b: Amount, times = 1): Amount => ({
  cpu: Math.round((a.cpu + b.cpu * times) * 1000) / 1000,
  memory: a.memory + b.memory * times,
});

const plus = (a: Sum, b: Sum, times = 1): Sum => ({
  pods: a.pods + b.pods * times,
  requests: added(a.requests, b.requests, times),
  limits: added(a.limits, b.limits, times),
});

const amountOf = (amounts: Amounts = {}): Amount => ({
  cpu: quantityOf(amounts["cpu"] ?? 0),
  memory: quantityOf(amounts["memory"] ?? 0),
});

const sumOfContainer = ({ resources = {} }: Container): Sum => ({
  pods: 0,
  requests: amountOf(resources.requests),
  limits: amountOf(resources.limits),
});

/** One pod. Containers that end before the others begin count only where they ask for more. */
function sumOfPod({ template: { spec } }: Pods): Sum {
  const together = spec.containers.map(sumOfContainer).reduce((sum, one) => plus(sum, one), { ...nothing, pods: 1 });
  return (spec.initContainers ?? []).map(sumOfContainer).reduce(larger, together);
}

const larger = (a: Sum, b: Sum): Sum => ({
  pods: Math.max(a.pods, b.pods),
  requests: {
    cpu: Math.max(a.requests.cpu, b.requests.cpu),
    memory: Math.max(a.requests.memory, b.requests.memory),
  },
  limits: { cpu: Math.max(a.limits.cpu, b.limits.cpu), memory: Math.max(a.limits.memory, b.limits.memory) },
});

const isJob = ({ owner: { kind } }: Pods): boolean => kind === "Job" || kind === "CronJob";

/** Rolled out together, each with one pod more: groups of a deployment, one after the other. */
const groups: readonly RegExp[] = [
  /^projector$/,
  /^submitter/,
  /^subgraphs$|^subgraph-(identity|admin|tokenomics|organization)$/,
  /^subgraph-(loanpool|governance|tax)$/,
  /^gateway$/,
];

export function capacityOf(objects: readonly KubeObject[]): Capacity {
  const pods = podsOf(objects);
  const standing = pods.filter((one) => !isJob(one) && one.owner.kind !== "DaemonSet");
  const workloads = standing.map((one) => ({
    name: one.owner.metadata.name,
    replicas: one.replicas,
    mostReplicas: one.mostReplicas,
    sum: sumOfPod(one),
  }));
  const applied = workloads.reduce((sum, one) => plus(sum, one.sum, one.replicas), nothing);
  const scaled = workloads.reduce((sum, one) => plus(sum, one.sum, one.mostReplicas), nothing);
  const surges = groups.map((group) =>
    workloads.filter(({ name }) => group.test(name)).reduce((sum, one) => plus(sum, one.sum), nothing),
  );
  // The widest by each amount for itself: the bound holds for every group.
  const most = [surges.reduce(larger, nothing), pods.filter(isJob).map(sumOfPod).reduce(larger, nothing)];
  return {
    workloads,
    applied,
    most: most.reduce((sum, one) => plus(sum, one), scaled),
    volumes: volumesOf(objects, pods),
    quota: quotaOf(objects),
  };
}

interface Claim {
  resources: { requests: { storage: string } };
}

function volumesOf(objects: readonly KubeObject[], pods: readonly Pods[]): Capacity["volumes"] {
  const single = objects
    .filter(({ kind }) => kind === "PersistentVolumeClaim")
    .map((object) => ({ claim: object["spec"] as Claim, times: 1 }));
  const perReplica = pods.flatMap(({ owner, replicas }) => {
    const { volumeClaimTemplates = [] } = owner["spec"] as { volumeClaimTemplates?: { spec: Claim }[] };
    return volumeClaimTemplates.map(({ spec }) => ({ claim: spec, times: replicas }));
  });
  return [...single, ...perReplica].reduce(
    ({ claims, bytes }, { claim, times }) => ({
      claims: claims + times,
      bytes: bytes + quantityOf(claim.resources.requests.storage) * times,
    }),
    { claims: 0, bytes: 0 },
  );
}

function quotaOf(objects: readonly KubeObject[]): Capacity["quota"] {
  const quota = objects.find(({ kind }) => kind === "ResourceQuota");
  const { hard = {} } = (quota?.["spec"] ?? {}) as { hard?: Amounts };
  return Object.fromEntries(Object.entries(hard).map(([name, value]) => [name, quantityOf(value)]));
}

/** What the quota counts, at the most that can run at once. */
export const askedOf = ({ most, volumes }: Capacity): Readonly<Record<string, number>> => ({
  "requests.cpu": most.requests.cpu,
  "requests.memory": most.requests.memory,
  "limits.cpu": most.limits.cpu,
  "limits.memory": most.limits.memory,
  pods: most.pods,
  persistentvolumeclaims: volumes.claims,
  "requests.storage": volumes.bytes,
});

export function faultsOfCapacity(name: string, objects: readonly KubeObject[]): Refusal[] {
  const capacity = capacityOf(objects);
  const refuse = refuses("quota");
  const over = Object.entries(askedOf(capacity)).flatMap(([amount, asked]) => {
    const allowed = capacity.quota[amount];
    return allowed !== undefined && asked > allowed
      ? [refuse(name, `${amount}: ${asked} at the most, the quota allows ${allowed}`)]
      : [];
  });
  // A network that stands alone in its namespace may take what its nodes have.
  const needsQuota = namespaceOf(objects).startsWith("backend-") && Object.keys(capacity.quota).length === 0;
  return [...(needsQuota ? [refuse(name, "has no ResourceQuota")] : []), ...over, ...boundFaults(objects)];
}

interface Bounds {
  type: string;
  max?: Amounts;
  min?: Amounts;
}

/** The LimitRange refuses a container by itself, but only when it is started. */
function boundFaults(objects: readonly KubeObject[]): Refusal[] {
  const range = objects.find(({ kind }) => kind === "LimitRange");
  const { limits = [] } = (range?.["spec"] ?? {}) as { limits?: Bounds[] };
  const { max, min } = limits.find(({ type }) => type === "Container") ?? {};
  const refuse = refuses("limit range");
  const [most, least] = [max && amountOf(max), min && amountOf(min)];
  return podsOf(objects).flatMap((pods) =>
    containersOf(pods).flatMap((container) => {
      const { requests, limits: highest } = sumOfContainer(container);
      const fault = (what: string) => refuse(pods.owner, `container ${container.name} ${what}`);
      return [
        ...(requests.cpu === 0 || requests.memory === 0 ? [fault("says no requests")] : []),
        ...(highest.cpu === 0 || highest.memory === 0 ? [fault("says no limits")] : []),
        ...(most && (highest.cpu > most.cpu || highest.memory > most.memory)
          ? [fault("may take more than allowed")]
          : []),
        ...(least && (requests.cpu < least.cpu || requests.memory < least.memory)
          ? [fault("asks for less than is given")]
          : []),
      ];
    }),
  );
}
