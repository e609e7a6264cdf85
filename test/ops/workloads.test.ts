// Tables 2.3, 2.5 and 2.8 of the specification, the pod rules of 2.4 and the settings of 2.11 against the rendered overlays.
// The tables are typed here.
import { readFileSync } from "node:fs";
import { judge } from "../../cli/manifests/judge.js";
import { faultsOfOverlay } from "../../cli/manifests/overlay-rules.js";
import { faultsOfPods } from "../../cli/manifests/pod-rules.js";
import { podsOf, type Container, type Pods } from "../../cli/manifests/pods.js";
import { faultsOfSettings } from "../../cli/manifests/process-settings.js";
import { faultsOfTypes } from "../../cli/manifests/schema.js";
import { changed, rewritten } from "./changed.js";
import { check } from "./checks.js";
import { folderOf, overlays, render, type KubeObject, type Overlay } from "./manifests.js";

const objectsOf = (overlay: Overlay) => render(folderOf(overlay));

interface Workload {
  args: string;
  replicas: readonly [dev: number, testnet: number, mainnet: number];
  requests: readonly [cpu: string, memory: string];
  limits: readonly [cpu: string, memory: string];
  ports: string;
  /** Pods that a drain of nodes leaves, in mainnet. */
  least?: number;
  priority: string;
}

const serving = { priority: "gx-serving" };
const critical = { priority: "gx-critical" };
const subgraph = (domain: string, port: number, count: number): Record<string, Workload> => ({
  [`subgraph-${domain}`]: {
    ...{ args: `start subgraphs ${domain}`, replicas: [0, 1, count], requests: ["200m", "384Mi"] },
    ...{ limits: ["500m", "640Mi"], ports: `http ${port}, ops 9090`, least: count - 1, ...serving },
  },
});
const submitter = (role: string): Record<string, Workload> => ({
  [`submitter-${role}`]: {
    ...{ args: `start submitter gx_${role.replace("-", "_")}`, replicas: [0, 1, 2], requests: ["200m", "512Mi"] },
    ...{ limits: ["500m", "1Gi"], ports: "ops 9090", least: 1, ...critical },
  },
});
const domains =
  "identity 3001, admin 3002, tokenomics 3003, organization 3004, loanpool 3005, governance 3006, tax 3007";

const workloads: Readonly<Record<string, Workload>> = {
  gateway: {
    ...{ args: "start gateway", replicas: [1, 1, 3], requests: ["500m", "512Mi"], limits: ["1000m", "1Gi"] },
    ...{ ports: "http 4000, ops 9090", least: 2, ...serving },
  },
  ...subgraph("identity", 3001, 3),
  ...subgraph("admin", 3002, 3),
  ...subgraph("tokenomics", 3003, 3),
  ...subgraph("organization", 3004, 3),
  ...subgraph("loanpool", 3005, 2),
  ...subgraph("governance", 3006, 3),
  ...subgraph("tax", 3007, 2),
  subgraphs: {
    ...{ args: "start subgraphs", replicas: [1, 0, 0], requests: ["500m", "768Mi"], limits: ["1000m", "1Gi"] },
    ...{ ports: `${domains}, ops 9090`, ...serving },
  },
  ...submitter("super-admin"),
  ...submitter("admin"),
  ...submitter("partner-api"),
  submitter: {
    args: "start submitter gx_super_admin gx_admin gx_partner_api",
    ...{ replicas: [1, 0, 0], requests: ["200m", "512Mi"], limits: ["500m", "1Gi"], ports: "ops 9090", ...critical },
  },
  projector: {
    ...{ args: "start projector", replicas: [1, 1, 2], requests: ["500m", "1Gi"], limits: ["1000m", "2Gi"] },
    ...{ ports: "ops 9091", least: 1, ...critical },
  },
  ledger: {
    ...{ args: "start ledger", replicas: [1, 0, 0], requests: ["300m", "512Mi"], limits: ["1000m", "1Gi"] },
    ...{ ports: "grpc 7051, ops 9090", ...critical },
  },
};

const ours = (overlay: Overlay): Pods[] =>
  podsOf(objectsOf(overlay)).filter(
    ({ owner, template }) => owner.kind === "Deployment" && template.spec.containers[0]?.name === "gx",
  );
const containerOf = ({ template }: Pods) => template.spec.containers[0] as Container;
const perCore = (cpu: unknown) => (cpu === "1" || cpu === 1 ? "1000m" : cpu);

