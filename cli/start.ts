// gx start: one process of the system, as in production. `gx up` starts its children the same way.
import type { Command } from "commander";
import { processNames, readConfig, type Config, type ProcessName } from "../platform/config.js";
import { GxError } from "../platform/errors.js";
import { run, type ProcessMain } from "../platform/process.js";
import { ENDORSE_TWICE } from "./system/flags.js";
import { removePid, runningPart, writePid } from "./system/pidfile.js";
import { UsageError } from "./usage.js";

interface ProcessEntry {
  load: () => Promise<{ main: ProcessMain }>;
  /** Its main port. */
  port: (config: Config) => number;
  /** Port of health and metrics where it has no HTTP server of its own. */
  opsPort?: (config: Config) => number;
}

const processes: Readonly<Record<ProcessName, ProcessEntry>> = {
  gateway: { load: () => import("../gateway/main.js"), port: ({ ports }) => ports.gateway },
  subgraphs: { load: () => import("../subgraphs/main.js"), port: ({ ports }) => ports.subgraphs },
  submitter: {
    load: () => import("../workers/submitter/main.js"),
    port: ({ ports }) => ports.submitter,
    opsPort: ({ ports }) => ports.submitter,
  },
  projector: {
    load: () => import("../workers/projector/main.js"),
    port: ({ ports }) => ports.projector,
    opsPort: ({ ports }) => ports.projector,
  },
  ledger: {
    load: () => import("./ledger-process.js"),
    port: ({ ports }) => ports.ledger,
    opsPort: ({ ports }) => ports.ledgerOps,
  },
};

export function register(program: Command): void {
  program
    .command("start")
    .description("Run one process of the system until it gets SIGTERM.")
    .argument("<process>", processNames.join(", "))
    .argument("[args...]", "what it serves: domains of subgraphs, roles of a submitter; all when left out")
    .option(ENDORSE_TWICE, "ledger only: run every proposal twice and refuse it when the results differ")
    .action(start);
}

async function start(name: string, served: string[], { endorseTwice }: { endorseTwice?: true }): Promise<void> {
  const known = processNames.find((item) => item === name);
  if (!known) throw new UsageError(`start: ${name} is not one of ${processNames.join(", ")}`);
  if (endorseTwice && known !== "ledger") throw new UsageError(`start: ${ENDORSE_TWICE} is for the ledger only`);
  const args = endorseTwice ? [...served, ENDORSE_TWICE] : served;
  const config = readConfig(undefined, known);
  const { load, port, opsPort } = processes[known];
  const forget = config.env === "development" ? claimPidFile(config, known, port(config)) : () => undefined;
  const { main } = await load();
  const status = await run(known, main, opsPort ? { args, opsPort } : { args });
  forget();
  process.exit(status);
}

function claimPidFile({ home }: Config, name: ProcessName, port: number): () => void {
  const other = runningPart(home, name);
  if (other && other.pid !== process.pid) {
    throw new GxError(
      "RUNNING",
      `${name} already runs on ${home} as process ${other.pid}. Stop it with: npm run gx -- stop`,
    );
  }
  writePid(home, name, process.pid, port);
  return () => removePid(home, name, process.pid);
}
