// What every pod keeps, whatever runs in it: no root, no token, a read-only file system, and a way off a lost node.
import { containersOf, type Container, type NodeTerm, type Pods, type PodSpec } from "./pods.js";
import { refuses, type Refusal } from "./refusal.js";

const refuse = refuses("pod rules");

/** Numbers of the users: of our own image, and of the image of the data stores. */
const users: readonly number[] = [10001, 10002];
/** Only who asks the API server has a token. */
const withToken: readonly string[] = ["postgres", "ops"];
const priorities: readonly string[] = ["gx-critical", "gx-serving", "gx-batch"];
const TOLERATED_SECONDS = 60;

type Rule<T> = (of: T) => string | false | undefined;

const podRules: readonly Rule<PodSpec>[] = [
  ({ securityContext }) => securityContext?.runAsNonRoot !== true && "runAsNonRoot is not true",
  ({ securityContext }) =>
    !users.includes(securityContext?.runAsUser ?? 0) && `runAsUser is not one of ${users.join(", ")}`,
  ({ securityContext }) => securityContext?.fsGroup !== securityContext?.runAsUser && "fsGroup is not runAsUser",
  ({ securityContext }) =>
    securityContext?.seccompProfile?.type !== "RuntimeDefault" && "seccompProfile is not RuntimeDefault",
  ({ hostNetwork, hostPID, hostIPC }) =>
    [hostNetwork, hostPID, hostIPC].some(Boolean) && "takes a namespace of the host (network, PID or IPC)",
  ({ volumes = [] }) => volumes.some(({ hostPath }) => hostPath !== undefined) && "mounts a path of the host",
  ({ automountServiceAccountToken: token, serviceAccountName: account = "" }) =>
    token !== false && !withToken.includes(account) && "mounts a token of its service account",
  ({ serviceAccountName }) => serviceAccountName === undefined && "has no service account of its own",
  ({ enableServiceLinks }) =>
    enableServiceLinks !== false &&
    "gets addresses of Services as variables, which are names of settings (enableServiceLinks)",
  ({ priorityClassName: name = "none" }) => !priorities.includes(name) && `has priority ${name}`,
];

const servingRules: readonly Rule<PodSpec>[] = [
  ({ topologySpreadConstraints: spread = [] }) => {
    const keys = spread
      .filter(({ maxSkew, whenUnsatisfiable }) => maxSkew === 1 && whenUnsatisfiable === "ScheduleAnyway")
      .map(({ topologyKey }) => topologyKey);
    const wanted = ["kubernetes.io/hostname", "topology.kubernetes.io/zone"];
    return wanted.some((key) => !keys.includes(key)) && `does not spread over ${wanted.join(" and ")}`;
  },
  ({ tolerations = [] }) => {
    const left = tolerations.filter(({ tolerationSeconds }) => tolerationSeconds === TOLERATED_SECONDS);
    const wanted = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"];
    return (
      wanted.some((key) => !left.some((toleration) => toleration.key === key)) &&
      `does not leave a lost node after ${TOLERATED_SECONDS} s`
    );
  },
];

const containerRules: readonly Rule<Container>[] = [
  ({ securityContext }) => securityContext?.allowPrivilegeEscalation !== false && "may escalate privileges",
  ({ securityContext }) => securityContext?.privileged === true && "is privileged",
  ({ securityContext }) =>
    (!securityContext?.capabilities?.drop?.includes("ALL") || (securityContext.capabilities.add ?? []).length > 0) &&
    "does not drop all capabilities",
  ({ securityContext }) => securityContext?.readOnlyRootFilesystem !== true && "may write its root file system",
  ({ imagePullPolicy }) => imagePullPolicy !== "IfNotPresent" && "imagePullPolicy is not IfNotPresent",
  ({ ports = [] }) => ports.some(({ hostPort }) => hostPort !== undefined) && "takes a port of the host",
  ({ volumeMounts = [] }) => {
    const missing = ["/tmp", "/run"].filter((path) => !volumeMounts.some(({ mountPath }) => mountPath === path));
    return missing.length > 0 && `has no ${missing.join(" and ")} to write to`;
  },
];

