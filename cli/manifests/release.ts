// Takes the digests of a release into the one file that every overlay outside development reads.
import { readFileSync } from "node:fs";
import { stringify } from "yaml";
import { z } from "zod";
import { GxError, messageOf } from "../../platform/errors.js";

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/, "must be sha256:<64 hex digits>");
const shape = z.looseObject({
  images: z.record(z.string(), z.looseObject({ digest: digest.nullable(), repository: z.string().optional() })),
});

export const RELEASE = "k8s/release/kustomization.yaml";

const REGISTRY = "registry.example.org";
const NOTE = `# Which images run outside development, by digest: printed by npm run manifests -- --release <release.json>
# Digests of zeros stand for what was not released yet: no registry has them, so nothing starts.
`;

/** The text of k8s/release for a release.json. @throws GxError RELEASE: unreadable, or an image that was not pushed. */
export function releaseText(file: string): string {
  const { images } = read(file);
  const unpushed = Object.entries(images).filter(([, image]) => image.digest === null);
  if (unpushed.length > 0) {
    const names = unpushed.map(([name]) => name).join(", ");
    throw new GxError("RELEASE", `${file} has no digest of ${names}: push the images, then write it anew`);
  }
  const entries = Object.entries(images).map(([name, { digest, repository }]) => ({
    name,
    newName: repository ?? `${REGISTRY}/${name}`,
    digest,
  }));
  return NOTE + stringify({ apiVersion: "kustomize.config.k8s.io/v1alpha1", kind: "Component", images: entries });
}

function read(file: string): z.output<typeof shape> {
  try {
    return shape.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error);
    throw new GxError("RELEASE", `${file} is no release: ${why}`, { cause: error });
  }
}
