// The parts of Kubernetes' objects that manifests, their checks and tests look at. Knows no rule.

export interface Metadata {
  name: string;
  namespace?: string;
  labels?: Readonly<Record<string, string>>;
  annotations?: Readonly<Record<string, string>>;
}

/** An object as a manifest has it; what stands in it beyond these fields depends on its kind. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: Metadata;
  readonly [field: string]: unknown;
}

/** Kind and name, as `kubectl` writes them. */
export const nameOf = ({ kind, metadata }: KubeObject): string => `${kind}/${metadata.name}`;
