// The pods that rendered objects would run, as a network sees them: namespace, labels and ports. Replicas are alike: one each.
import { z } from "zod";
import type { KubeObject } from "./manifests.js";
import { nameOf } from "./manifests.js";
import type { Labels, Place } from "./network-simulator.js";

const template = z.object({
  metadata: z.object({ labels: z.record(z.string(), z.string()) }),
  spec: z.object({
    containers: z.array(
      z.object({
        name: z.string(),
        ports: z
          .array(
            z.object({ name: z.string().optional(), containerPort: z.number(), protocol: z.string().default("TCP") }),
          )
          .default([]),
      }),
    ),
  }),
});
const workload = z.object({ template });
const timed = z.object({ jobTemplate: z.object({ spec: workload }) });

const specOf: Readonly<Record<string, (spec: unknown) => z.output<typeof workload>>> = {
  Deployment: (spec) => workload.parse(spec),
  StatefulSet: (spec) => workload.parse(spec),
  DaemonSet: (spec) => workload.parse(spec),
  Job: (spec) => workload.parse(spec),
  CronJob: (spec) => timed.parse(spec).jobTemplate.spec,
};

/** `namespaces`: labels by name. */
export function podsOf(objects: readonly KubeObject[], namespaces: ReadonlyMap<string, Labels>): Place[] {
  return objects.flatMap((object) => {
    const read = specOf[object.kind];
    if (!read) return [];
    const { metadata, spec } = read(object["spec"]).template;
    const namespace = object.metadata.namespace ?? "default";
    const ports = spec.containers.flatMap((container) => container.ports);
    return {
      name: `${namespace}/${nameOf(object)}`,
      labels: metadata.labels,
      ports: ports.map(({ name, containerPort, protocol }) => ({ name, number: containerPort, protocol })),
      namespace: { name: namespace, labels: namespaces.get(namespace) ?? {} },
    };
  });
}
