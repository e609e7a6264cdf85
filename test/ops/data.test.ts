// PostgreSQL, Redis, the cache and the jobs against tables 2.3, 2.5, 2.8 to 2.10 and 2.13 of the specification, typed here, and the
// budget of connections.
import { z } from "zod";
import { podsOf, type Container, type Pods } from "../../cli/manifests/pods.js";
import { check } from "./checks.js";
import { folderOf, overlays, render, type KubeObject, type Overlay } from "./manifests.js";

const objectsOf = (overlay: Overlay) => render(folderOf(overlay));
const found = (overlay: Overlay, kind: string, name: string): KubeObject => {
  const object = objectsOf(overlay).find((each) => each.kind === kind && each.metadata.name === name);
  if (!object) throw new Error(`${overlay} has no ${kind} ${name}`);
  return object;
};
const has = (overlay: Overlay, kind: string, name: string) =>
  objectsOf(overlay).some((each) => each.kind === kind && each.metadata.name === name);
const podsIn = (overlay: Overlay, kind: string, name: string): Pods => {
  const pods = podsOf(objectsOf(overlay)).find(({ owner }) => owner.kind === kind && owner.metadata.name === name);
  if (!pods) throw new Error(`${overlay} has no pods of ${kind} ${name}`);
  return pods;
};
const settingsOf = (overlay: Overlay, name: string) =>
  z.record(z.string(), z.string()).parse(found(overlay, "ConfigMap", name)["data"]);

const amounts = ({ resources }: Container) =>
  [resources?.requests, resources?.limits].map((each) => `${each?.["cpu"]} ${each?.["memory"]}`).join(" / ");
const shapeOf = ({ template }: Pods) =>
  template.spec.containers.map((container) => {
    const ports = container.ports?.map(({ name, containerPort }) => `${name} ${containerPort}`).join(", ");
    return `${container.name}: ${amounts(container)}: ${ports}`;
  });

const POSTGRES = "postgres: 1000m 2Gi / 2000m 4Gi: postgres 5432, patroni 8008";
const SMALL_POSTGRES = "postgres: 500m 1Gi / 1000m 2Gi: postgres 5432, patroni 8008";
const POSTGRES_EXPORTER = "exporter: 100m 128Mi / 100m 128Mi: exporter 9187";
const REDIS = "redis: 250m 1Gi / 500m 1536Mi: redis 6379";
const SMALL_REDIS = "redis: 100m 256Mi / 500m 256Mi: redis 6379";
const SENTINEL = "sentinel: 100m 128Mi / 100m 128Mi: sentinel 26379";
const REDIS_EXPORTER = "exporter: 100m 128Mi / 100m 128Mi: exporter 9121";

interface Data {
  readonly replicas: number;
  readonly postgres: readonly string[];
  readonly redis: readonly string[];
  readonly cache: readonly string[] | undefined;
  readonly claims: readonly string[];
  readonly budgets: boolean;
}
const data: Readonly<Record<Overlay, Data>> = {
  dev: {
    ...{ replicas: 1, postgres: [SMALL_POSTGRES, POSTGRES_EXPORTER], redis: [SMALL_REDIS, REDIS_EXPORTER] },
    ...{ cache: undefined, claims: ["postgres-data 10Gi"], budgets: false },
  },
  testnet: {
    ...{ replicas: 1, postgres: [POSTGRES, POSTGRES_EXPORTER], redis: [REDIS, REDIS_EXPORTER] },
    ...{ cache: [REDIS, REDIS_EXPORTER], claims: ["postgres-data 100Gi", "redis-data 20Gi"], budgets: false },
  },
  mainnet: {
    ...{ replicas: 3, postgres: [POSTGRES, POSTGRES_EXPORTER], redis: [REDIS, SENTINEL, REDIS_EXPORTER] },
    ...{ cache: [REDIS, REDIS_EXPORTER], claims: ["postgres-data 100Gi", "redis-data 20Gi"], budgets: true },
  },
};

