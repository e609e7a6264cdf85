// A part of the system: how it starts, when it is ready, which ports it takes. One list, in the order of the start.
import { furnishedDomains } from "../../catalogue/index.js";
import { domainNames } from "../../catalogue/language.js";
import { environment, readConfig, type Config, type ProcessName } from "../../platform/config.js";
import { migrate } from "../../platform/migrations.js";
import { startPostgres } from "../ground/postgres.js";
import { startRedis } from "../ground/redis.js";
import { ownEntry } from "./entry.js";
import { rebuildWhenOutdated, type Doing } from "./read-models.js";
import { missingOf } from "./readyz.js";
import { launch, type Running } from "./running.js";

export interface TakenPort {
  port: number;
  /** The setting that moves it. */
  setting: string;
}

export interface Part {
  name: string;
  /** Main port, for pid files and people. */
  port: number;
  ports: readonly TakenPort[];
  /** Where it answers /readyz; undefined for the servers that are not ours. */
  opsPort?: number;
  /** Names of the steps that must be ready before. */
  after: readonly string[];
  start(output: (chunk: Buffer) => void): Promise<Running>;
  /** Undefined when it can do its job, else what is missing. */
  notReady(): Promise<string | undefined>;
}

/** Something that is done once while the system starts. */
export interface Task {
  name: string;
  after: readonly string[];
  /** The part that cannot do without it: where that is asked for, this is done too; also before it starts again after a build. */
  for: string;
  run(doing: Doing): Promise<void>;
}

export type Step = Part | Task;

/** Every part that this system starts itself and every task of the start, in order. */
export function stepsOf(config: Config): Step[] {
  const { embedded } = config;
  return [
    ...(embedded.postgres ? [postgres(config)] : []),
    ...(embedded.redis ? [redis(config)] : []),
    ...(embedded.ledger ? [ledger(config)] : []),
    migrations,
    readModels(config),
    ...[subgraphs(config), submitter(config), projector(config), gateway(config)],
  ];
}

const migrations: Task = {
  name: "migrations",
  after: ["postgres"],
  for: "postgres",
  run: async () => {
    // Read anew: an embedded server has left its address only now.
    await migrate(readConfig().databaseUrl);
  },
};

const readModels = (config: Config): Task => ({
  name: "read-models",
  after: ["migrations", "ledger"],
  for: "projector",
  run: (doing) => rebuildWhenOutdated(config, doing),
});

function postgres({ home, ports }: Config): Part {
  return {
    name: "postgres",
    port: ports.postgres,
    ports: [{ port: ports.postgres, setting: "POSTGRES_PORT" }],
    after: [],
    start: (output) => startPostgres({ home, port: ports.postgres, output }),
    notReady: () => Promise.resolve(undefined),
  };
}

function redis({ home, ports }: Config): Part {
  return {
    name: "redis",
    port: ports.redis,
    ports: [{ port: ports.redis, setting: "REDIS_PORT" }],
    after: [],
    start: (output) => startRedis({ home, port: ports.redis, output }),
    notReady: () => Promise.resolve(undefined),
  };
}

function ledger(config: Config): Part {
  const { ledger: port, chaincode, ledgerOps } = config.ports;
  const ports = [
    { port, setting: "LEDGER_PORT" },
    { port: chaincode, setting: "CHAINCODE_PORT" },
    { port: ledgerOps, setting: "LEDGER_OPS_PORT" },
  ];
  return nodePart(config, { name: "ledger", port, ports, after: [], opsPort: ledgerOps });
}

function subgraphs(config: Config): Part {
  const portOf = (domain: string) => config.ports.subgraphs + domainNames.findIndex((name) => name === domain);
  const ports = furnishedDomains.map((domain) => ({ port: portOf(domain), setting: "SUBGRAPH_PORT" }));
  const port = config.ports.subgraphs;
  return nodePart(config, { name: "subgraphs", port, ports, after: ["migrations", "redis"], opsPort: port });
}

function submitter(config: Config): Part {
  const port = config.ports.submitter;
  const ports = [{ port, setting: "SUBMITTER_PORT" }];
  return nodePart(config, { name: "submitter", port, ports, after: ["migrations", "redis", "ledger"], opsPort: port });
}

function projector(config: Config): Part {
  const port = config.ports.projector;
  const ports = [{ port, setting: "PROJECTOR_PORT" }];
  return nodePart(config, { name: "projector", port, ports, after: ["read-models", "ledger"], opsPort: port });
}

function gateway(config: Config): Part {
  const port = config.ports.gateway;
  const ports = [{ port, setting: "GATEWAY_PORT" }];
  return nodePart(config, { name: "gateway", port, ports, after: ["migrations"], opsPort: port });
}

interface NodePart {
  name: ProcessName;
  port: number;
  ports: readonly TakenPort[];
  after: readonly string[];
  opsPort: number;
}

function nodePart(config: Config, { name, port, ports, after, opsPort }: NodePart): Part {
  const entry = ownEntry(config.root);
  // Each process has its own port here, so a shared one for health and metrics cannot be.
  const env = environment({ GX_ENV: config.env, GX_HOME: config.home, GX_OPS_PORT: undefined, GX_DRAIN_MS: drainMs() });
  return {
    name,
    port,
    ports,
    opsPort,
    after,
    start: (output) =>
      launch({
        command: process.execPath,
        args: [...flagsOf(name), ...entry, "start", name],
        options: { env },
        rule: { signal: "SIGTERM", limitMs: 9_000 },
        output,
      }),
    notReady: () => missingOf(opsPort),
  };
}

/** The whole system stops in less than 10 s, so a part has less. */
function drainMs(): string {
  return environment()["GX_DRAIN_MS"] ?? "7000";
}

/**
 * Ceilings, so that a leak shows as a restart instead of a slow machine. The ledger holds its whole state in memory.
 * Idle, all parts together measured 305 MB (PSS).
 */
const flagsOf = (name: ProcessName) => [
  `--max-old-space-size=${name === "ledger" ? 1_024 : 256}`,
  "--max-semi-space-size=8",
];
