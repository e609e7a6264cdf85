// npm run manifests: renders overlays, prints what they ask for against their quota, and what a check refused. Touches no cluster.
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { root } from "../../platform/config.js";
import { GxError } from "../../platform/errors.js";
import { capacityOf } from "./capacity.js";
import { judge } from "./judge.js";
import { namespaceOf } from "./overlay-rules.js";
import { folderOf, networks, overlays, render, rendererOfThisMachine, textOf } from "./render.js";
import { RELEASE, releaseText } from "./release.js";
import { capacityLines, refusalLines } from "./report.js";
import { UsageError } from "../usage.js";

interface Options {
  out?: string;
  release?: string;
  key?: string;
}

const program = new Command("manifests")
  .description(
    "Renders overlays of k8s/ as a cluster would get them, prints pods and sums against the quota, and says what a check refuses.",
  )
  .argument("[overlays...]", `${[...overlays, ...networks].join(", ")}, or folders; all of k8s/ when left out`)
  .option("--out <folder>", "also write <overlay>.yaml into this folder")
  .option("--release <file>", `take the digests of this release.json into ${RELEASE} first, when its signature holds`)
  .option("--key <file>", "public key of whoever releases, Ed25519 in PEM; needed with --release")
  .addHelpText("after", "\nThe exit status is 1 when something is refused or does not render.")
  .action(main);

async function main(names: string[], { out, release, key }: Options): Promise<void> {
  if (release !== undefined) {
    if (key === undefined) throw new UsageError("--release: name the key by which it must be signed, with --key");
    writeFileSync(join(root, RELEASE), releaseText(release, key));
  }
  let refused = 0;
  for (const name of names.length > 0 ? names : present()) refused += await show(name, out);
  console.log(
    "* every autoscaler at its most, the widest group of a rollout with one pod more each, and the largest job",
  );
  if (refused > 0) process.exitCode = 1;
}

const present = (): string[] => [...overlays, ...networks].filter((name) => existsSync(folderOf(name)));

/** Prints one overlay; the number of its refusals. */
async function show(name: string, out: string | undefined): Promise<number> {
  const objects = render(folderOf(name));
  const refusals = await judge(name, objects);
  const lines = [...capacityLines(capacityOf(objects)), ...refusalLines(refusals, objects.length)];
  console.log([`${name} (namespace ${namespaceOf(objects)})`, ...lines, ""].join("\n"));
  if (out !== undefined) {
    mkdirSync(out, { recursive: true });
    writeFileSync(join(out, `${name.replaceAll("/", "-")}.yaml`), textOf(folderOf(name), rendererOfThisMachine()));
  }
  return refusals.length;
}

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof GxError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
