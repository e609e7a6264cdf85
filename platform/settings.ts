// Every setting of every process: name, rule, default and one sentence. Documentation is printed from here.
// Never read the environment here: that is config.ts, and nobody else.
import { z } from "zod";

/** What documentation shows beside the sentence of a setting. */
export interface SettingNotes {
  description: string;
  rule: string;
  /** Shown in place of a fixed default, for example where it follows from another setting. */
  shownDefault?: string;
  /** Processes that cannot start without it outside development. */
  neededBy?: readonly ProcessName[];
  /** May be given as a file: `<name>_FILE`. Outside development it must be. */
  secret?: boolean;
}

export const processNames = ["gateway", "subgraphs", "submitter", "projector", "ledger"] as const;
export type ProcessName = (typeof processNames)[number];

const number = (min: number, max: number) => {
  const rule = `a whole number from ${min} to ${max}`;
  const schema = z
    .string()
    .regex(/^\d{1,15}$/, `must be ${rule}`)
    .transform(Number)
    .refine((value) => value >= min && value <= max, `must be ${rule}`);
  return { rule, schema };
};

const whole = (min: number, max: number, fallback: number, description: string) => {
  const { rule, schema } = number(min, max);
  return schema.default(fallback).meta({ description, rule });
};

const port = (fallback: number, description: string) => whole(1, 65_535, fallback, description);

const optionalWhole = (min: number, max: number, notes: Omit<SettingNotes, "rule">) => {
  const { rule, schema } = number(min, max);
  return schema.optional().meta({ ...notes, rule });
};

const optionalPort = (notes: Omit<SettingNotes, "rule">) => optionalWhole(1, 65_535, notes);

const address = (schemes: readonly string[], notes: Omit<SettingNotes, "rule">) => {
  const rule = `an address ${schemes.map((scheme) => `${scheme}://…`).join(" or ")}`;
  const allowed = (text: string) => URL.canParse(text) && schemes.includes(new URL(text).protocol.slice(0, -1));
  return z
    .string()
    .refine(allowed, `must be ${rule}`)
    .optional()
    .meta({ ...notes, rule });
};

const line = z.string().regex(/^[^\r\n]{1,1000}$/, "must be one line of at most 1,000 characters");
const lineRule = "one line of at most 1,000 characters";

/** A page that is served in development and, unless it is switched on, nowhere else. */
const page = (description: string) =>
  z
    .enum(["on", "off"], "must be on or off")
    .optional()
    .meta({ description, rule: "on or off", shownDefault: "on in development, off elsewhere" });

