// A system for one run: `gx up --empty` in a folder of its own on ports that nobody has, with default settings.
// Never touches the system of GX_HOME, nor any server that the caller's settings name.
import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { domainNames } from "../../catalogue/language.js";
import { environment, readConfig, type Config } from "../../platform/config.js";
import { GxError } from "../../platform/errors.js";
import { settings } from "../../platform/settings.js";
import { removePostgres } from "../ground/postgres.js";
import { ownEntry } from "../system/entry.js";
import { endLeftovers } from "../system/leftovers.js";
import { isFree } from "../system/ports.js";

export interface ThrowAway {
  readonly config: Config;
  /** Address of /graphql. */
  readonly gateway: string;
  /** Resolves when every part is. @throws GxError START with the last words of `gx up` */
  ready(): Promise<void>;
  /** Ends every part, in order. */
  stop(): Promise<void>;
  /** Ends every part at once. */
  kill(): void;
  /** Removes every trace. It must be stopped. */
  remove(): void;
  /** Lets it outlive this process. */
  release(): void;
}

const HOST = "127.0.0.1";
/** A stretch in which no default port lies, with whatever offset. */
const FIRST_PORT = 11_000;
const LAST_PORT = 15_300;
const ports = [
  ...["GATEWAY_PORT", "SUBMITTER_PORT", "PROJECTOR_PORT", "LEDGER_PORT", "CHAINCODE_PORT", "LEDGER_OPS_PORT"],
  ...["POSTGRES_PORT", "REDIS_PORT", "SUBGRAPH_PORT"],
];
const PORTS = ports.length - 1 + domainNames.length;

/** Starts one: an empty ledger, or the one behind `fabricProfile`; no housekeeping. */
export async function startThrowAway(fabricProfile = ""): Promise<ThrowAway> {
  const home = mkdtempSync(join(tmpdir(), "gx-demo-"));
  // Where this machine has no Redis of its own, one that was unpacked for the usual home serves this one too.
  const unpacked = join(readConfig().home, "redis-program");
  if (existsSync(unpacked)) symlinkSync(unpacked, join(home, "redis-program"));
  const own = { GX_ENV: "development", GX_HOME: home, FABRIC_PROFILE: fabricProfile };
  const env = environment({ ...defaults(), ...(await freePorts()), ...own });
  const config = readConfig(env);
  const log = join(home, "up.log");
  const child = launch(config, env, log);
  return {
    ready: () => ready(child, log),
    ...{ config, gateway: `http://${HOST}:${config.ports.gateway}/graphql` },
    stop: async () => {
      await ended(child, () => child.kill("SIGTERM"));
      // Had it been killed, its parts would still be there.
      await endLeftovers(config, true);
    },
    kill: () => void child.kill("SIGKILL"),
    remove: () => {
      // Under root the database may lie outside the home.
      removePostgres(home);
      rmSync(home, { recursive: true, force: true });
    },
    release: () => child.unref(),
  };
}

/** Whatever the caller's environment says. */
function defaults(): Record<string, string> {
  const unset = Object.keys(settings.shape).flatMap((name) => [name, `${name}_FILE`].map((each) => [each, ""]));
  return { ...(Object.fromEntries(unset) as Record<string, string>), HOUSEKEEPER_ADMIN: "off", NO_COLOR: "1" };
}

async function freePorts(): Promise<Record<string, string>> {
  for (;;) {
    const first = FIRST_PORT + Math.floor(Math.random() * (LAST_PORT - FIRST_PORT));
    const free = await Promise.all(Array.from({ length: PORTS }, (_, n) => isFree(HOST, first + n)));
    if (free.every(Boolean)) return Object.fromEntries(ports.map((name, n) => [name, String(first + n)]));
  }
}

/** In a group of its own: Ctrl-C on the terminal reaches only us. Its words go to a file, so that it may outlive us. */
function launch({ root }: Config, env: Readonly<Record<string, string | undefined>>, log: string): ChildProcess {
  const words = openSync(log, "a");
  const child = spawn(process.execPath, [...ownEntry(root), "up", "--empty"], {
    ...{ cwd: root, env, detached: true },
    stdio: ["ignore", words, words],
  });
  closeSync(words);
  return child;
}

async function ready(child: ChildProcess, log: string): Promise<void> {
  for (;;) {
    const words = readFileSync(log, "utf8");
    if (/^GX gateway /m.test(words)) return;
    if (isOver(child)) throw new GxError("START", `the throw-away system did not start:\n${words.trim()}`);
    await pause(25);
  }
}

const isOver = ({ exitCode, signalCode }: ChildProcess) => exitCode !== null || signalCode !== null;

async function ended(child: ChildProcess, ask: () => void): Promise<void> {
  if (isOver(child)) return;
  const over = new Promise((resolve) => child.once("exit", resolve));
  ask();
  await over;
}
