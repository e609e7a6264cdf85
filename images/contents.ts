// What a release would be made of now: by the Dockerfiles, the lock files and what was built last.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root, version } from "../platform/config.js";
import { GxError } from "../platform/errors.js";
import { stagesOf } from "./dockerfile.js";
import { labelOf, productionPackages } from "./installed.js";
import type { Release } from "./release.js";

export const imageNames = ["gx", "gx-chaincode"] as const;
export type ImageName = (typeof imageNames)[number];

const lockFiles: Readonly<Record<ImageName, string>> = {
  gx: "package-lock.json",
  "gx-chaincode": "images/gx-chaincode/package-lock.json",
};

export const dockerfileOf = (name: ImageName): string => join(root, "images", name, "Dockerfile");

/** Where the dry run leaves what it measured. */
export const measuredFile = (name: ImageName): string => join(root, "dist", `image-${name}.json`);

/** name@version of every package of the image, sorted. */
export const packagesOf = (name: ImageName): string[] =>
  productionPackages(join(root, lockFiles[name])).map(labelOf).sort();

/** `digests`: image=sha256:…. @throws GxError RELEASE_CONTENT where something was not built, or an image is unknown */
export function contentsOf(digests: readonly string[]): Release {
  const pushed = new Map(digests.map(digestOf));
  const packages = imageNames.map((name) => [name, packagesOf(name)] as const);
  return {
    version,
    catalogue: built("dist/.build.json", "catalogue"),
    chaincode: built("dist/peer/package.json", "version"),
    images: Object.fromEntries(
      packages.map(([name, { length }]) => [
        name,
        {
          digest: pushed.get(name) ?? null,
          base: stagesOf(readFileSync(dockerfileOf(name), "utf8")).at(-1)?.base ?? "",
          size: measured(name),
          packages: length,
        },
      ]),
    ),
    packages: Object.fromEntries(packages),
  };
}

function digestOf(text: string): [name: ImageName, digest: string] {
  const [given, digest = ""] = text.split("=");
  const name = imageNames.find((known) => known === given);
  if (name) return [name, digest];
  throw new GxError("RELEASE_CONTENT", `--digest ${text}: ${given} is not one of ${imageNames.join(", ")}`);
}

function built(file: string, field: string): string {
  const path = join(root, file);
  const value = existsSync(path)
    ? (JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>)[field]
    : undefined;
  if (typeof value === "string") return value;
  throw new GxError("RELEASE_CONTENT", `${file} says no ${field}; build it: npm run build`);
}

function measured(name: ImageName): number | null {
  const file = measuredFile(name);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as { bytes: number }).bytes : null;
}