const setSchema = z.object({
  replicas: z.number(),
  updateStrategy: z.object({ type: z.string() }),
  volumeClaimTemplates: z
    .array(
      z.object({
        metadata: z.object({ name: z.string() }),
        spec: z.object({ resources: z.object({ requests: z.object({ storage: z.string() }) }) }),
      }),
    )
    .default([]),
});

describe.each(overlays)("data of %s", (overlay) => {
  const wanted = data[overlay];
  const sets = () => ["postgres", "redis"].map((name) => setSchema.parse(found(overlay, "StatefulSet", name)["spec"]));

  check("OPS-2.2", "U", `postgres, redis and redis-cache of ${overlay} are those of table 2.3`, () => {
    expect(sets().map(({ replicas }) => replicas)).toEqual([wanted.replicas, wanted.replicas]);
    expect(shapeOf(podsIn(overlay, "StatefulSet", "postgres"))).toEqual(wanted.postgres);
    expect(shapeOf(podsIn(overlay, "StatefulSet", "redis"))).toEqual(wanted.redis);
    if (wanted.cache) expect(shapeOf(podsIn(overlay, "Deployment", "redis-cache"))).toEqual(wanted.cache);
    else expect(has(overlay, "Deployment", "redis-cache")).toBe(false);
  });

  check("OPS-2.2", "U", `volumes and replacement of the data of ${overlay} are those of 1.1, 2.6 and 2.9`, () => {
    const claims = sets().flatMap(({ volumeClaimTemplates }) => volumeClaimTemplates);
    expect(claims.map(({ metadata, spec }) => `${metadata.name} ${spec.resources.requests.storage}`)).toEqual(
      wanted.claims,
    );
    expect(sets().map(({ updateStrategy }) => updateStrategy.type)).toEqual(["OnDelete", "OnDelete"]);
  });

  check("OPS-2.2", "U", `a drain of nodes leaves two members of the data of mainnet; judged for ${overlay}`, () => {
    for (const name of ["postgres-pdb", "redis-pdb"]) {
      expect(has(overlay, "PodDisruptionBudget", name)).toBe(wanted.budgets);
      if (wanted.budgets)
        expect(found(overlay, "PodDisruptionBudget", name)["spec"]).toMatchObject({ minAvailable: 2 });
    }
  });

  check("OPS-2.2", "U", `the probes of the data of ${overlay} are those of table 2.5`, () => {
    const times = { readinessProbe: [5, 2, 2], livenessProbe: [10, 3, 2] } as const;
    for (const kind of ["readinessProbe", "livenessProbe"] as const) {
      const timed = (container: Container | undefined) => {
        const probe = container?.[kind];
        expect([probe?.periodSeconds, probe?.failureThreshold, probe?.timeoutSeconds]).toEqual(times[kind]);
        return probe;
      };
      const [postgres] = podsIn(overlay, "StatefulSet", "postgres").template.spec.containers;
      expect(timed(postgres)?.httpGet).toEqual({
        path: kind === "readinessProbe" ? "/readiness" : "/liveness",
        port: "patroni",
      });
      const redis = podsIn(overlay, "StatefulSet", "redis").template.spec.containers;
      for (const container of redis.filter(({ name }) => name !== "exporter"))
        expect(timed(container)?.exec?.command.join(" ")).toMatch(
          /^sh -c redis-cli -p (6379|26379) --user probe .* ping/,
        );
    }
  });

  check("OPS-2.2", "U", `the services of the data of ${overlay} are those of table 2.8`, () => {
    const services = ["postgres-headless", "postgres-primary", "postgres-replica", "redis-headless"];
    const spec = z.object({
      clusterIP: z.string().optional(),
      selector: z.record(z.string(), z.string()).optional(),
      ports: z.array(z.object({ port: z.number() })),
    });
    const lines = services.map((name) => {
      const { clusterIP, selector, ports } = spec.parse(found(overlay, "Service", name)["spec"]);
      const selects = Object.entries(selector ?? {}).map(([label, value]) => `${label}=${value}`);
      return `${name} ${clusterIP ?? "ClusterIP"} ${ports.map(({ port }) => port).join(" ")} ${selects.join(",")}`;
    });
    expect(lines).toEqual([
      "postgres-headless None 5432 app=postgres",
      "postgres-primary ClusterIP 5432 ",
      "postgres-replica ClusterIP 5432 app=postgres,role=replica",
      "redis-headless None 6379 app=redis",
    ]);
    expect(has(overlay, "Service", "redis-sentinel")).toBe(wanted.replicas === 3);
    expect(has(overlay, "Service", "redis-cache")).toBe(wanted.cache !== undefined);
  });

  check("OPS-2.2", "U", `what Redis and PostgreSQL of ${overlay} are set to is what 2.9 says`, () => {
    const redis = `${settingsOf(overlay, "redis-config")["redis.conf"]}${settingsOf(overlay, "redis-config")["overlay.conf"]}`;
    const last = (name: string) => [...redis.matchAll(new RegExp(`^${name} (.*)$`, "gm"))].at(-1)?.[1];
    expect([last("maxmemory-policy"), last("appendonly"), last("appendfsync")]).toEqual([
      "noeviction",
      "yes",
      "everysec",
    ]);
    expect(last("min-replicas-to-write")).toBe(wanted.replicas === 3 ? "1" : "0");
    expect(last("maxmemory")).toBe(overlay === "dev" ? "160mb" : "768mb");
    const patroni = settingsOf(overlay, "postgres-config")["patroni.yaml"] ?? "";
    for (const line of [
      "ttl: 20",
      "loop_wait: 5",
      "synchronous_mode: true",
      "max_connections: 300",
      "- data-checksums",
    ])
      expect(patroni).toContain(line);
    expect(patroni).toMatch(/synchronous_commit: "on"[^]*password_encryption: scram-sha-256[^]*ssl: "on"/);
    expect(settingsOf(overlay, "postgres-config")["kubernetes.yaml"]).toContain("use_endpoints: true");
  });

  check("OPS-2.2", "U", `the jobs of ${overlay} whose programs exist are those of table 2.10`, () => {
    const jobs = podsOf(objectsOf(overlay)).filter(({ owner }) => ["Job", "CronJob"].includes(owner.kind));
    const limits = z.object({
      activeDeadlineSeconds: z.number(),
      backoffLimit: z.number(),
      ttlSecondsAfterFinished: z.number(),
    });
    const timed = z.object({
      suspend: z.boolean(),
      concurrencyPolicy: z.string(),
      timeZone: z.string(),
      startingDeadlineSeconds: z.number(),
      jobTemplate: z.object({ spec: limits }),
    });
    const rows = jobs.map(({ owner, template }) => {
      const spec = owner.kind === "Job" ? limits.parse(owner["spec"]) : timed.parse(owner["spec"]).jobTemplate.spec;
      const [container] = template.spec.containers as [Container];
      const times = `${spec.activeDeadlineSeconds} ${spec.backoffLimit} ${spec.ttlSecondsAfterFinished}`;
      return `${owner.kind} ${owner.metadata.name}: ${container.args?.[0]}: ${times}: ${amounts(container)} ${template.spec.priorityClassName}`;
    });
    const AMOUNTS = "250m 256Mi / 500m 512Mi gx-batch";
    expect(rows.toSorted()).toEqual([
      `CronJob rebuild: replay: 14400 0 86400: ${AMOUNTS}`,
      `Job bootstrap: bootstrap: 900 3 86400: ${AMOUNTS}`,
      `Job migrate: migrate: 600 2 86400: ${AMOUNTS}`,
    ]);
    expect(timed.parse(found(overlay, "CronJob", "rebuild")["spec"])).toMatchObject({
      ...{ suspend: true, concurrencyPolicy: "Forbid", timeZone: "Etc/UTC", startingDeadlineSeconds: 300 },
    });
  });

  check(
    "OPS-2.2",
    "U",
    `no account of ${overlay} has a right but postgres, none a wildcard, none a cluster role`,
    () => {
      const rule = z.object({
        apiGroups: z.array(z.string()),
        resources: z.array(z.string()),
        verbs: z.array(z.string()),
        resourceNames: z.array(z.string()).optional(),
      });
      const kinds = objectsOf(overlay).filter(({ apiVersion }) => apiVersion.startsWith("rbac.authorization.k8s.io/"));
      expect(kinds.map(({ kind, metadata }) => `${kind} ${metadata.name}`).toSorted()).toEqual([
        "Role postgres",
        "RoleBinding postgres",
      ]);
      expect(found(overlay, "RoleBinding", "postgres")).toMatchObject({
        roleRef: { kind: "Role", name: "postgres" },
        subjects: [{ kind: "ServiceAccount", name: "postgres" }],
      });
      const rules = z.array(rule).parse(found(overlay, "Role", "postgres")["rules"]);
      const store = ["", "-config", "-failover", "-leader", "-sync"].map((end) => `postgres-primary${end}`).join(" ");
      expect(
        rules.map(
          ({ resources, verbs, resourceNames }) =>
            `${resources.join(" ")}: ${verbs.join(" ")}: ${resourceNames?.join(" ") ?? "any"}`,
        ),
      ).toEqual([
        "configmaps endpoints: create list watch: any",
        `configmaps endpoints: get patch update delete: ${store}`,
        "pods: list watch: any",
        "pods: get patch: postgres-0 postgres-1 postgres-2",
      ]);
      expect(rules.flatMap(({ apiGroups }) => apiGroups)).toEqual(["", "", "", ""]);
    },
  );
});

