// Every check of manifests, one after the other. What passes here, a cluster of the right size takes and runs.
import { faultsOfCapacity } from "./capacity.js";
import { environmentOf, faultsOfOverlay, type Rendered } from "./overlay-rules.js";
import { faultsOfPods } from "./pod-rules.js";
import { podsOf } from "./pods.js";
import { faultsOfSettings } from "./process-settings.js";
import type { Refusal } from "./refusal.js";
import type { KubeObject } from "./kube-object.js";
import { faultsOfTypes } from "./schema.js";

/** All refusals of an overlay, in the order of the checks. What is not even of its type is looked at no further. */
export async function judge(name: string, objects: readonly KubeObject[]): Promise<Refusal[]> {
  const mistyped = await faultsOfTypes(objects);
  if (mistyped.length > 0) return mistyped;
  const rendered: Rendered = { name, objects, environment: environmentOf(objects) };
  return [
    ...faultsOfOverlay(rendered),
    ...faultsOfPods(podsOf(objects)),
    ...faultsOfSettings(objects),
    ...faultsOfCapacity(name, objects),
  ];
}
