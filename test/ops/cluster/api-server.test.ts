// Every manifest before a real API server: it takes them as they are, admits their pods, and gives the rights they ask for.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../../platform/config.js";
import { checkWith } from "../checks.js";
import { nameOf, overlays, render, type KubeObject } from "../manifests.js";
import { controlPlane, startCluster, type Cluster } from "./kube.js";

const folders = ["k8s/cluster", ...overlays.map((name) => `k8s/overlays/${name}`), ...fabricOverlays()];
// Kinds of other makers, whose definitions this API server has not got.
const builtIn = ({ apiVersion }: KubeObject): boolean =>
  !/monitoring\.coreos\.com|bitnami\.com|external-secrets\.io/.test(apiVersion);

let cluster: Cluster | undefined;
const server = async (): Promise<Cluster> => {
  cluster ??= await startCluster({ apiServer: auditing() });
  return cluster;
};
afterAll(async () => cluster?.stop());

const needs = controlPlane;
const timeoutMs = 120_000;

checkWith(
  { needs, timeoutMs },
  "OPS-2.1",
  "K",
  "an API server takes every overlay, field by field, and a second time changes nothing",
  async () => {
    const { kubectl } = await server();
    const apply = async () => {
      for (const folder of folders) {
        const objects = render(folder).filter(builtIn);
        await kubectl(["apply", "--server-side", "--validate=strict", "-f", "-"], listOf(objects));
      }
    };
    await apply();
    const before = await kept();
    expect(before.length).toBe(folders.flatMap((folder) => render(folder).filter(builtIn)).length);
    await apply();
    expect(await kept()).toEqual(before);
  },
);

checkWith({ needs, timeoutMs }, "OPS-2.1", "K", "a field that Kubernetes does not know is refused", async () => {
  const { ask } = await server();
  const [service] = render("k8s/overlays/testnet").filter(({ kind }) => kind === "Service");
  const planted = { ...service, spec: { ...(service?.["spec"] as object), loadBalance: "round" } };
  const { code, err } = await ask(["apply", "--server-side", "--validate=strict", "-f", "-"], JSON.stringify(planted));
  expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining("loadBalance") as string });
});

checkWith(
  { needs, timeoutMs },
  "OPS-2.3",
  "K",
  "every pod of every overlay is admitted where the restricted profile is enforced",
  async () => {
    const { ask } = await server();
    const pods = folders.flatMap((folder) => render(folder).flatMap(podOf));
    expect(pods.length).toBeGreaterThan(40);
    const { code, err } = await ask(["create", "--dry-run=server", "-f", "-"], listOf(pods));
    expect({ code, err }).toEqual({ code: 0, err: "" });
  },
);

checkWith(
  { needs, timeoutMs },
  "OPS-1.3",
  "K",
  "a pod with more rights or more cores than the namespace allows is refused with the reason",
  async () => {
    const { ask } = await server();
    const [pod] = render("k8s/overlays/mainnet")
      .filter(({ metadata }) => metadata.name === "gateway")
      .flatMap(podOf);
    if (!pod) throw new Error("no gateway");
    const refusedBy = async (change: (container: Record<string, object>) => void) => {
      const planted = JSON.parse(JSON.stringify(pod)) as KubeObject & {
        spec: { containers: Record<string, object>[] };
      };
      planted.spec.containers.forEach(change);
      const { code, err } = await ask(["create", "--dry-run=server", "-f", "-"], JSON.stringify(planted));
      return code === 0 ? "admitted" : err;
    };
    expect(await refusedBy(() => undefined)).toBe("admitted");
    expect(await refusedBy((container) => (container["securityContext"] = { allowPrivilegeEscalation: true }))).toMatch(
      /violates PodSecurity "restricted:v1\.30": allowPrivilegeEscalation != false/,
    );
    const large = { requests: { cpu: "5", memory: "1Gi" }, limits: { cpu: "5", memory: "1Gi" } };
    expect(await refusedBy((container) => (container["resources"] = large))).toMatch(
      /maximum cpu usage per Container is 4, but limit is 5/,
    );
  },
);

// Table 2.13. What a row allows, and what is near it and not allowed.
const allowed = [
  ...["get", "patch", "update", "delete"].flatMap((verb) =>
    ["configmaps", "endpoints"].flatMap((resource) =>
      ["postgres-primary", "postgres-primary-config", "postgres-primary-leader"].map((name) =>
        right(verb, resource, name),
      ),
    ),
  ),
  ...["create", "list", "watch"].flatMap((verb) => [right(verb, "configmaps"), right(verb, "endpoints")]),
  ...["get", "patch"].flatMap((verb) => [0, 1, 2].map((index) => right(verb, "pods", `postgres-${index}`))),
  ...["list", "watch"].map((verb) => right(verb, "pods")),
];
const forbidden = [
  right("get", "configmaps", "gx-config"),
  right("update", "endpoints", "gateway"),
  right("delete", "pods", "postgres-0"),
  right("patch", "pods", "redis-0"),
  right("create", "pods"),
  right("get", "secrets", "postgres-secrets"),
  right("list", "secrets"),
  right("list", "configmaps", undefined, "backend-testnet"),
];

checkWith(
  { needs, timeoutMs },
  "OPS-2.13",
  "K",
  "PostgreSQL's account may do what its row of the table says and nothing near it",
  async () => {
    expect(await reviewed("postgres", allowed)).toEqual(allowed.map((one) => ({ ...one, allowed: true })));
    expect(await reviewed("postgres", forbidden)).toEqual(forbidden.map((one) => ({ ...one, allowed: false })));
  },
);