export function faultsOfPods(pods: readonly Pods[]): Refusal[] {
  return pods.flatMap((pod) => [
    ...faults(pod, podRules, pod.template.spec, ""),
    ...(isServing(pod) ? faults(pod, servingRules, pod.template.spec, "") : []),
    ...(isServing(pod) ? affinityFaults(pod) : []),
    ...containersOf(pod).flatMap((container) => faults(pod, containerRules, container, `container ${container.name} `)),
    ...rolloutFaults(pod),
  ]);
}

const isServing = ({ owner }: Pods): boolean => owner.kind === "Deployment" || owner.kind === "StatefulSet";

function faults<T>({ owner }: Pods, rules: readonly Rule<T>[], of: T, whose: string): Refusal[] {
  return rules.flatMap((rule) => {
    const fault = rule(of);
    return fault ? [refuse(owner, `${whose}${fault}`)] : [];
  });
}

const HOST = "kubernetes.io/hostname";

/** Members that elect one of them: two on one node would go together. */
const electing: readonly string[] = ["postgres", "redis"];

/** What has a volume must be on a node of its pool; members of an election must be apart. The rest would rather. */
function affinityFaults({ owner, template: { spec } }: Pods): Refusal[] {
  const [must, would] = [mustBe(spec), wouldBe(spec)];
  const word = (required: boolean) => (required ? "required" : "preferred (100)");
  const elects = electing.includes(owner.metadata.name);
  const hasVolume = owner.kind === "StatefulSet";
  const apart = elects ? must.apart : would.apart || must.apart;
  const inPool = hasVolume ? must.inPool : would.inPool || must.inPool;
  return [
    ...(apart ? [] : [refuse(owner, `has no ${word(elects)} anti-affinity by host name`)]),
    ...(inPool ? [] : [refuse(owner, `has no ${word(hasVolume)} affinity to its pool of nodes`)]),
  ];
}

interface Placed {
  /** From its own kind. */
  apart: boolean;
  inPool: boolean;
}

function mustBe({ affinity: { nodeAffinity, podAntiAffinity } = {} }: PodSpec): Placed {
  const apart = podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
  const nodes = nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  return { apart: apart.some(({ topologyKey }) => topologyKey === HOST), inPool: nodes.some(namesPool) };
}

function wouldBe({ affinity: { nodeAffinity, podAntiAffinity } = {} }: PodSpec): Placed {
  const apart = podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  const nodes = nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  return {
    apart: apart.some(({ weight, podAffinityTerm }) => weight === 100 && podAffinityTerm.topologyKey === HOST),
    inPool: nodes.some(({ weight, preference }) => weight === 100 && namesPool(preference)),
  };
}

const namesPool = ({ matchExpressions = [] }: NodeTerm): boolean =>
  matchExpressions.some(({ key }) => key === "gx/pool");

interface Rollout {
  revisionHistoryLimit?: number;
  progressDeadlineSeconds?: number;
  minReadySeconds?: number;
  strategy?: { type?: string; rollingUpdate?: { maxSurge?: number; maxUnavailable?: number } };
  updateStrategy?: { type?: string };
}

function rolloutFaults({ owner, template }: Pods): Refusal[] {
  if (owner.kind === "StatefulSet") {
    const { type } = (owner["spec"] as Rollout).updateStrategy ?? {};
    return type === "OnDelete" ? [] : [refuse(owner, "is updated by the controller, not by its operator (OnDelete)")];
  }
  if (owner.kind !== "Deployment") return [];
  const { revisionHistoryLimit, progressDeadlineSeconds, minReadySeconds, strategy } = owner["spec"] as Rollout;
  const { maxSurge, maxUnavailable } = strategy?.rollingUpdate ?? {};
  const found = {
    ...{ revisionHistoryLimit, progressDeadlineSeconds, minReadySeconds, maxSurge, maxUnavailable },
    terminationGracePeriodSeconds: template.spec.terminationGracePeriodSeconds,
  };
  return Object.entries(rollout)
    .filter(([name, value]) => found[name as keyof typeof rollout] !== value)
    .map(([name, value]) =>
      refuse(owner, `${name} is ${found[name as keyof typeof rollout] ?? "unset"}, not ${value}`),
    );
}

const rollout = {
  revisionHistoryLimit: 5,
  progressDeadlineSeconds: 300,
  minReadySeconds: 5,
  maxSurge: 1,
  maxUnavailable: 0,
  terminationGracePeriodSeconds: 30,
} as const;
