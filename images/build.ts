// Carries out the steps of a Dockerfile in folders: each stage has one that stands for its root. No container engine, no base image:
// what runs is this machine's Node.js. Never takes a file that .dockerignore keeps out.
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { environment } from "../platform/config.js";
import { GxError } from "../platform/errors.js";
import { stagesOf, type Stage, type Step } from "./dockerfile.js";
import { ignoredBy } from "./ignored.js";

export interface Build {
  /** The folder that a build would send: the repository. */
  readonly context: string;
  readonly dockerfile: string;
  /** Gets a folder per stage. */
  readonly into: string;
  readonly say: (line: string) => void;
}

export interface Built {
  readonly image: Stage;
  /** Stands for / of the image. */
  readonly root: string;
}

/** @throws GxError DOCKERFILE with the last words of the step that failed */
export async function build({ context, dockerfile, into, say }: Build): Promise<Built> {
  const stages = stagesOf(readFileSync(dockerfile, "utf8"));
  const ignored = ignoredBy(readFileSync(join(context, ".dockerignore"), "utf8"));
  const rootOf = (stage: string) => join(into, stage);
  for (const stage of stages) {
    const place: Place = { root: rootOf(stage.name), folder: "/", environment: stage.environment };
    mkdirSync(place.root, { recursive: true });
    for (const step of stage.steps) {
      const begin = Date.now();
      await carryOut(step, place, { context, ignored, rootOf });
      const seconds = ((Date.now() - begin) / 1_000).toFixed(1);
      if (step.kind !== "workdir") say(`${stage.name}: ${toldOf(step)} (${seconds} s)`);
    }
  }
  const image = stages.at(-1);
  if (!image) throw new GxError("DOCKERFILE", `${dockerfile} has no stage`);
  return { image, root: rootOf(image.name) };
}

interface Place {
  readonly root: string;
  /** The working folder inside the stage. */
  folder: string;
  readonly environment: Readonly<Record<string, string>>;
}

interface Sources {
  readonly context: string;
  readonly ignored: (path: string) => boolean;
  readonly rootOf: (stage: string) => string;
}

const toldOf = (step: Exclude<Step, { kind: "workdir" }>): string =>
  step.kind === "run" ? `RUN ${step.command}` : `COPY ${step.sources.join(" ")} → ${step.target}`;

async function carryOut(step: Step, place: Place, sources: Sources): Promise<void> {
  if (step.kind === "workdir") {
    place.folder = step.folder.startsWith("/") ? step.folder : join(place.folder, step.folder);
    mkdirSync(join(place.root, place.folder), { recursive: true });
  } else if (step.kind === "run") await run(step.command, place);
  else copy(step, place, sources);
}

function copy({ from, sources, target }: Step & { kind: "copy" }, place: Place, where: Sources): void {
  const origin = from === undefined ? where.context : where.rootOf(from);
  const wanted = join(place.root, target.startsWith("/") ? target : join(place.folder, target));
  for (const source of sources) {
    const path = join(origin, source);
    if (!existsSync(path)) throw new GxError("DOCKERFILE", `COPY ${source}: there is no such file`);
    const into = statSync(path).isDirectory() || !target.endsWith("/") ? wanted : join(wanted, basename(source));
    mkdirSync(dirname(into), { recursive: true });
    const filter = (file: string) => from !== undefined || !where.ignored(relative(where.context, file));
    cpSync(path, into, { recursive: true, verbatimSymlinks: true, filter });
  }
}

// A build has no more than this of its surroundings: where programs are, and how npm reaches the registry from here.
const passed = /^(PATH|HOME|TMPDIR|https?_proxy|no_proxy|NODE_EXTRA_CA_CERTS|npm_config_(cache|registry|cafile))$/i;

function run(command: string, { root, folder, environment: own }: Place): Promise<void> {
  const given = Object.fromEntries(Object.entries(environment()).filter(([name]) => passed.test(name)));
  const child = spawn("/bin/sh", ["-c", command], {
    cwd: join(root, folder),
    env: { ...given, ...own },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let words = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (words += String(chunk)));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status) => {
      if (status === 0) resolve();
      else reject(new GxError("DOCKERFILE", `RUN ${command} ended with ${status}: ${words.trim().slice(-2_000)}`));
    });
  });
}
