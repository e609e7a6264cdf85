// Programs that checks of operations need beside npm's: where they are, or what brings them. Never fetches one.
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Program → what brings it, as the title of a skipped check says it. */
const brings = {
  promtool: "on Debian: apt-get install prometheus",
  prometheus: "on Debian: apt-get install prometheus",
  amtool: "on Debian: apt-get install prometheus-alertmanager",
  "prometheus-alertmanager": "on Debian: apt-get install prometheus-alertmanager",
  "prometheus-postgres-exporter": "on Debian: apt-get install prometheus-postgres-exporter",
  "prometheus-redis-exporter": "on Debian: apt-get install prometheus-redis-exporter",
  etcd: "on Debian: apt-get install etcd-server",
  patroni: "on Debian: apt-get install patroni",
  faketime: "on Debian: apt-get install faketime",
  chromium: "on Debian: apt-get install chromium",
  kubectl: "it is one of Kubernetes' client programs",
  "kube-apiserver": "it is one of Kubernetes' server programs; KUBE_BIN names their folder",
  "kube-controller-manager": "it is one of Kubernetes' server programs; KUBE_BIN names their folder",
  "kube-scheduler": "it is one of Kubernetes' server programs; KUBE_BIN names their folder",
  kwok: "it plays nodes for Kubernetes; KUBE_BIN names its folder",
  peer: "it is one of Fabric's programs; FABRIC_BIN names their folders",
  orderer: "it is one of Fabric's programs; FABRIC_BIN names their folders",
} as const;

export type Program = keyof typeof brings;

const places: Partial<Record<Program, string>> = {
  etcd: "KUBE_BIN",
  kubectl: "KUBE_BIN",
  "kube-apiserver": "KUBE_BIN",
  "kube-controller-manager": "KUBE_BIN",
  "kube-scheduler": "KUBE_BIN",
  kwok: "KUBE_BIN",
  peer: "FABRIC_BIN",
  orderer: "FABRIC_BIN",
};

/** Its absolute path; undefined where it is neither in the folders of its own variable nor on PATH. */
export function findProgram(name: Program): string | undefined {
  const own = places[name];
  const folders = [own === undefined ? undefined : process.env[own], process.env["PATH"]];
  return folders
    .flatMap((folder) => folder?.split(delimiter) ?? [])
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, name))
    .find(isProgram);
}

/** Its absolute path. A check that declares the program in `needs` runs only where it is there. */
export function programPath(name: Program): string {
  const path = findProgram(name);
  if (path === undefined) throw new Error(`${name} is not on PATH; ${brings[name]}`);
  return path;
}

/** Those of `needs` that are not on this machine, with what brings them; undefined: all are. */
export function whyNot(needs: readonly Program[]): string | undefined {
  const missing = needs.filter((name) => findProgram(name) === undefined);
  if (missing.length === 0) return undefined;
  return missing.map((name) => `${name} is not on PATH; ${brings[name]}`).join("; ");
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
