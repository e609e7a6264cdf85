// The environments of sections 1.1, 1.2 and 1.4 of the specification against the rendered overlays. The tables are typed here.
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { capacityOf, faultsOfCapacity } from "../../cli/manifests/capacity.js";
import { judge } from "../../cli/manifests/judge.js";
import { networks } from "../../cli/manifests/render.js";
import { faultsOfTypes } from "../../cli/manifests/schema.js";
import { containersOf, podsOf } from "../../cli/manifests/pods.js";
import { changed } from "./changed.js";
import { check } from "./checks.js";
import { folderOf, overlays, render, type KubeObject, type Overlay } from "./manifests.js";

const GI = 2 ** 30;
const objectsOf = (overlay: Overlay) => render(folderOf(overlay));
const named = (objects: readonly KubeObject[], kind: string, name: string) =>
  objects.find((object) => object.kind === kind && object.metadata.name === name);
const data = (overlay: Overlay, name: string) =>
  named(objectsOf(overlay), "ConfigMap", name)?.["data"] as Readonly<Record<string, string>>;

const environments = {
  dev: {
    ...{ namespace: "backend-devnet", env: "development", log: "trace", explorer: "on", digest: false },
    ...{ postgres: 1, redis: 1, cache: false, volumes: { postgres: 10, redis: 0 }, pool: "test" },
  },
  testnet: {
    ...{ namespace: "backend-testnet", env: "testnet", log: "debug", explorer: "on", digest: true },
    ...{ postgres: 1, redis: 1, cache: true, volumes: { postgres: 100, redis: 20 }, pool: "test" },
  },
  mainnet: {
    ...{ namespace: "backend-mainnet", env: "mainnet", log: "info", explorer: "off", digest: true },
    ...{ postgres: 3, redis: 3, cache: true, volumes: { postgres: 100, redis: 20 }, pool: "mainnet" },
  },
} as const;

const quotas = {
  dev: { cpu: [4, 8], memory: [8, 16], claims: 3, storage: 30, pods: 20, name: "backend-devnet" },
  testnet: { cpu: [8, 16], memory: [16, 32], claims: 5, storage: 200, pods: 30, name: "backend-testnet" },
  mainnet: { cpu: [16, 36], memory: [32, 64], claims: 10, storage: 500, pods: 50, name: "backend-mainnet" },
} as const;

const sums = {
  dev: { pods: 7, cpu: 2.8, memory: 4.75 },
  testnet: { pods: 15, cpu: 4.8, memory: 10 },
  mainnet: { pods: 37, cpu: 12.5, memory: 24.9 },
} as const;

const namespaces: Readonly<Record<string, readonly [component: string, environment: string]>> = {
  "backend-mainnet": ["backend", "production"],
  "backend-testnet": ["backend", "testnet"],
  "backend-devnet": ["backend", "development"],
  fabric: ["blockchain", "mainnet"],
  "fabric-testnet": ["blockchain", "testnet"],
  "fabric-devnet": ["blockchain", "development"],
};

const tenths = (bytes: number) => Math.round((bytes / GI) * 10) / 10;

describe("every overlay", () => {
  for (const overlay of overlays)
    check(
      "OPS-1.1",
      "U",
      `${overlay} renders, in its namespace, as Kubernetes' types have it, nothing refused`,
      async () => {
        const objects = objectsOf(overlay);
        expect(new Set(objects.map(({ metadata }) => metadata.namespace))).toEqual(
          new Set([environments[overlay].namespace]),
        );
        expect(await judge(overlay, objects)).toEqual([]);
      },
    );

  check("OPS-1.1", "U", "every object belongs to gx by its label", () => {
    const others = overlays.flatMap((overlay) =>
      objectsOf(overlay).filter(({ metadata }) => metadata.labels?.["app.kubernetes.io/part-of"] !== "gx"),
    );
    expect(others.map(({ kind, metadata }) => `${kind}/${metadata.name}`)).toEqual([]);
  });

  check("OPS-1.1", "U", "the six namespaces carry their labels and enforce the restricted profile", () => {
    const found = render("k8s/cluster").filter(({ kind }) => kind === "Namespace");
    expect(
      Object.fromEntries(
        found.map(({ metadata: { name, labels = {} } }) => [name, [labels["component"], labels["environment"]]]),
      ),
    ).toEqual(namespaces);
    for (const { metadata } of found)
      expect(metadata.labels?.["pod-security.kubernetes.io/enforce"]).toBe("restricted");
  });
});