const HOUSEKEEPER = /^(off|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/;

const text = (notes: Omit<SettingNotes, "rule">) => line.optional().meta({ ...notes, rule: lineRule });

const filled = (fallback: string, description: string) => line.default(fallback).meta({ description, rule: lineRule });

const list = (allowed: readonly string[], fallback: string[], description: string) => {
  const rule = `one or more of ${allowed.join(", ")}, separated by commas`;
  return z
    .string()
    .transform((value) => value.split(",").map((item) => item.trim()))
    .refine((items) => items.every((item) => allowed.includes(item)), `must be ${rule}`)
    .default(fallback)
    .meta({ description, rule });
};

const namedAddresses = (notes: Omit<SettingNotes, "rule">) => {
  const rule = "pairs name=http://host:port/path, separated by commas";
  const pair = /^[a-z]+=https?:\/\/[^\s,]+$/;
  return z
    .string()
    .transform((value) => value.split(",").map((item) => item.trim()))
    .refine((items) => items.every((item) => pair.test(item)), `must be ${rule}`)
    .transform((items): Readonly<Record<string, string>> => Object.fromEntries(items.map(named)))
    .optional()
    .meta({ ...notes, rule });
};

function named(item: string): [name: string, address: string] {
  const equals = item.indexOf("=");
  return [item.slice(0, equals), item.slice(equals + 1)];
}

export const settings = z.object({
  GX_ENV: z.enum(["development", "testnet", "mainnet"], "must be one of development, testnet, mainnet").meta({
    description: "Where this runs; only `gx up` assumes development.",
    rule: "one of development, testnet, mainnet",
    shownDefault: "none; development under `gx up`",
  }),
  GX_HOME: filled(".gx", "Folder of embedded data, keys, wallets, logs and pid files."),
  GX_HOST: filled("127.0.0.1", "Address that every listener binds to; development allows loopback only."),
  GX_REACH: z.enum(["loopback", "namespace"], "must be one of loopback, namespace").default("loopback").meta({
    description:
      "How far a development system reaches: its own machine, or a namespace of a cluster that denies all other traffic. Its keys are made by itself, so whoever reaches it is anybody.",
    rule: "one of loopback, namespace",
  }),
  GX_PORT_OFFSET: z
    .string()
    .regex(/^(0|[1-9]00|1[0-7]00)$/, "must be a multiple of 100 from 0 to 1700")
    .transform(Number)
    .default(0)
    .meta({
      description: "Added to every default port, so that several systems run side by side; development only.",
      rule: "a multiple of 100 from 0 to 1700",
    }),
  GATEWAY_PORT: port(4000, "Port of the gateway."),
  SUBGRAPH_PORT: port(3001, "Port of the first subgraph; each further domain takes the next one."),
  SUBMITTER_PORT: port(9090, "Port of the submitter's health and metrics."),
  PROJECTOR_PORT: port(9091, "Port of the projector's health and metrics."),
  LEDGER_PORT: port(7051, "Port of the development ledger (gRPC with TLS)."),
  CHAINCODE_PORT: port(7052, "Port of the chaincode process of the development ledger."),
  LEDGER_OPS_PORT: port(7053, "Port of the development ledger's health and metrics."),
  NETWORK_PORT: port(8055, "First of the 33 ports of a Fabric network that `gx network` runs."),
  NETWORK_OPS_PORT: port(8054, "Port of the health and metrics of that network."),
  POSTGRES_PORT: port(15432, "Port of the embedded PostgreSQL."),
  REDIS_PORT: port(16379, "Port of the embedded Redis."),
  GX_OPS_PORT: optionalPort({
    description: "Port of /livez, /readyz and /metrics.",
    shownDefault: "the service port",
  }),
  GX_DRAIN_MS: whole(100, 120_000, 25_000, "Milliseconds that a process may take to end its work after SIGTERM."),
  GX_SETTLE_MS: optionalWhole(0, 60_000, {
    description:
      "Milliseconds after SIGTERM in which gateway and subgraphs go on taking requests; part of GX_DRAIN_MS.",
    shownDefault: "0 in development, 5000 elsewhere",
  }),
  LOG_LEVEL: z
    .enum(["trace", "debug", "info", "warn", "error", "fatal"], "must be one of trace, debug, info, warn, error, fatal")
    .default("info")
    .meta({ description: "Lowest level that is logged.", rule: "one of trace, debug, info, warn, error, fatal" }),

  DATABASE_URL: address(["postgresql", "postgres"], {
    description: "PostgreSQL; unset in development, the embedded one is started and used.",
    neededBy: ["subgraphs", "submitter", "projector"],
    secret: true,
  }),
  GX_DB_POOL: whole(
    2,
    100,
    12,
    "Connections to PostgreSQL that one process may hold, with those for leadership and signals; a process that finds fewer free at its start refuses.",
  ),
  REDIS_URL: address(["redis", "rediss", "redis+sentinel"], {
    description:
      "Redis of the queues, or redis+sentinel://user:password@host:port/name: the primary that its Sentinels name; unset in development, the embedded one is started and used.",
    neededBy: ["subgraphs", "submitter"],
    secret: true,
  }),
  CACHE_URL: address(["redis", "rediss", "redis+sentinel"], {
    description: "Redis of the cache and of live updates.",
    shownDefault: "REDIS_URL",
    secret: true,
  }),
  FABRIC_PROFILE: text({
    description:
      "Connection profile of the Fabric network; unset in development, what the home stands on: the development ledger or, after `gx up --network`, its own network.",
    shownDefault: "GX_HOME/wallets/profile.json or GX_HOME/network/wallets/profile.json in development",
    neededBy: ["submitter", "projector"],
  }),
  FABRIC_BIN: text({
    description:
      "Folders of the programs peer, orderer and configtxgen, separated like PATH; `gx network` starts them.",
    shownDefault: "the folders of PATH",
  }),
  SUPERGRAPH: text({
    description: "File of the supergraph that the gateway serves; a good one is taken over while it runs.",
    shownDefault: "schema/supergraph.graphql of this installation",
  }),
  SUBGRAPH_URLS: namedAddresses({
    description: "Where the gateway finds the subgraphs: `domain=http://host:port/graphql`, separated by commas.",
    shownDefault: "the subgraph ports on GX_HOST in development",
    neededBy: ["gateway"],
  }),

  AUTH_JWKS_URL: address(["https", "http"], {
    description: "Keys that sign tokens; unset in development, the gateway's own development key.",
    neededBy: ["gateway"],
  }),
  AUTH_ISSUER: text({
    description: "Demanded `iss` of tokens.",
    shownDefault: "gx-development",
    neededBy: ["gateway"],
  }),
  AUTH_AUDIENCE: text({ description: "Demanded `aud` of tokens.", shownDefault: "gx", neededBy: ["gateway"] }),
  AUTH_ALGORITHMS: list(
    ["EdDSA", "ES256", "RS256", "PS256"],
    ["EdDSA", "ES256", "RS256", "PS256"],
    "Signature algorithms that are accepted in tokens.",
  ),
  AUTH_SUBJECT_CLAIM: filled("sub", "Claim that holds the caller's uuid."),
  AUTH_ROLES_CLAIM: filled("roles", "Claim that holds the caller's roles."),
  STATEMENT_SECRET_FILE: text({
    description: "File with the secret that signs caller statements between gateway and subgraphs.",
    shownDefault: "GX_HOME/keys/statement in development",
    neededBy: ["gateway", "subgraphs"],
  }),

  CONSOLE: page("Page / with the state of every part; outside development it asks for the token of an admin."),
  EXPLORER: page("Pages /explorer and /sandbox; where they are served, the graph tells its types too."),

  GX_READ_ONLY: z.enum(["on", "off"], "must be on or off").default("off").meta({
    description: "Emergency switch of the gateway: every mutation is refused with READ_ONLY, queries go on.",
    rule: "on or off",
  }),
  READ_WAIT_MS: whole(0, 60_000, 5_000, "Milliseconds that a read waits at most for the block it asked for."),
  LIMIT_BODY_BYTES: whole(1_000, 10_000_000, 100_000, "Bytes of a request body."),
  LIMIT_TOKENS: whole(10, 100_000, 2_000, "Tokens of a GraphQL document."),
  LIMIT_DEPTH: whole(1, 100, 12, "Depth of a GraphQL operation."),
  LIMIT_ALIASES: whole(0, 1_000, 15, "Aliases of a GraphQL operation."),
  LIMIT_ROOT_MUTATIONS: whole(1, 100, 5, "Mutations in one operation."),
  RATE_LIMIT: whole(1, 1_000_000, 100, "Requests a second of one caller that the gateway answers in the long run."),
  RATE_BURST: whole(1, 1_000_000, 200, "Requests of one caller that the gateway answers at once after a pause."),
  LIMIT_PAGE_SIZE: whole(1, 1_000, 100, "Rows of one page of a list."),
  LIMIT_CONNECTIONS: whole(1, 100_000, 5_000, "WebSockets and event streams that one gateway holds open."),
  LIMIT_SUBSCRIPTIONS: whole(1, 10_000, 100, "Operations that one WebSocket may have open."),
  LIVE_PING_MS: whole(100, 60_000, 12_000, "Milliseconds between two signs of life on a WebSocket or event stream."),

  BATCH_COMMANDS: whole(1, 100, 100, "Commands of one Fabric transaction."),
  BATCH_WEIGHT: whole(10, 10_000, 2_000, "Keys, by weight, of one Fabric transaction."),
  BATCH_BYTES: whole(10_000, 5_000_000, 800_000, "Bytes of one Fabric transaction."),
  BATCH_LINGER_MS: whole(0, 1_000, 5, "Milliseconds that a batch waits for more commands."),
  GX_INFLIGHT: z
    .string()
    .regex(/^([1-9]|[1-5][0-9]|6[0-4])$/, "must be a whole number from 1 to 64")
    .transform(Number)
    .optional()
    .meta({
      description: "Transactions that a signing role may have in flight.",
      rule: "a whole number from 1 to 64",
      shownDefault: "1 for the super admin's role, 4 for the admin's, 16 for the partner API's",
    }),
  HOUSEKEEPER_ADMIN: z
    .string()
    .regex(HOUSEKEEPER, "must be a uuid or off")
    .optional()
    .meta({
      description: "Appointed admin in whose name unfolded credits are folded; `off` folds none.",
      rule: "a uuid or `off`",
      shownDefault: "the development admin in development",
      neededBy: ["submitter"],
    }),
  FOLD_AFTER: whole(
    1,
    10_000,
    500,
    "Unfolded credits of an account above which they are folded; those of one transaction count once.",
  ),
  FOLD_AFTER_SECONDS: whole(1, 86_400, 60, "Age of an unfolded credit above which its account is folded."),
  LEDGER_BATCH_TIMEOUT_MS: whole(1, 10_000, 10, "Milliseconds after which the development ledger cuts a block."),
  LEDGER_ENDORSE_TWICE: z.enum(["on", "off"], "must be on or off").default("off").meta({
    description: "Lets the development ledger run every proposal twice and refuse it when the results differ.",
    rule: "on or off",
  }),
  GX_PROJECTOR_MAX_LAG_MS: whole(100, 600_000, 5_000, "Milliseconds of lag above which the projector is not ready."),
});

export type SettingName = keyof typeof settings.shape;
export type Settings = z.output<typeof settings>;

/** Rule, sentence and needs of one setting, as declared above. */
export function notesOf(name: SettingName): SettingNotes {
  const meta = settings.shape[name].meta() as Partial<SettingNotes> | undefined;
  return { ...meta, description: meta?.description ?? "", rule: meta?.rule ?? "" };
}

/** The default as it would be written in the environment; undefined where there is none. */
export function defaultOf(name: SettingName): string | undefined {
  const schema: z.ZodType = settings.shape[name];
  if (name === "GX_ENV") return undefined;
  const parsed = schema.safeParse(undefined);
  if (!parsed.success || parsed.data === undefined) return undefined;
  return Array.isArray(parsed.data) ? parsed.data.join(",") : String(parsed.data);
}