const shown = (pods: Pods) => {
  const { args = [], resources = {}, ports = [] } = containerOf(pods);
  return {
    args: args.join(" "),
    replicas: pods.replicas,
    requests: [perCore(resources.requests?.["cpu"]), resources.requests?.["memory"]],
    limits: [perCore(resources.limits?.["cpu"]), resources.limits?.["memory"]],
    ports: ports.map(({ name, containerPort }) => `${name} ${containerPort}`).join(", "),
    priority: pods.template.spec.priorityClassName,
    account: pods.template.spec.serviceAccountName,
  };
};

describe("the workloads", () => {
  for (const [column, overlay] of overlays.entries())
    check("OPS-2.2", "U", `our processes of ${overlay} are those of table 2.3`, () => {
      const found = Object.fromEntries(ours(overlay).map((pods) => [pods.owner.metadata.name, shown(pods)]));
      const wanted = Object.entries(workloads)
        .filter(([, { replicas }]) => replicas[column] !== 0)
        .map(([name, { least: _, replicas, ...rest }]) => [
          name,
          { ...rest, replicas: replicas[column], account: name },
        ]);
      expect(found).toEqual(Object.fromEntries(wanted));
    });

  check(
    "OPS-2.2",
    "U",
    "a drain of mainnet's nodes leaves as many pods as table 2.3 says, elsewhere nothing is held",
    () => {
      const budgets = (overlay: Overlay) =>
        objectsOf(overlay).filter(({ kind }) => kind === "PodDisruptionBudget") as (KubeObject & {
          spec: { minAvailable: number; selector: { matchLabels: Readonly<Record<string, string>> } };
        })[];
      const held = ours("mainnet").map(({ owner, template }) => {
        const { labels = {} } = template.metadata ?? {};
        const own = budgets("mainnet").filter(({ spec }) =>
          Object.entries(spec.selector.matchLabels).every(([name, value]) => labels[name] === value),
        );
        return [owner.metadata.name, own.map(({ spec }) => spec.minAvailable)];
      });
      const wanted = Object.entries(workloads).filter(([, { replicas }]) => replicas[2] > 0);
      expect(Object.fromEntries(held)).toEqual(Object.fromEntries(wanted.map(([name, { least }]) => [name, [least]])));
      expect([...budgets("dev"), ...budgets("testnet")]).toEqual([]);
    },
  );

  check(
    "OPS-2.2",
    "U",
    "gateway, identity and tokenomics of mainnet grow from 3 to 5 by cpu, and nothing else anywhere",
    () => {
      const scalers = overlays.map((overlay) =>
        objectsOf(overlay).filter(({ kind }) => kind === "HorizontalPodAutoscaler"),
      );
      expect(scalers.map((found) => found.map(({ metadata }) => metadata.name).sort())).toEqual([
        [],
        [],
        ["gateway", "subgraph-identity", "subgraph-tokenomics"],
      ]);
      for (const scaler of scalers.flat())
        expect(scaler["spec"]).toEqual({
          scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: scaler.metadata.name },
          minReplicas: 3,
          maxReplicas: 5,
          metrics: [
            { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 70 } } },
          ],
          behavior: {
            scaleUp: { policies: [{ type: "Pods", value: 1, periodSeconds: 60 }] },
            scaleDown: {
              stabilizationWindowSeconds: 300,
              policies: [{ type: "Pods", value: 1, periodSeconds: 120 }],
            },
          },
        });
    },
  );

  for (const overlay of overlays)
    check("OPS-2.2", "U", `the probes of our processes in ${overlay} are those of table 2.5`, () => {
      const at = (path: string) => ({ httpGet: { path, port: "ops" }, timeoutSeconds: 2 });
      for (const pods of ours(overlay)) {
        const { startupProbe, readinessProbe, livenessProbe } = containerOf(pods);
        expect({ startupProbe, readinessProbe, livenessProbe }).toEqual({
          startupProbe: { ...at("/livez"), periodSeconds: 2, failureThreshold: 60 },
          readinessProbe: { ...at("/readyz"), periodSeconds: 5, failureThreshold: 2 },
          livenessProbe: { ...at("/livez"), periodSeconds: 10, failureThreshold: 3 },
        });
      }
    });
});