describe("what stands beside the overlays", () => {
  check("OPS-1.1", "U", "cluster/ holds nothing that Kubernetes does not know", async () => {
    const objects = render("k8s/cluster");
    expect(objects.length).toBeGreaterThan(6);
    expect(await faultsOfTypes(objects)).toEqual([]);
  });

  for (const network of networks)
    check(
      "OPS-3.1",
      "U",
      `the reference network ${network} keeps the rules of pods and Kubernetes' types`,
      async () => {
        expect(await judge(network, render(folderOf(network)))).toEqual([]);
      },
    );
});

describe("an environment", () => {
  for (const overlay of overlays) {
    const wanted = environments[overlay];
    check("OPS-1.2", "U", `${overlay} is what table 1.1 says of it`, () => {
      expect(data(overlay, "gx-config")).toMatchObject({ GX_ENV: wanted.env, LOG_LEVEL: wanted.log });
      expect(data(overlay, "gx-config-gateway")["EXPLORER"]).toBe(wanted.explorer);
      const pods = podsOf(objectsOf(overlay));
      const images = pods.flatMap(containersOf).map(({ image }) => image);
      expect(images.filter((image) => image.includes("@sha256:") !== wanted.digest)).toEqual([]);
      const replicas = Object.fromEntries(pods.map(({ owner, replicas }) => [owner.metadata.name, replicas]));
      expect(replicas).toMatchObject({ postgres: wanted.postgres, redis: wanted.redis });
      expect("redis-cache" in replicas).toBe(wanted.cache);
    });

    check("OPS-1.2", "U", `${overlay} has the volumes of table 1.1, on nodes of its pool`, () => {
      const volumes = Object.fromEntries(
        ["postgres", "redis"].map((name) => {
          const { volumeClaimTemplates = [] } = named(objectsOf(overlay), "StatefulSet", name)?.["spec"] as {
            volumeClaimTemplates?: { spec: { resources: { requests: { storage: string } } } }[];
          };
          return [name, volumeClaimTemplates.map(({ spec }) => spec.resources.requests.storage)];
        }),
      );
      const gi = (size: number) => (size === 0 ? [] : [`${size}Gi`]);
      expect(volumes).toEqual({ postgres: gi(wanted.volumes.postgres), redis: gi(wanted.volumes.redis) });
      const pools = podsOf(objectsOf(overlay))
        .filter(({ owner: { kind } }) => kind === "Deployment" || kind === "StatefulSet")
        .map(({ template }) => /"gx\/pool","operator":"In","values":\["(\w+)"\]/.exec(JSON.stringify(template))?.[1]);
      expect(new Set(pools)).toEqual(new Set([wanted.pool]));
    });

    check("OPS-1.2", "U", `${overlay} has the quota and the bounds of table 1.4`, () => {
      const { name, cpu, memory, claims, storage, pods } = quotas[overlay];
      expect(named(objectsOf(overlay), "ResourceQuota", `${name}-quota`)?.["spec"]).toEqual({
        hard: {
          ...{ "requests.cpu": String(cpu[0]), "limits.cpu": String(cpu[1]), pods: String(pods) },
          ...{ "requests.memory": `${memory[0]}Gi`, "limits.memory": `${memory[1]}Gi` },
          ...{ persistentvolumeclaims: String(claims), "requests.storage": `${storage}Gi` },
        },
      });
      expect(named(objectsOf(overlay), "LimitRange", `${name}-limits`)?.["spec"]).toEqual({
        limits: [
          {
            type: "Container",
            ...{ max: { cpu: "4", memory: "8Gi" }, min: { cpu: "100m", memory: "128Mi" } },
            ...{ default: { cpu: "500m", memory: "512Mi" }, defaultRequest: { cpu: "250m", memory: "256Mi" } },
          },
        ],
      });
    });

    check(
      "OPS-1.2",
      "U",
      `${overlay} asks for what table 1.4 adds up, and for no more than its quota at its most`,
      () => {
        const { applied } = capacityOf(objectsOf(overlay));
        const { pods, cpu, memory } = sums[overlay];
        expect([applied.pods, applied.requests.cpu, tenths(applied.requests.memory)]).toEqual([
          pods,
          cpu,
          Math.round(memory * 10) / 10,
        ]);
        expect(faultsOfCapacity(overlay, objectsOf(overlay))).toEqual([]);
      },
    );
  }

  check("OPS-1.2", "U", "mainnet at its most is 48 pods, 15.35 cores and 29.1Gi, with limits of 33 cores", () => {
    const { most } = capacityOf(objectsOf("mainnet"));
    expect([most.pods, most.requests.cpu, tenths(most.requests.memory)]).toEqual([48, 15.35, 29.1]);
    expect(most.limits.cpu).toBe(33);
  });

  check("OPS-1.2", "U", "what would not fit the quota or the bounds of a container is refused by its amount", () => {
    const more = changed(objectsOf("mainnet"), "Deployment/projector", (spec) => ({ ...spec, replicas: 9 }));
    expect(faultsOfCapacity("mainnet", more).map(({ why }) => why)).toEqual([
      expect.stringMatching(/^requests\.cpu: 18\.85 at the most, the quota allows 16$/),
      expect.stringMatching(/^requests\.memory: /),
      expect.stringMatching(/^limits\.cpu: /),
      expect.stringMatching(/^limits\.memory: /),
      expect.stringMatching(/^pods: 55 at the most, the quota allows 50$/),
    ]);
  });
});

