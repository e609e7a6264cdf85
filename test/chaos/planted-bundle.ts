// Bundles of the chaincode with a planted fault, made like the one that peers run.
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { build } from "esbuild";
import type { Planted } from "./planted.js";

export interface Bundles {
  /** Path of the bundle that peers would run with the fault in it. */
  with(fault: Planted): Promise<string>;
  remove(): void;
}

export function bundlesWithFaults(): Bundles {
  // Inside the repository, so that bundles find the shim where npm put it.
  const folder = resolve(mkdtempSync(join("node_modules", ".gx-planted-")));
  return {
    with: (fault) => bundleWith(fault, join(folder, fault.name.replaceAll(" ", "-"))),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

async function bundleWith({ name, file, find, replace }: Planted, folder: string): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const source = readFileSync(file, "utf8");
  const pieces = source.split(find);
  if (pieces.length !== 2) throw new Error(`"${name}": its text is in ${file} ${pieces.length - 1} times`);
  const outfile = join(folder, "index.cjs");
  await build({
    ...{
      entryPoints: ["chaincode/index.ts"],
      outfile,
      bundle: true,
      platform: "node",
      format: "cjs",
      target: "node20",
    },
    ...{ logLevel: "silent", external: ["fabric-shim", "fabric-contract-api"] },
    plugins: [
      {
        name: "plant",
        setup: (own) => {
          own.onLoad({ filter: new RegExp(`/${file.replace(".", "\\.")}$`) }, () => ({
            contents: pieces.join(replace),
            loader: "ts",
          }));
        },
      },
    ],
  });
  return outfile;
}
