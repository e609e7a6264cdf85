// The only reader of the environment: parses all settings at once, prints all faults together, hands on plain values.
// Never let a default that is only fit for development pass anywhere else.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { isOnNetwork, networkProfile } from "./ledger-in-use.js";
import {
  faultsBetween,
  isFromOutside,
  SettingsError,
  withDevelopmentDefaults,
  withSecretFiles,
} from "./setting-rules.js";
import { settings, type ProcessName, type Settings } from "./settings.js";

export { secretFile, SettingsError } from "./setting-rules.js";
export { processNames, type ProcessName } from "./settings.js";

type Environment = Readonly<Record<string, string | undefined>>;
type Given = Readonly<Record<string, string>>;

/** Folder of package.json, the same for sources and for compiled files in dist/. */
export const root = rootOf(dirname(fileURLToPath(import.meta.url)));

/** Version of this installation, from package.json. */
export const version = (JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string }).version;

export interface Config {
  env: Settings["GX_ENV"];
  /** Absolute path of GX_HOME. */
  home: string;
  root: string;
  version: string;
  host: string;
  /** Whether a development system is in a namespace of a cluster, and not on a machine of its developer. */
  inNamespace: boolean;
  logLevel: Settings["LOG_LEVEL"];
  /** Milliseconds. */
  drainMs: number;
  /** Milliseconds of them in which gateway and subgraphs go on taking requests. */
  settleMs: number;
  /** Set: /livez, /readyz and /metrics listen there; undefined: on the service port. */
  opsPort: number | undefined;
  ports: Ports;
  /** Empty only where the process does not need it. */
  databaseUrl: string;
  /** Connections to PostgreSQL, all of the process together. */
  databaseConnections: number;
  redisUrl: string;
  cacheUrl: string;
  /** Absolute path of the connection profile; empty only where the process does not need it. */
  fabricProfile: string;
  /** Whether the ledger is the network that `gx network` runs in this home. */
  onOwnNetwork: boolean;
  /** Parts without an outside address: `gx up` starts them. */
  embedded: { postgres: boolean; redis: boolean; ledger: boolean };
  /** Domain → address, as given; undefined: the subgraph ports on the host. */
  subgraphUrls: Readonly<Record<string, string>> | undefined;
  /** Absolute path. */
  supergraph: string;
  auth: {
    /** Undefined: the development key. */
    jwksUrl: string | undefined;
    issuer: string;
    audience: string;
    algorithms: readonly string[];
    subjectClaim: string;
    rolesClaim: string;
  };
  /** Absolute path. */
  statementSecretFile: string;
  /** Whether the gateway serves the console. */
  console: boolean;
  /** Whether the gateway serves explorer and sandbox. */
  explorer: boolean;
  /** Whether the gateway refuses every mutation. */
  readOnly: boolean;
  readWaitMs: number;
  livePingMs: number;
  limits: {
    bodyBytes: number;
    tokens: number;
    depth: number;
    aliases: number;
    rootMutations: number;
    pageSize: number;
    /** Requests of one caller: a second in the long run, and at once after a pause. */
    rate: { perSecond: number; burst: number };
    /** Streams that a gateway holds open. */
    connections: number;
    /** Operations of one socket. */
    subscriptions: number;
  };
  batch: { commands: number; weight: number; bytes: number; lingerMs: number };
  /** Transactions in flight of a role; undefined: the role's own default. */
  inflight: number | undefined;
  /** Who folds unfolded credits, above which number and age in seconds. */
  housekeeping: { admin: string; after: number; afterSeconds: number } | "off";
  ledgerBatchTimeoutMs: number;
  ledgerEndorsesTwice: boolean;
  projectorMaxLagMs: number;
}

export interface Ports {
  gateway: number;
  /** Of the first domain in catalogue order; each further domain takes the next port. */
  subgraphs: number;
  submitter: number;
  projector: number;
  ledger: number;
  chaincode: number;
  ledgerOps: number;
  /** First of the ports of a Fabric network on this machine. */
  network: number;
  networkOps: number;
  postgres: number;
  redis: number;
}

