// Programs that this machine has or lacks. Runs none of them, but asks a peer for its version.
import { readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { environment, type Config } from "../../platform/config.js";
import { chosenInstallation, supportedLines, type Line } from "../../network/programs.js";
import { GxError, messageOf } from "../../platform/errors.js";
import { findPostgres, isExecutable } from "../ground/postgres-programs.js";
import { canUnpackRedis, presentRedis } from "../ground/redis-programs.js";
import { found, lacking, type Finding } from "./finding.js";

export function programs({ root, home, embedded }: Config): Finding[] {
  return [
    node(root),
    ...(embedded.postgres ? [postgres()] : []),
    ...(embedded.redis ? [redis(home)] : []),
    chromium(),
    ...supportedLines.map(fabric),
  ];
}

/** The launcher turns any other version away before this is asked. */
function node(root: string): Finding {
  const { engines } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { engines: { node: string } };
  return found({ what: "Node.js", for: "everything" }, `${process.version}; needed is ${engines.node}`);
}

function postgres(): Finding {
  const subject = { what: "PostgreSQL", for: "npm start, npm test" };
  try {
    return found(subject, findPostgres().postgres);
  } catch (error) {
    return lacking(subject, messageOf(error), "npm ci");
  }
}

function redis(home: string): Finding {
  const subject = { what: "Redis", for: "npm start, npm test" };
  const present = presentRedis(home);
  if (present) return found(subject, present.command);
  if (canUnpackRedis())
    return found(subject, "none yet; the start unpacks Debian's packages into GX_HOME, without root");
  const install = process.platform === "darwin" ? "brew install redis" : "sudo apt-get install redis-server";
  return lacking(subject, "no redis-server or valkey-server on PATH", `${install}, or set REDIS_URL`);
}

function chromium(): Finding {
  const subject = { what: "Chromium", for: "tests in a browser", optional: true };
  const given = environment()["CHROMIUM"];
  const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
  const program = given ? [given].find(isExecutable) : names.map(onPath).find(Boolean);
  if (program) return found(subject, program);
  const detail = given ? `CHROMIUM names ${given}, which cannot be run` : "not on PATH";
  return lacking(subject, detail, "sudo apt-get install chromium, or set CHROMIUM");
}

/** A real network of one line of Fabric needs its programs; tests run on each line that is there. */
function fabric(line: Line): Finding {
  const subject = { what: `Fabric ${line}`, for: "a real network", optional: true };
  try {
    const { version, folder } = chosenInstallation(environment(), line);
    return found(subject, `${version} in ${folder}`);
  } catch (error) {
    if (!(error instanceof GxError)) throw error;
    return lacking(subject, error.message, error.advice ?? "");
  }
}

function onPath(program: string): string | undefined {
  const folders = (environment()["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders.map((folder) => join(folder, program)).find(isExecutable);
}
