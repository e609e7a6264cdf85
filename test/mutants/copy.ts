// A copy of the sources in which one fault at a time is planted, and the tests run there. Never touches the originals.
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, sep } from "node:path";
import { buildSync } from "esbuild";
import type { Mutant } from "./mutants.js";

const repository = join(import.meta.dirname, "..", "..");
/** Not copied: linked below, or of no use to a test. */
const LEFT_OUT = ["node_modules", "generated", "docs", "bench", ".git", ".gx"];
const LINKED = ["node_modules", "generated"];
const PEER = join("dist", "peer");
/** A fault may show by something that never comes. */
const PATIENCE_MS = "5000";
const MOST_MS = 240_000;

export interface Verdict {
  /** Tests that ran. */
  ran: number;
  failures: { sentence: string; message: string }[];
  /** What the run said beside its result. */
  said: string;
}

export interface Copy {
  /** Runs the tests that catch mutants as the sources are. */
  control(mutants: readonly Mutant[]): Promise<Verdict>;
  /** Plants the fault and runs the test that has to catch it. @throws when the text to be replaced is not there exactly once. */
  tryOut(mutant: Mutant): Promise<Verdict>;
  remove(): void;
}

export function copySources(): Copy {
  const folder = mkdtempSync(join(tmpdir(), "gx-mutants-"));
  const filter = (path: string) => !LEFT_OUT.includes(relative(repository, path).split(sep)[0] ?? "");
  cpSync(repository, folder, { recursive: true, filter });
  for (const name of LINKED) symlinkSync(join(repository, name), join(folder, name));
  // Where this machine has no Redis of its own, the one that was unpacked for the originals serves the copy too.
  const unpacked = join(".gx", "redis-program");
  if (existsSync(join(repository, unpacked))) {
    mkdirSync(join(folder, ".gx"));
    symlinkSync(join(repository, unpacked), join(folder, unpacked));
  }
  const at = (path: string) => join(folder, path);
  const peer = (path: string) => {
    if (path.startsWith("chaincode/") || path.startsWith("catalogue/")) bundleChaincode(folder);
  };
  return {
    control: (mutants) =>
      runTests(
        folder,
        mutants.map(({ caughtBy }) => caughtBy),
        {},
      ),
    tryOut: async ({ name, file, find, replace, caughtBy }) => {
      const before = readFileSync(at(file), "utf8");
      const pieces = before.split(find);
      if (pieces.length !== 2) {
        throw new Error(`mutant "${name}": its text is in ${file} ${pieces.length - 1} times; plant it anew`);
      }
      try {
        writeFileSync(at(file), pieces.join(replace));
        peer(file);
        return await runTests(folder, [caughtBy], { GX_TEST_PATIENCE_MS: PATIENCE_MS });
      } finally {
        writeFileSync(at(file), before);
        peer(file);
      }
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** As the build does; sources that a child runs need no building. */
function bundleChaincode(folder: string): void {
  buildSync({
    ...{ absWorkingDir: folder, entryPoints: ["chaincode/index.ts"], outfile: join(PEER, "index.cjs") },
    ...{ bundle: true, platform: "node", format: "cjs", target: "node20", logLevel: "silent" },
    external: ["fabric-shim", "fabric-contract-api"],
  });
}

interface Report {
  testResults: {
    message: string;
    assertionResults: { title: string; status: string; failureMessages: string[] }[];
  }[];
}

/** The repository's own, with the servers of this run. */
async function settings(): Promise<object> {
  const { default: base } = (await import(join(repository, "jest.config.mjs"))) as { default: object };
  // Undefined is left out of JSON.
  return { ...base, globalSetup: undefined, globalTeardown: undefined, reporters: [] };
}

/** In a jest of its own. */
async function runTests(
  folder: string,
  tests: readonly Mutant["caughtBy"][],
  variables: Readonly<Record<string, string>>,
): Promise<Verdict> {
  const report = join(folder, "report.json");
  rmSync(report, { force: true });
  const asked = ["--config", JSON.stringify({ ...(await settings()), rootDir: folder })];
  const files = new Set(tests.map(({ file }) => file));
  const sentences = tests.map(({ sentence }) => sentence.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const only = ["--runTestsByPath", ...files, "-t", `(${sentences.join("|")})$`];
  const program = join("node_modules", "jest", "bin", "jest.js");
  const args = [
    "--experimental-vm-modules",
    program,
    ...asked,
    ...only,
    "--json",
    "--outputFile",
    report,
    "--forceExit",
  ];
  const child = spawn(process.execPath, args, {
    cwd: folder,
    stdio: ["ignore", "ignore", "pipe"],
    env: { PATH: process.env["PATH"], GX_TEST_RUN: process.env["GX_TEST_RUN"], ...variables },
  });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString("utf8")));
  const tooLong = setTimeout(() => child.kill("SIGKILL"), MOST_MS);
  await new Promise((resolve) => child.once("close", resolve));
  clearTimeout(tooLong);
  if (!existsSync(report)) throw new Error(`the run left no report:\n${said}`);
  return { ...read(report), said };
}

function read(report: string): Omit<Verdict, "said"> {
  const { testResults } = JSON.parse(readFileSync(report, "utf8")) as Report;
  const ran = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status !== "pending");
  const failed = ran.filter(({ status }) => status === "failed");
  return {
    ran: ran.length,
    failures: failed.map(({ title, failureMessages }) => ({ sentence: title, message: failureMessages.join("\n") })),
  };
}
