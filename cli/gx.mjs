#!/usr/bin/env node
// The launcher: says so when Node.js is too old, builds what is stale, hands over to the compiled command line.
// Must parse on old versions of Node.js: no recent syntax, no static import of anything recent.
import { existsSync, readFileSync } from "fs";
import { dirname, join } from "path";
import { fileURLToPath } from "url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const engines = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).engines.node;

function numbers(version) {
  const parts = version.split(".").map(Number);
  return [parts[0] || 0, parts[1] || 0, parts[2] || 0];
}

function atLeast(version, bound) {
  for (let i = 0; i < 3; i += 1) if (version[i] !== bound[i]) return version[i] > bound[i];
  return true;
}

function fits(version, range) {
  const bound = numbers(range.replace(/^(\^|>=)/, ""));
  return atLeast(version, bound) && (range[0] !== "^" || version[0] === bound[0]);
}

function refuse(line) {
  process.stderr.write(line + "\n");
  process.exit(1);
}

const ranges = engines.split("||").map((range) => range.trim());
if (!ranges.some((range) => fits(numbers(process.versions.node), range))) {
  refuse(`GX needs Node.js ${engines}, this is ${process.version}. Install Node.js 24, for example: nvm install 24`);
}
if (!existsSync(join(root, "node_modules", "typescript"))) refuse("The packages are not installed. Run: npm ci");
if (existsSync(join(root, ".env"))) process.loadEnvFile(join(root, ".env"));

import("./build.mjs")
  .then(({ build }) => build((line) => process.stderr.write(line + "\n")))
  .then((built) => (built ? import("../dist/cli/index.js") : process.exit(1)))
  .catch((error) => refuse(error.stack));
