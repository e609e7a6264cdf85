// Starts reading the settings of each process as its pod would get them: ConfigMaps, variables, and files of mounted Secrets.
// Never holds a real secret: files get values that only have the right form.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { processNames, readConfig, SettingsError, type ProcessName } from "../../platform/config.js";
import { notesOf, settings, type SettingName } from "../../platform/settings.js";
import type { KubeObject } from "./kube-object.js";
import { containersOf, podsOf, type Container, type Pods, type Volume } from "./pods.js";
import { refuses, type Refusal } from "./refusal.js";

const refuse = refuses("settings");

const names = Object.keys(settings.shape) as SettingName[];
const secrets: readonly string[] = names.filter((name) => notesOf(name).secret);
const known = new Set<string>([...names, ...secrets.map((name) => `${name}_FILE`)]);

/** Faults of all containers that start one of our processes, and secrets that lie open in any object. */
export function faultsOfSettings(objects: readonly KubeObject[]): Refusal[] {
  const own = podsOf(objects).flatMap((pods) =>
    containersOf(pods).flatMap((container) => {
      return isOurs(container) ? faultsOf({ objects, pods, container, process: processOf(container) }) : [];
    }),
  );
  return [...own, ...openSecrets(objects)];
}

interface Started {
  objects: readonly KubeObject[];
  pods: Pods;
  container: Container;
  /** Undefined: one command, which says itself what it lacks. */
  process: ProcessName | undefined;
}

/** By the name of the image, whatever its registry, tag or digest. */
const isOurs = ({ image }: Container): boolean => /(^|\/)gx(:[^/]*|@.*)?$/.test(image);

function processOf({ args = [] }: Container): ProcessName | undefined {
  const [verb, name] = args;
  return verb === "start" ? processNames.find((known) => known === name) : undefined;
}

function faultsOf(started: Started): Refusal[] {
  const { pods, container } = started;
  const { given, missing } = environmentOf(started);
  const unknown = Object.keys(given).filter((name) => !known.has(name));
  const folder = mkdtempSync(join(tmpdir(), "gx-settings-"));
  try {
    const mounted = mountsOf(started, folder);
    const inFolder = Object.entries(given).map(([name, value]) => [name, mounted(value)] as const);
    return [
      ...missing.map((name) => refuse(pods.owner, `ConfigMap ${name} is not there`)),
      ...unknown.map((name) => refuse(pods.owner, `${name} is no setting`)),
      ...refusedBy(started, Object.fromEntries(inFolder)).map((fault) =>
        refuse(pods.owner, `container ${container.name}: ${fault.replaceAll(folder, "")}`),
      ),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function refusedBy({ process }: Started, env: Readonly<Record<string, string>>): readonly string[] {
  // A command that is told no environment takes no settings: its arguments say all.
  if (process === undefined && env["GX_ENV"] === undefined) return [];
  try {
    readConfig(env, process);
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.faults;
    throw error;
  }
}

/** Variables as the kubelet makes them: a later source wins, a variable of the container wins over all. */
function environmentOf({ objects, container }: Started): { given: Record<string, string>; missing: string[] } {
  const given: Record<string, string> = {};
  const missing: string[] = [];
  for (const { configMapRef } of container.envFrom ?? []) {
    if (!configMapRef) continue;
    const data = dataOf(objects, configMapRef.name);
    if (data) Object.assign(given, data);
    else missing.push(configMapRef.name);
  }
  for (const { name, value } of container.env ?? []) if (value !== undefined) given[name] = value;
  return { given, missing };
}

function dataOf(objects: readonly KubeObject[], name: string): Readonly<Record<string, string>> | undefined {
  const found = objects.find(({ kind, metadata }) => kind === "ConfigMap" && metadata.name === name);
  return found && ((found["data"] ?? {}) as Readonly<Record<string, string>>);
}

/** Makes the files of mounted Secrets below `folder`, and gives the path there of a path in the container. */
function mountsOf({ pods, container }: Started, folder: string): (value: string) => string {
  const volumes = new Map((pods.template.spec.volumes ?? []).map((volume) => [volume.name, volume]));
  for (const { name, mountPath } of container.volumeMounts ?? []) {
    const volume = volumes.get(name);
    for (const { name, path } of volume ? filesOf(volume) : []) {
      const file = join(folder, mountPath, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, wellFormed(name), { mode: 0o440 });
    }
  }
  return (value) => (value.startsWith("/") ? join(folder, value) : value);
}

/** What a volume puts where: the Secret and its key, and the path in the volume. */
function filesOf({ secret, projected }: Volume): readonly { name: string; path: string }[] {
  const sources = [
    ...(secret ? [{ ...secret, name: secret.secretName }] : []),
    ...(projected?.sources ?? []).flatMap((source) => (source.secret ? [source.secret] : [])),
  ];
  return sources.flatMap(({ name, items = [] }) => items.map(({ key, path }) => ({ name: `${name}/${key}`, path })));
}

/** A value of the form that the names of a Secret and its key promise. */
function wellFormed(name: string): string {
  if (/^redis-secrets\/.*url/.test(name)) return "rediss://gx:secret@redis:6379";
  if (name.startsWith("postgres-secrets/url-"))
    return "postgresql://gx:secret@postgres-primary:5432/gx_protocol?sslmode=verify-full";
  return "0123456789abcdef0123456789abcdef";
}

const SECRET_VALUE = /-----BEGIN [A-Z ]*PRIVATE KEY-----|[a-z]+:\/\/[^/\s:@]*:[^/\s@]+@/;

/** What must not be read by everybody who may read objects: secret settings, addresses with a password, private keys. */
function openSecrets(objects: readonly KubeObject[]): Refusal[] {
  const inMaps = objects
    .filter(({ kind }) => kind === "ConfigMap")
    .flatMap((object) =>
      Object.entries((object["data"] ?? {}) as Readonly<Record<string, string>>)
        .filter(([name, value]) => secrets.includes(name) || SECRET_VALUE.test(value))
        .map(([name]) => refuse(object, `${name} is a secret: it comes from a file of a Secret`)),
    );
  const inPods = podsOf(objects).flatMap((pods) =>
    containersOf(pods).flatMap(({ env = [] }) =>
      env
        .filter(({ name, value = "" }) => secrets.includes(name) || SECRET_VALUE.test(value))
        .map(({ name }) => refuse(pods.owner, `${name} is a secret: it comes from a file, not from a variable`)),
    ),
  );
  const inTree = objects
    .filter(({ kind }) => kind === "Secret")
    .map((object) => refuse(object, "no Secret stands in manifests"));
  return [...inMaps, ...inPods, ...inTree];
}