/** A command of a person on a development machine need not say so; a process of a deployment must. */
export function assumeDevelopment(): void {
  process.env["GX_ENV"] ||= "development";
}

/** The graph library reads the environment by itself: here it is told to send no figures out. */
export function keepFiguresHome(): void {
  process.env["APOLLO_TELEMETRY_DISABLED"] = "true";
}

/** The environment of this process, for children and for a command's own defaults. */
export function environment(over: Environment = {}): Environment {
  return { ...process.env, ...over };
}

/**
 * Parses the settings. `asker` is the process that starts: what it needs must be there.
 * @throws SettingsError with every fault.
 */
export function readConfig(env: Environment = environment(), asker?: ProcessName): Config {
  const given = withLedgerInUse(presentOnly(env));
  const { found, faults } = withSecretFiles(given);
  const parsed = settings.safeParse(found);
  if (parsed.success && faults.length === 0) {
    const values = withDevelopmentDefaults(parsed.data);
    const between = faultsBetween(values, given, asker);
    if (between.length > 0) throw new SettingsError(between);
    return configOf(values, given);
  }
  const issues = parsed.success ? [] : parsed.error.issues.map((issue) => ({ ...issue, name: String(issue.path[0]) }));
  const own = issues.map(
    ({ name, message }) => `${name}: ${given[name] === undefined ? "is missing, " : ""}${message}`,
  );
  throw new SettingsError([
    ...faults,
    ...own,
    ...faultsOfTheRest(
      found,
      given,
      asker,
      issues.map(({ name }) => name),
    ),
  ]);
}

/** The rules between settings, judged without the settings that are wrong by themselves: one list, not two in turn. */
function faultsOfTheRest(found: Environment, given: Given, asker: ProcessName | undefined, wrong: string[]): string[] {
  const rest = settings.safeParse(Object.fromEntries(Object.entries(found).filter(([name]) => !wrong.includes(name))));
  if (!rest.success) return [];
  const among = faultsBetween(withDevelopmentDefaults(rest.data), given, asker);
  return among.filter((fault) => !wrong.some((name) => fault.startsWith(`${name}: `)));
}

/** An empty variable means an unset one: that is how shells and manifests leave things out. */
function presentOnly(env: Environment): Record<string, string> {
  const entries = Object.entries(env).map(([name, value]) => [name, value?.trim()] as const);
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => Boolean(entry[1])));
}

/** A development system that was put on the network of its home stays there. */
function withLedgerInUse(given: Given): Given {
  const home = resolve(given["GX_HOME"] ?? ".gx");
  const applies = given["GX_ENV"] === "development" && given["FABRIC_PROFILE"] === undefined && isOnNetwork(home);
  return applies ? { ...given, FABRIC_PROFILE: networkProfile(home) } : given;
}

/** Until the endpoints of a service have settled everywhere (operations.md 2.6). */
const SETTLE_MS = 5_000;

