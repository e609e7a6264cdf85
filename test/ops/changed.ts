// Plants a fault in manifests: the same objects, one of them with another spec.
import { nameOf, type KubeObject } from "./manifests.js";

type Spec = Readonly<Record<string, unknown>>;

/** `name`: kind and name, as in Deployment/gateway. What it holds must be there. */
export function changed(objects: readonly KubeObject[], name: string, change: (spec: Spec) => Spec): KubeObject[] {
  if (!objects.some((object) => nameOf(object) === name)) throw new Error(`${name} is not among the objects`);
  return objects.map((object) =>
    nameOf(object) === name ? { ...object, spec: change(structuredClone(object["spec"] as Spec)) } : object,
  );
}

/** The same objects, one of them with other text in place of some: for faults deep inside. */
export function rewritten(objects: readonly KubeObject[], name: string, from: string, to: string): KubeObject[] {
  return objects.map((object) => {
    if (nameOf(object) !== name) return object;
    const text = JSON.stringify(object);
    if (!text.includes(from)) throw new Error(`${name} does not hold ${from}`);
    return JSON.parse(text.replaceAll(from, to)) as KubeObject;
  });
}
