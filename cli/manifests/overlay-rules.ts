// What an overlay as a whole keeps: its namespace, images by digest, and the few things that mainnet refuses.
import type { KubeObject } from "./kube-object.js";
import { containersOf, podsOf } from "./pods.js";
import { refuses, type Refusal } from "./refusal.js";

/** An overlay, its objects, and the environment that they say they are. */
export interface Rendered {
  name: string;
  objects: readonly KubeObject[];
  environment: string;
}

const environments: Readonly<Record<string, string>> = {
  "backend-devnet": "development",
  "backend-testnet": "testnet",
  "backend-mainnet": "mainnet",
  "fabric-devnet": "development",
  "fabric-testnet": "testnet",
  fabric: "mainnet",
};

/** The namespace that most objects are in. */
export function namespaceOf(objects: readonly KubeObject[]): string {
  const names = objects.map(({ metadata }) => metadata.namespace ?? "none");
  const count = (name: string) => names.filter((other) => other === name).length;
  return [...new Set(names)].sort((a, b) => count(b) - count(a))[0] ?? "none";
}

export function environmentOf(objects: readonly KubeObject[]): string {
  return environments[namespaceOf(objects)] ?? "unknown";
}

export const faultsOfOverlay = (rendered: Rendered): Refusal[] => [
  ...namespaceFaults(rendered),
  ...environmentFaults(rendered),
  ...imageFaults(rendered),
  ...nodePortFaults(rendered),
  ...autoscalerFaults(rendered),
];

function namespaceFaults({ name, objects, environment }: Rendered): Refusal[] {
  const refuse = refuses("namespace");
  const own = namespaceOf(objects);
  const others = objects
    .filter(({ metadata }) => metadata.namespace !== own)
    .map((object) => refuse(object, `is in ${object.metadata.namespace ?? "no namespace"}, not in ${own}`));
  const known = Object.keys(environments);
  return environment === "unknown" ? [refuse(name, `${own} is not one of ${known.join(", ")}`), ...others] : others;
}

/** Processes must not be told that they are elsewhere: a mainnet that is called a testnet drops its guards. */
function environmentFaults({ objects, environment }: Rendered): Refusal[] {
  const refuse = refuses("environment");
  const shared = objects.find(({ kind, metadata }) => kind === "ConfigMap" && metadata.name === "gx-config");
  const told = (shared?.["data"] as { GX_ENV?: string } | undefined)?.GX_ENV;
  if (!shared || told === environment) return [];
  return [refuse(shared, `GX_ENV is ${told ?? "missing"} in a namespace of ${environment}`)];
}

const DIGEST = /^[^\s@]+@sha256:[0-9a-f]{64}$/;

function imageFaults({ objects, environment }: Rendered): Refusal[] {
  const refuse = refuses("images by digest");
  if (environment === "development") return [];
  return podsOf(objects).flatMap((pods) =>
    containersOf(pods)
      .filter(({ image }) => !DIGEST.test(image))
      .map(({ name, image }) => refuse(pods.owner, `container ${name} runs ${image}, which is no digest`)),
  );
}

/** Subgraphs hand out entities to whoever reaches the port. */
function nodePortFaults({ objects, environment }: Rendered): Refusal[] {
  const refuse = refuses("no node port of a subgraph in mainnet");
  if (environment !== "mainnet") return [];
  return objects
    .filter(({ kind, metadata }) => kind === "Service" && metadata.name.startsWith("subgraph"))
    .filter((object) => (object["spec"] as { type?: string }).type !== "ClusterIP")
    .map((object) => refuse(object, "is reachable on every node; take component nodeport-subgraphs out"));
}

/** One active process per role and one projector keep the order: a third pod would only wait. */
function autoscalerFaults({ objects }: Rendered): Refusal[] {
  const refuse = refuses("no autoscaler on submitter or projector");
  return objects
    .filter(({ kind }) => kind === "HorizontalPodAutoscaler")
    .filter((object) => {
      const { scaleTargetRef } = object["spec"] as { scaleTargetRef: { name: string } };
      return /^(submitter|projector)/.test(scaleTargetRef.name);
    })
    .map((object) => refuse(object, "would add pods that only stand by"));
}