describe("a component", () => {
  const withComponent = (overlay: Overlay, component: string) => {
    const folder = mkdtempSync(join(tmpdir(), "gx-overlay-"));
    const to = (path: string) => relative(folder, path);
    const { namespace } = environments[overlay];
    const text = `namespace: ${namespace}\nresources: ["${to(folderOf(overlay))}"]\ncomponents: ["${to(`k8s/components/${component}`)}"]\n`;
    writeFileSync(join(folder, "kustomization.yaml"), text);
    return render(folder);
  };

  check("OPS-2.2", "U", "nodeport puts the gateway on port 30000 of every node", async () => {
    const objects = withComponent("testnet", "nodeport");
    expect(named(objects, "Service", "gateway")?.["spec"]).toMatchObject({
      type: "NodePort",
      ports: [{ port: 4000, nodePort: 30_000 }],
    });
    expect(await judge("testnet", objects)).toEqual([]);
  });

  for (const overlay of overlays)
    check("OPS-2.2", "U", `monitoring-operator adds to ${overlay} what its checks let pass`, async () => {
      const objects = withComponent(overlay, `monitoring-operator/${overlay}`);
      expect(objects.length).toBeGreaterThan(objectsOf(overlay).length);
      expect(await judge(overlay, objects)).toEqual([]);
    });

  check("OPS-2.2", "U", "nodeport-subgraphs takes ports 30001 to 30007, and mainnet refuses all seven", async () => {
    const ports = withComponent("testnet", "nodeport-subgraphs")
      .filter(({ kind, metadata }) => kind === "Service" && metadata.name.startsWith("subgraph-"))
      .map((object) => (object["spec"] as { ports: { nodePort: number }[] }).ports[0]?.nodePort);
    expect(ports.sort()).toEqual([30_001, 30_002, 30_003, 30_004, 30_005, 30_006, 30_007]);
    const refused = await judge("mainnet", withComponent("mainnet", "nodeport-subgraphs"));
    expect(refused.map(({ of }) => of).sort()).toEqual(
      ["admin", "governance", "identity", "loanpool", "organization", "tax", "tokenomics"].map(
        (domain) => `Service/subgraph-${domain}`,
      ),
    );
    expect(refused[0]?.rule).toBe("no node port of a subgraph in mainnet");
  });
});
