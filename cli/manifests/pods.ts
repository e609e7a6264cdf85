// The pods that the objects of an overlay start: their template, how many there are, and of what kind their owner is.
import type { KubeObject, Metadata } from "./kube-object.js";

export type Amounts = Readonly<Record<string, string | number>>;

export interface KeySource {
  name: string;
  optional?: boolean;
  items?: readonly { key: string; path: string }[];
}

export interface Volume {
  name: string;
  emptyDir?: object;
  hostPath?: object;
  configMap?: KeySource;
  secret?: Omit<KeySource, "name"> & { secretName: string };
  projected?: { sources: readonly { secret?: KeySource; configMap?: KeySource }[] };
  persistentVolumeClaim?: { claimName: string };
  [source: string]: unknown;
}

export interface Probe {
  httpGet?: { path: string; port: string | number };
  exec?: { command: readonly string[] };
  periodSeconds?: number;
  failureThreshold?: number;
  timeoutSeconds?: number;
  initialDelaySeconds?: number;
}

export interface SecurityContext {
  runAsNonRoot?: boolean;
  runAsUser?: number;
  runAsGroup?: number;
  fsGroup?: number;
  privileged?: boolean;
  allowPrivilegeEscalation?: boolean;
  readOnlyRootFilesystem?: boolean;
  capabilities?: { drop?: readonly string[]; add?: readonly string[] };
  seccompProfile?: { type: string };
}

export interface Container {
  name: string;
  image: string;
  imagePullPolicy?: string;
  command?: readonly string[];
  args?: readonly string[];
  ports?: readonly { name?: string; containerPort: number; hostPort?: number; protocol?: string }[];
  env?: readonly { name: string; value?: string; valueFrom?: Readonly<Record<string, unknown>> }[];
  envFrom?: readonly { configMapRef?: { name: string }; secretRef?: { name: string }; prefix?: string }[];
  resources?: { requests?: Amounts; limits?: Amounts };
  securityContext?: SecurityContext;
  startupProbe?: Probe;
  readinessProbe?: Probe;
  livenessProbe?: Probe;
  volumeMounts?: readonly { name: string; mountPath: string; readOnly?: boolean; subPath?: string }[];
}

interface Selector {
  matchLabels?: Readonly<Record<string, string>>;
}

export interface NodeTerm {
  matchExpressions?: readonly { key: string; operator: string; values?: readonly string[] }[];
}

interface PodTerm {
  topologyKey: string;
  labelSelector?: Selector;
}

export interface PodSpec {
  containers: readonly Container[];
  initContainers?: readonly Container[];
  volumes?: readonly Volume[];
  serviceAccountName?: string;
  automountServiceAccountToken?: boolean;
  enableServiceLinks?: boolean;
  priorityClassName?: string;
  terminationGracePeriodSeconds?: number;
  hostNetwork?: boolean;
  hostPID?: boolean;
  hostIPC?: boolean;
  securityContext?: SecurityContext;
  affinity?: {
    nodeAffinity?: {
      preferredDuringSchedulingIgnoredDuringExecution?: readonly { weight: number; preference: NodeTerm }[];
      requiredDuringSchedulingIgnoredDuringExecution?: { nodeSelectorTerms: readonly NodeTerm[] };
    };
    podAntiAffinity?: {
      preferredDuringSchedulingIgnoredDuringExecution?: readonly { weight: number; podAffinityTerm: PodTerm }[];
      requiredDuringSchedulingIgnoredDuringExecution?: readonly PodTerm[];
    };
  };
  topologySpreadConstraints?: readonly (PodTerm & { maxSkew: number; whenUnsatisfiable: string })[];
  tolerations?: readonly { key?: string; operator?: string; effect?: string; tolerationSeconds?: number }[];
}

export interface PodOwner extends KubeObject {
  kind: "Deployment" | "StatefulSet" | "DaemonSet" | "Job" | "CronJob";
}

export interface Pods {
  owner: PodOwner;
  template: { metadata?: Partial<Metadata>; spec: PodSpec };
  /** As they are applied; where an autoscaler owns the number, its least. */
  replicas: number;
  /** What an autoscaler may make of it; the same number without one. */
  mostReplicas: number;
}

interface Templated {
  replicas?: number;
  template?: Pods["template"];
  jobTemplate?: { spec: { template: Pods["template"] } };
}

interface Autoscaler {
  scaleTargetRef: { kind: string; name: string };
  minReplicas?: number;
  maxReplicas: number;
}

const kinds: readonly string[] = ["Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob"];

const ownsPods = (object: KubeObject): object is PodOwner => kinds.includes(object.kind);

export function podsOf(objects: readonly KubeObject[]): Pods[] {
  const autoscalers = objects
    .filter(({ kind }) => kind === "HorizontalPodAutoscaler")
    .map((object) => object["spec"] as Autoscaler);
  return objects.filter(ownsPods).flatMap((owner) => {
    const spec = owner["spec"] as Templated;
    const template = spec.template ?? spec.jobTemplate?.spec.template;
    if (!template) return [];
    const autoscaler = autoscalers.find(
      ({ scaleTargetRef: { kind, name } }) => kind === owner.kind && name === owner.metadata.name,
    );
    const replicas = spec.replicas ?? autoscaler?.minReplicas ?? 1;
    return [{ owner, template, replicas, mostReplicas: autoscaler?.maxReplicas ?? replicas }];
  });
}

/** Those that start with a pod, in the order in which they do. */
export const containersOf = ({ template: { spec } }: Pods): readonly Container[] => [
  ...(spec.initContainers ?? []),
  ...spec.containers,
];
