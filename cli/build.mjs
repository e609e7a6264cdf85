// Builds what is stale, each step apart: typed database client, compiled code, the file that peers run.
// Never emit anything into the folders of the sources; dist/.build.json says from which sources dist/ was made.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { pathToFileURL, fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const manifest = join(root, "dist", ".build.json");
const at = (...path) => join(root, ...path);

const steps = [
  {
    name: "database client",
    inputs: () => [...filesIn("prisma", /\.prisma$/), "prisma.config.ts", "node_modules/prisma/package.json"],
    wanted: () => existsSync(at("prisma", "schema.prisma")),
    present: () => existsSync(at("generated", "prisma")),
    // The command line of Prisma would download an engine that generating never uses.
    act: () => node(["node_modules/prisma/build/index.js", "generate"], { PRISMA_SCHEMA_ENGINE_BINARY: "/bin/true" }),
  },
  {
    name: "chaincode",
    inputs: () => [
      ...["chaincode", "catalogue"].flatMap((floor) => filesIn(floor, /\.ts$/)),
      ...["package.json", "package-lock.json", "cli/build.mjs"],
    ],
    wanted: () => existsSync(at("chaincode", "index.ts")),
    present: () => existsSync(at("dist", "peer", "index.cjs")),
    act: () => bundleChaincode(),
  },
  {
    name: "version of the read models",
    inputs: () => [
      ...["workers/projector", "catalogue"].flatMap((folder) => filesIn(folder, /\.ts$/)),
      ...["platform/block.ts", "package-lock.json", "cli/build.mjs"],
    ],
    wanted: () => existsSync(at("workers", "projector", "derive.ts")),
    present: () => existsSync(at("dist", "read-models.json")),
    act: async () => {
      const version = await versionOfReadModels();
      writeFileSync(at("dist", "read-models.json"), `${JSON.stringify({ version })}\n`);
    },
  },
  {
    name: "client",
    inputs: () => [...filesIn("client/src", /\.ts$/), "client/tsconfig.json", "tsconfig.json", "package-lock.json"],
    wanted: () => existsSync(at("client", "src", "index.ts")),
    present: () => existsSync(at("client", "dist", "index.js")),
    act: async () => {
      rmSync(at("client", "dist"), { recursive: true, force: true });
      rmSync(at("dist", ".tsbuildinfo-client"), { force: true });
      await compile("client/tsconfig.json");
    },
  },
  {
    name: "pages",
    inputs: () => [
      ...["pages", "client/src", "catalogue", "schema/operations"].flatMap((folder) =>
        filesIn(folder, /\.(tsx?|css|html|svg|graphql)$/),
      ),
      ...["tsconfig.browser.json", "package-lock.json", "cli/build.mjs"],
    ],
    wanted: () => pageNames().length > 0,
    present: () => pageNames().every((name) => existsSync(at("dist", "pages", name, "index.js"))),
    act: bundlePages,
  },
  {
    name: "code",
    inputs: () => [...sources(), "tsconfig.json", "package-lock.json", ...filesIn("prisma", /\.prisma$/)],
    wanted: () => true,
    present: () => existsSync(at("dist", "cli", "index.js")),
    act: async () => {
      removeOrphans();
      await compile("tsconfig.json");
    },
  },
];

/**
 * Builds what is stale. `say` gets a line per stale step and the compiler's message; `only` names steps, none names all of them.
 * Resolves with false when a step failed.
 */
export async function build(say, only = []) {
  const release = await takeTurn();
  try {
    return await buildStale(say, only);
  } finally {
    release();
  }
}

async function buildStale(say, only) {
  const built = readManifest();
  for (const step of steps) {
    if (!step.wanted() || (only.length > 0 && !only.includes(step.name))) continue;
    const digest = digestOf(step.inputs());
    if (built[step.name] === digest && step.present()) continue;
    const begin = Date.now();
    try {
      await step.act();
    } catch (error) {
      say(`Building ${step.name} failed:\n${error.message.trim()}`);
      return false;
    }
    built[step.name] = digest;
    built.digest = digestOf(sources());
    built.catalogue = digestOf(filesIn("catalogue", /\.ts$/));
    mkdirSync(dirname(manifest), { recursive: true });
    writeFileSync(manifest, `${JSON.stringify(built, null, 2)}\n`);
    say(`Built ${step.name} in ${((Date.now() - begin) / 1000).toFixed(1)} s`);
  }
  return true;
}

function readManifest() {
  try {
    return JSON.parse(readFileSync(manifest, "utf8"));
  } catch {
    return {};
  }
}

function floors() {
  return JSON.parse(readFileSync(at("tsconfig.json"), "utf8")).include.filter((name) => name !== "generated");
}

function sources() {
  return floors().flatMap((floor) => (floor.endsWith(".ts") ? [floor] : filesIn(floor, /\.ts$/)));
}

function filesIn(folder, pattern) {
  if (!existsSync(at(folder))) return [];
  const entries = readdirSync(at(folder), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && pattern.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath ?? entry.path, entry.name)))
    .sort();
}

function digestOf(files) {
  const hash = createHash("sha256").update(process.versions.modules);
  for (const file of files.filter((name) => existsSync(at(name))))
    hash.update(`\0${file}\0`).update(readFileSync(at(file)));
  return hash.digest("hex").slice(0, 16);
}

