// Takes the digests of a release into the one file that every overlay outside development reads.
import { existsSync, readFileSync } from "node:fs";
import { stringify } from "yaml";
import { verified } from "../../images/release.js";

export const RELEASE = "k8s/release/kustomization.yaml";

const REGISTRY = "registry.example.org";
/** Images that manifests name and no release has yet. */
const withoutRelease = ["gx-data"];
const ZEROS = `sha256:${"0".repeat(64)}`;
const NOTE = `# Which images run outside development, by digest: printed by npm run manifests -- --release <release.json> --key <key>
# Digests of zeros stand for what was not released yet: no registry has them, so nothing starts.
`;

/**
 * The text of k8s/release for a release.json that the holder of the release key signed; the signature is in <file>.sig.
 * @throws GxError RELEASE_UNSIGNED, RELEASE_SIGNATURE, RELEASE_KEY, RELEASE_CONTENT
 */
export function releaseText(file: string, keyFile: string): string {
  const signature = existsSync(`${file}.sig`) ? readFileSync(`${file}.sig`, "utf8") : undefined;
  const { images } = verified(readFileSync(file, "utf8"), signature, readFileSync(keyFile, "utf8"));
  const released = Object.entries(images).map(([name, { digest, repository }]) => ({
    name,
    newName: repository ?? `${REGISTRY}/${name}`,
    digest,
  }));
  const others = withoutRelease.filter((name) => !(name in images));
  const entries = [...released, ...others.map((name) => ({ name, newName: `${REGISTRY}/${name}`, digest: ZEROS }))];
  return NOTE + stringify({ apiVersion: "kustomize.config.k8s.io/v1alpha1", kind: "Component", images: entries });
}
