// What every pod of the reference network has in common: no rights beside its work, spread over nodes of its pool.
import type { Yaml } from "../../network/yaml.js";

export type Section = { readonly [key: string]: Yaml };

export interface Resources {
  cpu: string;
  memory: string;
}

export interface Container {
  name: string;
  image: string;
  /** In the place of the image's own. */
  command?: readonly string[];
  args?: readonly string[];
  env?: Readonly<Record<string, string>>;
  ports?: Readonly<Record<string, number>>;
  requests: Resources;
  limits: Resources;
  probes?: Section;
  mounts: readonly Section[];
}

export interface Pod {
  labels: Readonly<Record<string, string>>;
  /** Those that tell a workload's own pods, whose replicas stand apart. */
  apart: Readonly<Record<string, string>>;
  account: string;
  priority: string;
  containers: readonly Container[];
  initContainers?: readonly Container[];
  volumes: readonly Section[];
  /** Whether it may run on nodes of another pool where its own has no room. */
  pool: "required" | "preferred";
}

export const PART = { "app.kubernetes.io/part-of": "gx" };
/** Who owns the files of a volume, and the user of every process. */
const USER = 10_001;
/** Readable by the process alone. */
export const SECRET_MODE = 0o440;

export const podOf = ({ labels, ...pod }: Pod): { metadata: Section; spec: Section } => ({
  metadata: { labels: { ...labels, ...PART } },
  spec: specOf(pod),
});

const specOf = ({
  apart,
  account,
  priority,
  containers,
  initContainers = [],
  volumes,
  pool,
}: Omit<Pod, "labels">): Section => ({
  serviceAccountName: account,
  automountServiceAccountToken: false,
  enableServiceLinks: false,
  priorityClassName: priority,
  terminationGracePeriodSeconds: 30,
  securityContext: {
    runAsNonRoot: true,
    runAsUser: USER,
    runAsGroup: USER,
    fsGroup: USER,
    seccompProfile: { type: "RuntimeDefault" },
  },
  ...(initContainers.length === 0 ? {} : { initContainers: initContainers.map(containerOf) }),
  containers: containers.map(containerOf),
  volumes: [...volumes, ...["tmp", "run"].map((name) => ({ name, emptyDir: { sizeLimit: "64Mi" } }))],
  affinity: { nodeAffinity: poolAffinity[pool], podAntiAffinity: awayFrom(apart) },
  topologySpreadConstraints: ["kubernetes.io/hostname", "topology.kubernetes.io/zone"].map((topologyKey) => ({
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable: "ScheduleAnyway",
    labelSelector: { matchLabels: apart },
  })),
  tolerations: ["not-ready", "unreachable"].map((state) => ({
    key: `node.kubernetes.io/${state}`,
    operator: "Exists",
    effect: "NoExecute",
    tolerationSeconds: 60,
  })),
});

const inPool = { matchExpressions: [{ key: "gx/pool", operator: "In", values: ["test"] }] };
const poolAffinity = {
  required: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [inPool] } },
  preferred: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, preference: inPool }] },
} as const satisfies Readonly<Record<Pod["pool"], Section>>;

const awayFrom = (matchLabels: Readonly<Record<string, string>>): Section => ({
  preferredDuringSchedulingIgnoredDuringExecution: [
    { weight: 100, podAffinityTerm: { topologyKey: "kubernetes.io/hostname", labelSelector: { matchLabels } } },
  ],
});

const containerOf = ({
  name,
  image,
  command,
  args,
  env = {},
  ports = {},
  requests,
  limits,
  probes = {},
  mounts,
}: Container): Section => ({
  name,
  image,
  imagePullPolicy: "IfNotPresent",
  ...(command ? { command } : {}),
  ...(args ? { args } : {}),
  ...(Object.keys(env).length === 0 ? {} : { env: Object.entries(env).map(([key, value]) => ({ name: key, value })) }),
  ...(Object.keys(ports).length === 0
    ? {}
    : { ports: Object.entries(ports).map(([port, containerPort]) => ({ name: port, containerPort })) }),
  resources: { requests: { ...requests }, limits: { ...limits } },
  securityContext: {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ["ALL"] },
  },
  ...probes,
  volumeMounts: [...mounts, { name: "tmp", mountPath: "/tmp" }, { name: "run", mountPath: "/run" }],
});

/** Files of a Secret or of a ConfigMap below one folder. */
export const itemsOf = (files: readonly { key: string; path: string }[]): Section[] =>
  files.map(({ key, path }) => ({ key, path }));

export const account = (name: string): Section => ({
  apiVersion: "v1",
  kind: "ServiceAccount",
  metadata: { name, labels: PART },
  automountServiceAccountToken: false,
});

export const service = (name: string, selector: Section, ports: Readonly<Record<string, number>>): Section => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name, labels: { ...selector, ...PART } },
  spec: {
    type: "ClusterIP",
    selector: { ...selector, ...PART },
    ports: Object.entries(ports).map(([port, number]) => ({ name: port, port: number, targetPort: port })),
  },
});
