// The operator's objects: each monitor finds the port that it names, and each overlay's rules look at the overlay's namespace.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { overlays, render, type KubeObject, type Overlay } from "./manifests.js";

interface Monitor {
  readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
  readonly podMetricsEndpoints: readonly { readonly port: string }[];
}
interface Template {
  readonly metadata: { readonly labels: Readonly<Record<string, string>> };
  readonly spec: { readonly containers: readonly { readonly ports?: readonly { readonly name?: string }[] }[] };
}

const namespaces = { dev: "backend-devnet", testnet: "backend-testnet", mainnet: "backend-mainnet" };

/** The overlay with its component, as if that stood in it. */
function withComponent(overlay: Overlay): readonly KubeObject[] {
  mkdirSync(".gx", { recursive: true });
  const folder = mkdtempSync(join(".gx", "monitors-"));
  const path = (to: string) => relative(folder, to);
  try {
    const lines = [
      "apiVersion: kustomize.config.k8s.io/v1beta1",
      "kind: Kustomization",
      `namespace: ${namespaces[overlay]}`,
      `resources: [${path(`k8s/overlays/${overlay}`)}]`,
      `components: [${path(`k8s/components/monitoring-operator/${overlay}`)}]`,
    ];
    writeFileSync(join(folder, "kustomization.yaml"), `${lines.join("\n")}\n`);
    return render(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const specOf = (object: KubeObject) => (object as unknown as { spec: unknown }).spec;
const jobsOf = (rule: KubeObject) =>
  /up\{namespace="([\w-]+)",job=~"([^"]+)"/.exec(JSON.stringify(specOf(rule)).replaceAll('\\"', '"'));

describe.each(overlays)("the monitors of %s", (overlay) => {
  const objects = withComponent(overlay);
  const templates = objects
    .filter(({ kind }) => ["Deployment", "StatefulSet"].includes(kind))
    .map((object) => (specOf(object) as { template: Template }).template);

  it("find a port for every job that its rules expect", () => {
    const [rule] = objects.filter(({ kind }) => kind === "PrometheusRule");
    const [, namespace, jobs = ""] = (rule && jobsOf(rule)) ?? [];
    expect([namespace, rule?.metadata.namespace]).toEqual([namespaces[overlay], namespaces[overlay]]);
    const found = objects
      .filter(({ kind }) => kind === "PodMonitor")
      .filter((object) => {
        const { selector, podMetricsEndpoints } = specOf(object) as Monitor;
        return templates.some(
          ({ metadata, spec }) =>
            Object.entries(selector.matchLabels).every(([name, value]) => metadata.labels[name] === value) &&
            podMetricsEndpoints.every(({ port }) =>
              spec.containers.some(({ ports = [] }) => ports.some(({ name }) => name === port)),
            ),
        );
      })
      .map(({ metadata }) => metadata.name);
    expect(found.sort()).toEqual(jobs.split("|").sort());
  });
});