describe("the services and the entry", () => {
  const services = (overlay: Overlay) =>
    Object.fromEntries(
      objectsOf(overlay)
        .filter(({ kind }) => kind === "Service")
        .map((object) => [
          object.metadata.name,
          object["spec"] as {
            type?: string;
            selector: Readonly<Record<string, string>>;
            ports: { port: number; targetPort: string | number }[];
          },
        ]),
    );
  const order = ["identity", "admin", "tokenomics", "organization", "loanpool", "governance", "tax"];

  for (const overlay of overlays)
    check("OPS-2.2", "U", `the services of our processes in ${overlay} lead to the ports of table 2.8`, () => {
      const found = services(overlay);
      const wanted: Record<string, number> = { gateway: 4000 };
      for (const [index, domain] of order.entries()) wanted[`subgraph-${domain}`] = 3001 + index;
      for (const [name, port] of Object.entries(wanted)) {
        const service = found[name];
        expect([name, service?.type, service?.ports.map((one) => one.port)]).toEqual([name, "ClusterIP", [port]]);
        const { selector = {}, ports = [] } = service ?? {};
        const behind = ours(overlay).filter(({ template }) =>
          Object.entries(selector).every(([label, value]) => template.metadata?.labels?.[label] === value),
        );
        expect(behind.map(({ owner }) => owner.metadata.name)).toEqual([
          overlay === "dev" && name !== "gateway" ? "subgraphs" : name,
        ]);
        const target = containerOf(behind[0] as Pods).ports?.find((one) => one.name === ports[0]?.targetPort);
        expect(target?.containerPort).toBe(port);
      }
    });

  for (const overlay of overlays)
    check("OPS-2.2", "U", `the entry of ${overlay} leads to the gateway alone, by the paths of 2.8`, () => {
      const ingresses = objectsOf(overlay).filter(({ kind }) => kind === "Ingress");
      const paths = ingresses.map((object) => {
        const { ingressClassName, tls, rules } = object["spec"] as {
          ingressClassName: string;
          tls: { hosts: string[]; secretName: string }[];
          rules: { host: string; http: { paths: { path: string; backend: { service: { name: string } } }[] } }[];
        };
        expect(ingressClassName).toBe("nginx");
        expect(tls).toEqual([{ hosts: rules.map(({ host }) => host), secretName: "gateway-tls" }]);
        const all = rules.flatMap(({ http }) => http.paths);
        expect(new Set(all.map(({ backend }) => backend.service.name))).toEqual(new Set(["gateway"]));
        return [object.metadata.name, all.map(({ path }) => path)];
      });
      expect(Object.fromEntries(paths)).toEqual({
        gateway: ["/graphql", "/readyz"],
        "gateway-ops": overlay === "mainnet" ? ["/board"] : ["/board", "/explorer", "/graphql"],
      });
      const operators = ingresses.find(({ metadata }) => metadata.name === "gateway-ops");
      expect(operators?.metadata.annotations?.["nginx.ingress.kubernetes.io/whitelist-source-range"]).toMatch(
        /^192\.0\.2\./,
      );
    });
});