/** A compiled file whose source is gone would still be found by an import. */
function removeOrphans() {
  for (const file of filesIn("dist", /\.js$/)) {
    const source = relative("dist", file).replace(/\.js$/, ".ts");
    if (!/^dist.(peer|pages)./.test(file) && !existsSync(at(source))) {
      rmSync(at(file));
      rmSync(at("dist", ".tsbuildinfo"), { force: true });
    }
  }
}

const compile = (config) =>
  node(["node_modules/typescript/bin/tsc", "-p", config, "--pretty", String(process.stderr.isTTY === true)]);

/** A page is a folder with an index.tsx, workers of its own (*.worker.ts) and an index.html, which is served as it is. */
function pageNames() {
  if (!existsSync(at("pages"))) return [];
  return readdirSync(at("pages")).filter((name) => existsSync(at("pages", name, "index.tsx")));
}

async function bundlePages() {
  const esbuild = await import("esbuild");
  rmSync(at("dist", "pages"), { recursive: true, force: true });
  for (const name of pageNames()) {
    await esbuild.build({
      absWorkingDir: root,
      entryPoints: [`pages/${name}/index.tsx`, ...filesIn(`pages/${name}`, /\.worker\.ts$/)],
      outdir: `dist/pages/${name}`,
      bundle: true,
      minify: true,
      format: "esm",
      target: "es2022",
      tsconfig: "tsconfig.browser.json",
      define: { "process.env.NODE_ENV": '"production"' },
      loader: { ".svg": "dataurl", ".ttf": "file", ".graphql": "text" },
      logLevel: "silent",
    });
    copyFileSync(at("pages", name, "index.html"), at("dist", "pages", name, "index.html"));
  }
}

/** Stands in the bundle until its hash is known. */
const UNNUMBERED = "(chaincode without a number)";

/**
 * The file that peers run, with the package that names it. Its version is the package's and a hash of the file: another file is
 * another version. `folder` holds the sources, `into` gets the files.
 */
export async function bundleChaincode(folder = root, into = at("dist", "peer")) {
  const esbuild = await import("esbuild");
  const { dependencies, version, license } = JSON.parse(readFileSync(at("package.json"), "utf8"));
  const external = ["fabric-shim", "fabric-contract-api"];
  const { metafile, outputFiles } = await esbuild.build({
    absWorkingDir: folder,
    entryPoints: ["chaincode/index.ts"],
    outfile: "dist/peer/index.cjs",
    write: false,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    external,
    define: { GX_CHAINCODE_VERSION: JSON.stringify(UNNUMBERED) },
    metafile: true,
    logLevel: "silent",
  });
  const text = outputFiles[0].text;
  const numbered = `${version}+${createHash("sha256").update(text).digest("hex").slice(0, 12)}`;
  mkdirSync(into, { recursive: true });
  writeFileSync(join(into, "index.cjs"), text.replaceAll(UNNUMBERED, numbered));
  const peer = {
    name: "gx-chaincode",
    version: numbered,
    license,
    private: true,
    main: "index.cjs",
    scripts: { start: "fabric-chaincode-node server" },
    dependencies: Object.fromEntries(external.map((name) => [name, dependencies[name]])),
  };
  writeFileSync(join(into, "package.json"), `${JSON.stringify(peer, null, 2)}\n`);
  writeFileSync(join(into, "meta.json"), JSON.stringify(metafile));
}

/**
 * Hash of the code that decides the rows of the read models: from a block to the statements. What no statement depends on
 * (comments, names of variables, libraries) does not count; `folder` holds the sources.
 */
export async function versionOfReadModels(folder = root) {
  const esbuild = await import("esbuild");
  const { outputFiles } = await esbuild.build({
    absWorkingDir: folder,
    entryPoints: ["workers/projector/derive.ts", "platform/block.ts"],
    outdir: "dist",
    write: false,
    bundle: true,
    minify: true,
    platform: "node",
    format: "esm",
    target: "node20",
    packages: "external",
    legalComments: "none",
    logLevel: "silent",
  });
  const hash = createHash("sha256");
  for (const { text } of outputFiles) hash.update(text);
  return hash.digest("hex").slice(0, 16);
}

function node(args, variables = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: root, env: { ...process.env, ...variables } });
    let output = "";
    child.stdout.on("data", (chunk) => (output += chunk));
    child.stderr.on("data", (chunk) => (output += chunk));
    child.on("error", reject);
    child.on("close", (status) => (status === 0 ? resolve() : reject(new Error(output))));
  });
}

/** Two commands may start at once: the second waits until the first has built. */
async function takeTurn() {
  const lock = at("dist", ".build.lock");
  mkdirSync(at("dist"), { recursive: true });
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: "wx" });
      return () => rmSync(lock, { force: true });
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
      if (!isAlive(readPid(lock))) rmSync(lock, { force: true });
      else await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

function readPid(lock) {
  try {
    return Number(readFileSync(lock, "utf8"));
  } catch {
    return 0;
  }
}

function isAlive(pid) {
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch (error) {
    return error.code === "EPERM";
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.exitCode = (await build((line) => console.error(line), process.argv.slice(2))) ? 0 : 1;
}
