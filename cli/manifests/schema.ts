// Judges objects by Kubernetes' own types, of the version that the package was generated from. Unknown fields are refused too.
import { codeOf } from "../../platform/errors.js";
import type { KubeObject } from "./kube-object.js";
import { refuses, type Refusal } from "./refusal.js";

const refuse = refuses("types of Kubernetes");

/** Kinds that others define: the package has no types of them, the program that defines them judges them. */
const foreign: Readonly<Record<string, string>> = {
  "monitoring.coreos.com/v1": "Prometheus operator",
  "external-secrets.io/v1": "External Secrets operator",
  "bitnami.com/v1alpha1": "Sealed Secrets controller",
};

/** Fields that Kubernetes knows and the package lost: it takes every key `description` for prose. */
const lost: Readonly<Record<string, readonly string[]>> = { PriorityClass: ["/description"] };

interface Judge {
  prototype: { validate(): void };
}

/** Every field that is unknown, missing or of another type. */
export async function faultsOfTypes(objects: readonly KubeObject[]): Promise<Refusal[]> {
  const faults: Refusal[] = [];
  for (const object of objects) if (foreign[object.apiVersion] === undefined) faults.push(...(await faultsOf(object)));
  return faults;
}

async function faultsOf(object: KubeObject): Promise<Refusal[]> {
  const judge = await judgeOf(object);
  if (!judge) return [refuse(object, `Kubernetes has no ${object.kind} in ${object.apiVersion}`)];
  const watched = watch(object);
  const faults: Refusal[] = [];
  try {
    judge.prototype.validate.call(watched.object);
  } catch (error) {
    const { errors } = error as { errors: { instancePath: string; message?: string }[] };
    for (const { instancePath, message } of errors) faults.push(refuse(object, `${instancePath} ${message ?? ""}`));
  }
  const unknown = watched.overlooked().filter((path) => !lost[object.kind]?.includes(path));
  return [...faults, ...unknown.map((path) => refuse(object, `${path} is no field that Kubernetes knows`))];
}

const judges = new Map<string, Judge | undefined>();

async function judgeOf({ apiVersion, kind }: KubeObject): Promise<Judge | undefined> {
  const path = `kubernetes-models/${apiVersion}/${kind}`;
  if (!judges.has(path)) judges.set(path, await load(path, kind));
  return judges.get(path);
}

const absent: readonly unknown[] = ["ERR_MODULE_NOT_FOUND", "ERR_PACKAGE_PATH_NOT_EXPORTED", "MODULE_NOT_FOUND"];

async function load(path: string, kind: string): Promise<Judge | undefined> {
  try {
    const module = (await import(path)) as Readonly<Record<string, Judge>>;
    return module[kind];
  } catch (error) {
    if (absent.includes(codeOf(error))) return undefined;
    throw error;
  }
}

interface Looked {
  path: string;
  target: object;
  fields: Set<PropertyKey>;
  /** Somebody went through all keys: a map, not a record. */
  all: boolean;
}

/**
 * The object, and after a validator saw it the fields that it did not look at. The compiled validators read every field that the types
 * name and no other; a value of which they read nothing may hold anything.
 */
function watch<T extends object>(object: T): { object: T; overlooked: () => string[] } {
  const seen = new Map<object, Looked>();
  const proxies = new Map<object, object>();
  const wrap = <V extends object>(target: V, path: string): V => {
    const known = proxies.get(target);
    if (known) return known as V;
    const looked: Looked = { path, target, fields: new Set(), all: Array.isArray(target) };
    seen.set(target, looked);
    const proxy = new Proxy(target, {
      get(on, field) {
        looked.fields.add(field);
        const value: unknown = Reflect.get(on, field);
        return typeof value === "object" && value !== null ? wrap(value, `${path}/${String(field)}`) : value;
      },
      ownKeys(on) {
        looked.all = true;
        return Reflect.ownKeys(on);
      },
    });
    proxies.set(target, proxy);
    return proxy;
  };
  const overlooked = () =>
    [...seen.values()]
      .filter(({ all, fields }) => !all && fields.size > 0)
      .flatMap(({ path, target, fields }) =>
        Object.keys(target)
          .filter((field) => !fields.has(field))
          .map((field) => `${path}/${field}`),
      );
  return { object: wrap(object, ""), overlooked };
}