checkWith({ needs, timeoutMs }, "OPS-2.13", "K", "every other account may do nothing", async () => {
  const accounts = [...folders.flatMap((folder) => render(folder))].filter(
    ({ kind, metadata }) =>
      kind === "ServiceAccount" && metadata.name !== "postgres" && metadata.namespace === "backend-mainnet",
  );
  expect(accounts.length).toBeGreaterThan(10);
  for (const { metadata } of accounts) {
    const found = await reviewed(metadata.name, [...allowed, ...forbidden]);
    expect({ account: metadata.name, may: found.filter((one) => one.allowed) }).toEqual({
      account: metadata.name,
      may: [],
    });
  }
});

checkWith(
  { needs, timeoutMs },
  "OPS-11.2",
  "K",
  "the audit policy is taken: reading a Secret and scaling leave their records, no Secret leaves its body",
  async () => {
    const { kubectl, folder } = await server();
    const secret = {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "audited", namespace: "backend-devnet" },
      stringData: { a: "never-recorded" },
    };
    await kubectl(["create", "-f", "-"], JSON.stringify(secret));
    await kubectl(["get", "secret", "audited", "-n", "backend-devnet"]);
    await kubectl(["scale", "deployment/gateway", "--replicas=1", "-n", "backend-devnet"]);
    const text = readFileSync(join(folder, "audit.log"), "utf8");
    const records = text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as AuditRecord);
    const of = (verb: string, resource: string, name: string) =>
      records.filter((one) => one.verb === verb && one.objectRef?.resource === resource && one.objectRef.name === name);
    expect(of("get", "secrets", "audited")).toEqual([
      expect.objectContaining({
        level: "Metadata",
        annotations: expect.objectContaining({ "authorization.k8s.io/decision": "allow" }) as object,
      }),
    ]);
    expect(
      of("patch", "deployments", "gateway").some(
        ({ level, requestObject }) => level === "Request" && requestObject !== undefined,
      ),
    ).toBe(true);
    expect(text).not.toContain("never-recorded");
    expect(text).not.toContain(Buffer.from("never-recorded").toString("base64"));
  },
);

interface AuditRecord {
  level: string;
  verb: string;
  objectRef?: { resource: string; name?: string };
  requestObject?: object;
}

function auditing(): string[] {
  return [`--audit-policy-file=${join(root, "k8s/cluster/audit-policy.yaml")}`, "--audit-log-path=audit.log"];
}

function fabricOverlays(): string[] {
  return ["mainnet", "testnet"].map((name) => `k8s/fabric/overlays/${name}`);
}

const listOf = (items: readonly object[]): string => JSON.stringify({ apiVersion: "v1", kind: "List", items });

/** Everything that was applied, as the server has it, but for its own book of who set which field. */
async function kept(): Promise<readonly KubeObject[]> {
  const { kubectl } = await server();
  const kinds = [...new Set(folders.flatMap((folder) => render(folder).filter(builtIn).map(resourceOf)))];
  const wanted = new Set(folders.flatMap((folder) => render(folder).map(keyOf)));
  const { items } = JSON.parse(await kubectl(["get", kinds.join(","), "-A", "-o", "json"])) as {
    items: KubeObject[];
  };
  return items
    .filter((item) => wanted.has(keyOf(item)))
    .map((item) => ({ ...item, metadata: { ...item.metadata, managedFields: [], resourceVersion: "" } }));
}

const keyOf = (object: KubeObject): string => `${object.metadata.namespace ?? ""}/${nameOf(object)}`;

/** As the client asks for a kind: with its group, where it has one. */
function resourceOf({ apiVersion, kind }: KubeObject): string {
  const [group, version] = apiVersion.split("/");
  return version === undefined ? kind : `${kind}.${version}.${group}`;
}

/** The pod that an object's controller would make first. */
function podOf(object: KubeObject): KubeObject[] {
  const spec = object["spec"] as { template?: Template; jobTemplate?: { spec: { template: Template } } } | undefined;
  const template = spec?.jobTemplate?.spec.template ?? spec?.template;
  if (!template?.spec) return [];
  const { name, namespace = "" } = object.metadata;
  const metadata = { ...template.metadata, name: `${object.kind.toLowerCase()}-${name}`, namespace };
  const claims =
    (object["spec"] as { volumeClaimTemplates?: { metadata: { name: string } }[] }).volumeClaimTemplates ?? [];
  const volumes = claims.map((claim) => ({ name: claim.metadata.name, emptyDir: {} }));
  const pod = { ...template.spec, volumes: [...(template.spec.volumes ?? []), ...volumes] };
  return [{ apiVersion: "v1", kind: "Pod", metadata, spec: pod }];
}

interface Template {
  metadata?: object;
  spec?: { volumes?: object[] };
}

interface Right {
  verb: string;
  resource: string;
  name?: string;
  namespace: string;
}

function right(verb: string, resource: string, name?: string, namespace = "backend-mainnet"): Right {
  return name === undefined ? { verb, resource, namespace } : { verb, resource, name, namespace };
}

/** Each with what the API server says of it. */
async function reviewed(account: string, rights: readonly Right[]): Promise<(Right & { allowed: boolean })[]> {
  const { kubectl } = await server();
  const items = rights.map((resourceAttributes) => ({
    apiVersion: "authorization.k8s.io/v1",
    kind: "SubjectAccessReview",
    spec: { resourceAttributes, user: `system:serviceaccount:backend-mainnet:${account}` },
  }));
  const out = await kubectl(["create", "-o", "json", "-f", "-"], listOf(items));
  // One document after the other, without a list around them.
  const answers = JSON.parse(`[${out.replaceAll(/^\}\n\{$/gm, "},\n{")}]`) as { status: { allowed: boolean } }[];
  const all = answers.flatMap((one) => ("items" in one ? (one.items as typeof answers) : [one]));
  return rights.map((one, index) => ({ ...one, allowed: all[index]?.status.allowed ?? false }));
}