check(
  "OPS-2.11",
  "U",
  "every connection that mainnet may open at full scale fits into PostgreSQL, with room for who operates it",
  () => {
    const autoscaled = z.object({ maxReplicas: z.number(), scaleTargetRef: z.object({ name: z.string() }) });
    const most = new Map(
      objectsOf("mainnet")
        .filter(({ kind }) => kind === "HorizontalPodAutoscaler")
        .map(({ spec }) => autoscaled.parse(spec))
        .map(({ maxReplicas, scaleTargetRef }) => [scaleTargetRef.name, maxReplicas]),
    );
    const pools = podsOf(objectsOf("mainnet")).flatMap(({ owner, template }) => {
      const maps = template.spec.containers
        .flatMap(({ envFrom }) => envFrom ?? [])
        .flatMap(({ configMapRef }) => configMapRef?.name ?? []);
      const settings = Object.assign({}, ...maps.map((name) => settingsOf("mainnet", name))) as Record<string, string>;
      if (owner.kind !== "Deployment" || settings["DATABASE_URL_FILE"] === undefined) return [];
      const replicas =
        most.get(owner.metadata.name) ?? z.object({ replicas: z.number() }).parse(owner["spec"]).replicas;
      return { name: owner.metadata.name, pool: Number(settings["GX_DB_POOL"]), replicas };
    });
    const sum = (start: string, surge: number) => {
      const own = pools.filter(({ name }) => name.startsWith(start));
      const pods = own.reduce((total, { replicas }) => total + replicas, surge);
      return [
        pods,
        own[0]?.pool,
        own.reduce((total, { pool, replicas }) => total + pool * replicas, surge * (own[0]?.pool ?? 0)),
      ];
    };
    expect(pools).toHaveLength(11);
    // The widest group of a rollout is four subgraphs; a submitter of each role and a projector are replaced one at a time.
    expect([sum("subgraph-", 4), sum("submitter-", 3), sum("projector", 1)]).toEqual([
      [27, 6, 162],
      [9, 5, 45],
      [3, 5, 15],
    ]);
    const JOBS = 10;
    const OPERATORS = 30;
    const all = 162 + 45 + 15 + JOBS + OPERATORS;
    expect(all).toBe(262);
    const [, allowed] =
      /max_connections: (\d+)/.exec(settingsOf("mainnet", "postgres-config")["patroni.yaml"] ?? "") ?? [];
    expect(Number(allowed)).toBeGreaterThan(all);
  },
);
