// Every check of manifests, one after the other. What passes here, a cluster of the right size takes and runs.
import { faultsOfCapacity } from "./capacity.js";
import { environmentOf, faultsOfOverlay, type Rendered } from "./overlay-rules.js";
import { faultsOfPods } from "./pod-rules.js";
import { podsOf } from "./pods.js";
import { faultsOfSettings } from "./process-settings.js";
import type { Refusal } from "./refusal.js";
import type { KubeObject } from "./kube-object.js";
import { faultsOfTypes } from "./schema.js";

/** All refusals of an overlay, in the order of the checks. */
export async function judge(name: string, objects: readonly KubeObject[]): Promise<Refusal[]> {
  const rendered: Rendered = { name, objects, environment: environmentOf(objects) };
  return [
    ...(await faultsOfTypes(objects)),
    ...faultsOfOverlay(rendered),
    ...faultsOfPods(podsOf(objects)),
    ...faultsOfSettings(objects),
    ...faultsOfCapacity(name, objects),
  ];
}
