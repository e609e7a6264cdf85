// Takes out of node_modules what no process reads: types, source maps, papers, tests, Prisma's query compilers of other databases.
// Never a licence. Runs as a step of the Dockerfiles, in the folder that holds node_modules; says how much it took.
import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

const files = /\.(map|ts|mts|cts|tsbuildinfo|markdown|md|flow)$|^\.(?!bin$)/i;
const folders = /^(__tests__|tests?|examples?|benchmarks?|\.github|\.vscode)$/;
const licence = /^(licen[cs]e|notice|copying)/i;

const prismaRuntime = "node_modules/@prisma/client/runtime";
const prismaNeeds = /^(client|index-browser|query_compiler_fast_bg\.postgresql)\./;

let taken = 0;
let count = 0;

function take(path) {
  const entry = statSync(path, { throwIfNoEntry: false });
  if (entry?.isDirectory()) for (const name of readdirSync(path)) take(join(path, name));
  else {
    taken += entry?.size ?? 0;
    count += 1;
  }
  rmSync(path, { recursive: true, force: true });
}

/** `top`: the folder of a package itself; below it a folder called test may be code. */
function prune(folder, top) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (top && folders.test(entry.name)) take(path);
      else if (entry.name === "node_modules") prunePackages(path);
      else prune(path, false);
    } else if (files.test(entry.name) && !licence.test(entry.name)) take(path);
  }
}

function prunePackages(folder) {
  for (const name of readdirSync(folder)) {
    if (name === ".bin" || name === ".package-lock.json") continue;
    if (name.startsWith("@"))
      for (const below of readdirSync(join(folder, name))) prune(join(folder, name, below), true);
    else prune(join(folder, name), true);
  }
}

prunePackages("node_modules");
if (existsSync(prismaRuntime))
  for (const name of readdirSync(prismaRuntime)) if (!prismaNeeds.test(name)) take(join(prismaRuntime, name));
process.stdout.write(`${count} files of ${Math.round(taken / 1_000_000)} MB taken out\n`);