describe("the rules of pods", () => {
  for (const overlay of overlays)
    check("OPS-2.3", "U", `every pod of ${overlay} keeps the rules of pods, whatever runs in it`, () => {
      const pods = podsOf(objectsOf(overlay));
      expect(pods.length).toBeGreaterThan(6);
      expect(faultsOfPods(pods)).toEqual([]);
    });

  const gateway = "Deployment/gateway";
  const faults: readonly [name: string, from: string, to: string, why: string][] = [
    [gateway, '"runAsNonRoot":true', '"runAsNonRoot":false', "runAsNonRoot is not true"],
    [gateway, '"runAsUser":10001', '"runAsUser":0', "runAsUser is not one of 10001, 10002"],
    [gateway, '"fsGroup":10001', '"fsGroup":0', "fsGroup is not runAsUser"],
    [gateway, '"type":"RuntimeDefault"', '"type":"Unconfined"', "seccompProfile is not RuntimeDefault"],
    [gateway, '"allowPrivilegeEscalation":false', '"privileged":false', "container gx may escalate privileges"],
    [gateway, '"drop":["ALL"]', '"drop":[]', "container gx does not drop all capabilities"],
    [gateway, '"readOnlyRootFilesystem":true', '"privileged":true', "container gx is privileged"],
    [gateway, '"mountPath":"/tmp"', '"mountPath":"/tmp2"', "container gx has no /tmp to write to"],
    [gateway, '"emptyDir":{', '"hostPath":{', "mounts a path of the host"],
    [gateway, '"enableServiceLinks":false', '"hostPID":true', "takes a namespace of the host (network, PID or IPC)"],
    [gateway, '"automountServiceAccountToken":false', '"hostIPC":false', "mounts a token of its service account"],
    [gateway, "IfNotPresent", "Always", "container gx imagePullPolicy is not IfNotPresent"],
    [gateway, "gx-serving", "system-node-critical", "has priority system-node-critical"],
    [gateway, '"tolerationSeconds":60', '"tolerationSeconds":300', "does not leave a lost node after 60 s"],
    [
      gateway,
      '"maxSkew":1',
      '"maxSkew":2',
      "does not spread over kubernetes.io/hostname and topology.kubernetes.io/zone",
    ],
    [gateway, '"weight":100', '"weight":1', "has no preferred (100) anti-affinity by host name"],
    [gateway, '"maxUnavailable":0', '"maxUnavailable":1', "maxUnavailable is 1, not 0"],
    [gateway, '"minReadySeconds":5', '"minReadySeconds":0', "minReadySeconds is 0, not 5"],
    ["StatefulSet/postgres", '"type":"OnDelete"', '"type":"RollingUpdate"', "is updated by the controller"],
    ["StatefulSet/redis", "kubernetes.io/hostname", "gx/rack", "has no required anti-affinity by host name"],
  ];
  check("OPS-2.3", "U", "each rule of pods refuses the fault that it is there for", () => {
    for (const [name, from, to, why] of faults) {
      const refused = faultsOfPods(podsOf(rewritten(objectsOf("mainnet"), name, from, to)));
      expect(refused.map((refusal) => `${refusal.of}: ${refusal.why}`)).toContainEqual(
        expect.stringContaining(`${name}: ${why}`),
      );
    }
  });
});

describe("what an overlay may not hold", () => {
  const mainnet = () => objectsOf("mainnet");
  const refusals = async (objects: readonly KubeObject[]) =>
    (await judge("mainnet", objects)).map(({ rule, of, why }) => `${rule}: ${of}: ${why}`);

  check(
    "OPS-2.2",
    "U",
    "mainnet refuses a tag, an autoscaler on the write path, an object elsewhere and another GX_ENV",
    async () => {
      const digest = `@sha256:${"0".repeat(64)}`;
      expect(await refusals(rewritten(mainnet(), "Deployment/projector", digest, ":1.2.3"))).toEqual([
        "images by digest: Deployment/projector: container gx runs registry.example.org/gx:1.2.3, which is no digest",
      ]);
      const scaler = rewritten(
        mainnet(),
        "HorizontalPodAutoscaler/gateway",
        '"name":"gateway"',
        '"name":"submitter-admin"',
      );
      expect(faultsOfOverlay({ name: "mainnet", objects: scaler, environment: "mainnet" })).toEqual([
        expect.objectContaining({
          of: "HorizontalPodAutoscaler/submitter-admin",
          rule: "no autoscaler on submitter or projector",
        }),
      ]);
      expect(await refusals(rewritten(mainnet(), "Service/gateway", "backend-mainnet", "backend-testnet"))).toEqual([
        "namespace: Service/gateway: is in backend-testnet, not in backend-mainnet",
      ]);
      expect(await refusals(rewritten(mainnet(), "ConfigMap/gx-config", '"mainnet"', '"testnet"'))).toEqual([
        "environment: ConfigMap/gx-config: GX_ENV is testnet in a namespace of mainnet",
      ]);
    },
  );

  check(
    "OPS-2.2",
    "U",
    "a field that Kubernetes does not know and a value of another type are refused by their path",
    async () => {
      const misspelt = rewritten(mainnet(), "Deployment/gateway", '"readinessProbe"', '"readynessProbe"');
      expect(await faultsOfTypes(misspelt)).toEqual([
        {
          rule: "types of Kubernetes",
          of: "Deployment/gateway",
          why: "/spec/template/spec/containers/0/readynessProbe is no field that Kubernetes knows",
        },
      ]);
      const text = changed(mainnet(), "Deployment/projector", (spec) => ({ ...spec, replicas: "two" }));
      expect((await faultsOfTypes(text)).map(({ of, why }) => `${of}: ${why}`)).toEqual([
        "Deployment/projector: /spec/replicas must be integer",
      ]);
      const gone = changed(mainnet(), "Deployment/projector", ({ selector: _, ...spec }) => spec);
      expect((await faultsOfTypes(gone)).map(({ why }) => why)).toEqual(["/spec must have required property selector"]);
      const unknown = rewritten(mainnet(), "Service/gateway", '"apiVersion":"v1"', '"apiVersion":"v9"');
      expect((await faultsOfTypes(unknown)).map(({ why }) => why)).toEqual(["Kubernetes has no Service in v9"]);
    },
  );
});