function configOf(values: Settings, given: Given): Config {
  return {
    env: values.GX_ENV,
    home: resolve(values.GX_HOME),
    root,
    version,
    host: values.GX_HOST,
    inNamespace: values.GX_REACH === "namespace",
    logLevel: values.LOG_LEVEL,
    drainMs: values.GX_DRAIN_MS,
    settleMs: values.GX_SETTLE_MS ?? (values.GX_ENV === "development" ? 0 : SETTLE_MS),
    opsPort: values.GX_OPS_PORT,
    ports: portsOf(values, given),
    databaseUrl: values.DATABASE_URL ?? "",
    databaseConnections: values.GX_DB_POOL,
    redisUrl: values.REDIS_URL ?? "",
    cacheUrl: values.CACHE_URL ?? values.REDIS_URL ?? "",
    fabricProfile: absolute(values.FABRIC_PROFILE),
    onOwnNetwork: values.GX_ENV === "development" && isOwnNetwork(values),
    embedded: {
      postgres: !isFromOutside("DATABASE_URL", given),
      redis: !isFromOutside("REDIS_URL", given),
      ledger: !isFromOutside("FABRIC_PROFILE", given),
    },
    subgraphUrls: values.SUBGRAPH_URLS,
    supergraph:
      values.SUPERGRAPH === undefined ? join(root, "schema", "supergraph.graphql") : resolve(values.SUPERGRAPH),
    auth: authOf(values),
    statementSecretFile: absolute(values.STATEMENT_SECRET_FILE),
    console: values.CONSOLE === "on",
    explorer: values.EXPLORER === "on",
    readOnly: values.GX_READ_ONLY === "on",
    readWaitMs: values.READ_WAIT_MS,
    livePingMs: values.LIVE_PING_MS,
    limits: limitsOf(values),
    batch: {
      commands: values.BATCH_COMMANDS,
      weight: values.BATCH_WEIGHT,
      bytes: values.BATCH_BYTES,
      lingerMs: values.BATCH_LINGER_MS,
    },
    inflight: values.GX_INFLIGHT,
    housekeeping: housekeepingOf(values),
    ledgerBatchTimeoutMs: values.LEDGER_BATCH_TIMEOUT_MS,
    ledgerEndorsesTwice: values.LEDGER_ENDORSE_TWICE === "on",
    projectorMaxLagMs: values.GX_PROJECTOR_MAX_LAG_MS,
  };
}

const isOwnNetwork = ({ GX_HOME, FABRIC_PROFILE }: Settings): boolean =>
  absolute(FABRIC_PROFILE) === networkProfile(resolve(GX_HOME));

function absolute(path: string | undefined): string {
  return path === undefined ? "" : resolve(path);
}

function portsOf(values: Settings, given: Given): Ports {
  const chosen = (name: PortSetting) => values[name] + (given[name] === undefined ? values.GX_PORT_OFFSET : 0);
  return {
    gateway: chosen("GATEWAY_PORT"),
    subgraphs: chosen("SUBGRAPH_PORT"),
    submitter: chosen("SUBMITTER_PORT"),
    projector: chosen("PROJECTOR_PORT"),
    ledger: chosen("LEDGER_PORT"),
    chaincode: chosen("CHAINCODE_PORT"),
    ledgerOps: chosen("LEDGER_OPS_PORT"),
    network: chosen("NETWORK_PORT"),
    networkOps: chosen("NETWORK_OPS_PORT"),
    postgres: chosen("POSTGRES_PORT"),
    redis: chosen("REDIS_PORT"),
  };
}

type PortSetting = Exclude<Extract<keyof Settings, `${string}_PORT`>, "GX_OPS_PORT">;

function authOf(values: Settings): Config["auth"] {
  return {
    jwksUrl: values.AUTH_JWKS_URL,
    issuer: values.AUTH_ISSUER ?? "",
    audience: values.AUTH_AUDIENCE ?? "",
    algorithms: values.AUTH_ALGORITHMS,
    subjectClaim: values.AUTH_SUBJECT_CLAIM,
    rolesClaim: values.AUTH_ROLES_CLAIM,
  };
}

function housekeepingOf(values: Settings): Config["housekeeping"] {
  const { HOUSEKEEPER_ADMIN: admin = "off", FOLD_AFTER: after, FOLD_AFTER_SECONDS: afterSeconds } = values;
  return admin === "off" ? "off" : { admin, after, afterSeconds };
}

function limitsOf(values: Settings): Config["limits"] {
  return {
    bodyBytes: values.LIMIT_BODY_BYTES,
    tokens: values.LIMIT_TOKENS,
    depth: values.LIMIT_DEPTH,
    aliases: values.LIMIT_ALIASES,
    rootMutations: values.LIMIT_ROOT_MUTATIONS,
    pageSize: values.LIMIT_PAGE_SIZE,
    rate: { perSecond: values.RATE_LIMIT, burst: values.RATE_BURST },
    connections: values.LIMIT_CONNECTIONS,
    subscriptions: values.LIMIT_SUBSCRIPTIONS,
  };
}

function rootOf(folder: string): string {
  return existsSync(join(folder, "package.json")) ? folder : rootOf(dirname(folder));
}