describe("the settings", () => {
  for (const overlay of overlays)
    check(
      "OPS-2.11",
      "U",
      `every process of ${overlay} gets the settings that it needs and none that is unknown, and no secret lies open`,
      () => {
        expect(faultsOfSettings(objectsOf(overlay))).toEqual([]);
      },
    );

  const said = (objects: readonly KubeObject[]) => faultsOfSettings(objects).map(({ of, why }) => `${of}: ${why}`);

  check("OPS-2.11", "U", "a setting that a process lacks, does not know or would refuse is named with its pod", () => {
    const mainnet = objectsOf("mainnet");
    expect(said(rewritten(mainnet, "ConfigMap/gx-config-submitter", "HOUSEKEEPER_ADMIN", "HOUSEKEEPER"))).toEqual(
      ["admin", "partner-api", "super-admin"].flatMap((role) => [
        `Deployment/submitter-${role}: HOUSEKEEPER is no setting`,
        `Deployment/submitter-${role}: container gx: HOUSEKEEPER_ADMIN: is missing, without a default here`,
      ]),
    );
    expect(said(rewritten(mainnet, "ConfigMap/gx-config-projector", "5000", "soon"))).toEqual([
      "Deployment/projector: container gx: GX_PROJECTOR_MAX_LAG_MS: must be a whole number from 100 to 600000",
    ]);
    expect(said(rewritten(mainnet, "Deployment/gateway", '"path":"redis-url"', '"path":"redis"'))).toEqual([
      "Deployment/gateway: container gx: REDIS_URL_FILE: /etc/gx/secrets/redis-url cannot be read (ENOENT)",
    ]);
    expect(said(mainnet.filter(({ metadata }) => metadata.name !== "gx-config-gateway"))).toContain(
      "Deployment/gateway: ConfigMap gx-config-gateway is not there",
    );
  });

  check("OPS-2.11", "U", "every key of a Secret that a pod mounts is named where Secrets are explained", () => {
    const page = readFileSync("k8s/README.md", "utf8");
    const mounted = overlays.flatMap((overlay) =>
      podsOf(objectsOf(overlay)).flatMap(({ template: { spec } }) =>
        (spec.volumes ?? []).flatMap(({ secret, projected }) => [
          ...(secret ? [secret.secretName, ...(secret.items ?? []).map(({ key }) => key)] : []),
          ...(projected?.sources ?? []).flatMap(({ secret: one }) =>
            one ? [one.name, ...(one.items ?? []).map(({ key }) => key)] : [],
          ),
        ]),
      ),
    );
    expect(mounted).toContain("fabric-reader");
    expect([...new Set(mounted)].filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });

  check("OPS-2.11", "U", "a secret is refused in a ConfigMap, in a variable and as a Secret in the tree", () => {
    const mainnet = objectsOf("mainnet");
    const password = "postgresql://gx:secret@postgres-primary/gx";
    const open = rewritten(mainnet, "ConfigMap/gx-config", '"LOG_LEVEL":"info"', `"DATABASE_URL":"${password}"`);
    expect(said(open)).toContain("ConfigMap/gx-config: DATABASE_URL is a secret: it comes from a file of a Secret");
    const variable = rewritten(
      mainnet,
      "Deployment/gateway",
      '"name":"gx","ports"',
      `"env":[{"name":"SOME_URL","value":"${password}"}],"name":"gx","ports"`,
    );
    expect(said(variable)).toContain(
      "Deployment/gateway: SOME_URL is a secret: it comes from a file, not from a variable",
    );
    const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: "postgres-secrets" } };
    expect(said([...mainnet, secret])).toEqual(["Secret/postgres-secrets: no Secret stands in manifests"]);
  });
});
