// A whole system of which every process is a child of the suite, named as its Deployment: any of them can be taken away and
// brought back. PostgreSQL, Redis and the development ledger are of its own.
import { spawn, type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, openSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { creation } from "../../../chaos/driver.js";
import { furnishedDomains } from "../../../catalogue/index.js";
import { signers, signingRoles, type SigningRole } from "../../../catalogue/roles.js";
import { setUp } from "../../../cli/setup.js";
import { environment, readConfig, root } from "../../../platform/config.js";
import { developmentIdentities } from "../../../platform/development-identities.js";
import { developmentToken, statementSecret } from "../../../platform/devkeys.js";
import { eventually, freePort, newCluster, newRedis, type TestCluster, type TestRedis } from "../../environment.js";
import { noteServer } from "../../servers.mjs";

/** A scrape target: a process of ours. */
export interface Target {
  readonly job: "gateway" | "subgraphs" | "submitter" | "projector" | "ledger";
  /** As its Deployment is called. */
  readonly service: string;
  readonly port: number;
}

export interface Watched {
  readonly home: string;
  readonly database: TestCluster;
  readonly redis: TestRedis;
  readonly targets: readonly Target[];
  readonly gateway: string;
  /** Connection profile and wallet that all processes use. */
  readonly profilePath: string;
  /** Ends processes by SIGKILL, by their names: "gateway", "submitter-admin 2". */
  kill(...names: string[]): Promise<void>;
  /** Starts them again; resolves when they are ready. `prefix`: a program that runs them. */
  start(names: readonly string[], prefix?: readonly string[]): Promise<void>;
  signal(name: string, signal: NodeJS.Signals): void;
  /** Sends commands by the graph; their answers' HTTP statuses, 0 where none came. */
  pay(count: number): Promise<number[]>;
  /** Sends `perSecond` until the function that comes back is called; it resolves with the number that was accepted. */
  load(perSecond: number): () => Promise<number>;
  /** Resolves when no command is open. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

const OPEN = "select count(*)::int as open from app.command where status in ('ACCEPTED', 'SUBMITTED')";
const START_MS = 120_000;

interface Plan extends Target {
  readonly name: string;
  readonly args: readonly string[];
  readonly settings: Readonly<Record<string, string>>;
}

export const deploymentOf = (role: SigningRole): string => `submitter-${role.slice(3).replaceAll("_", "-")}`;

/** Where everything listens: one port for each of these, in this order. */
function plansOf(first: number): readonly Plan[] {
  let next = first + furnishedDomains.length + 4;
  const ops = () => next++;
  const plan = (name: string, job: Target["job"], args: string[], settings: Record<string, string> = {}): Plan => {
    const port = ops();
    const service = name.split(" ")[0] ?? name;
    return { ...{ name, job, args, service, port }, settings: { GX_OPS_PORT: String(port), ...settings } };
  };
  const both = (name: string, job: Target["job"], args: string[]) =>
    [name, `${name} 2`].map((one) => plan(one, job, args));
  return [
    plan("ledger", "ledger", ["ledger"]),
    ...furnishedDomains.map((domain) => plan(`subgraph-${domain}`, "subgraphs", ["subgraphs", domain])),
    ...signingRoles.flatMap((role) => both(deploymentOf(role), "submitter", ["submitter", role])),
    ...both("projector", "projector", ["projector"]),
    plan("gateway", "gateway", ["gateway"]),
  ];
}

export async function newWatched(): Promise<Watched> {
  const home = mkdtempSync(join(process.env["GX_TEST_RUN"] ?? "/tmp", "watched-"));
  const first = await freePort(60);
  const domains = furnishedDomains.length;
  const [gatewayPort, ledgerPort, chaincodePort] = [first + domains, first + domains + 1, first + domains + 2];
  const [database, redis] = await Promise.all([newCluster(), newRedis()]);
  const own = { GX_ENV: "development", GX_HOME: home, GX_PORT_OFFSET: "0" };
  statementSecret(readConfig(environment(own)));
  const shared = {
    ...{ ...own, NODE_OPTIONS: "", LOG_LEVEL: "info", GX_DB_POOL: "4" },
    ...{ DATABASE_URL: database.url, REDIS_URL: redis.url, FABRIC_PROFILE: join(home, "wallets", "profile.json") },
    ...{ STATEMENT_SECRET_FILE: join(home, "keys", "statement"), SUBGRAPH_PORT: String(first) },
    ...{ GATEWAY_PORT: String(gatewayPort), LEDGER_PORT: String(ledgerPort), CHAINCODE_PORT: String(chaincodePort) },
    ...{ RATE_LIMIT: "100000", RATE_BURST: "100000" },
  };
  const plans = plansOf(first);
  const children = new Map<string, ChildProcess>();
  const planOf = (name: string): Plan => {
    const plan = plans.find((one) => one.name === name);
    if (!plan) throw new Error(`${name} is not one of ${plans.map((one) => one.name).join(", ")}`);
    return plan;
  };
  const launch = ({ name, args, settings }: Plan, [program, ...words]: readonly string[]) => {
    // What stands beside the ledger and the gateway has a folder of its own for its pid file.
    const at = name === "ledger" || name === "gateway" ? home : join(home, name.replaceAll(" ", "-"));
    mkdirSync(at, { recursive: true });
    const log = openSync(join(home, `${name.replaceAll(" ", "-")}.log`), "a");
    // The title names the folder, by which the end of a run knows its own.
    const node = [
      `--title=gx ${name} ${at}`,
      "--max-old-space-size=256",
      join(root, "dist", "cli", "index.js"),
      "start",
      ...args,
    ];
    const line = program === undefined ? node : [...words, process.execPath, ...node];
    const env = environment({ ...shared, ...settings, GX_HOME: at });
    const child = spawn(program ?? process.execPath, line, { stdio: ["ignore", log, log], env });
    children.set(name, child);
    if (child.pid !== undefined) noteServer(dirname(home), basename(at) + name, { pid: child.pid, signal: "SIGKILL" });
  };
  const ready = async ({ name, port }: Plan) => {
    await eventually(
      async () => {
        const child = children.get(name);
        if (child?.exitCode !== null) throw new Error(`${name} ended, see ${home}/${name.replaceAll(" ", "-")}.log`);
        return (await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined))?.ok;
      },
      `${name} to be ready`,
      START_MS,
    );
  };
  const start = async (names: readonly string[], prefix: readonly string[] = []) => {
    for (const name of names) launch(planOf(name), prefix);
    await Promise.all(names.map((name) => ready(planOf(name))));
  };
  const kill = async (...names: string[]) => {
    for (const name of names) children.get(name)?.kill("SIGKILL");
    await eventually(
      () =>
        names.every((name) =>
          [children.get(name)?.exitCode, children.get(name)?.signalCode].some((end) => end !== null),
        ),
      `${names.join(", ")} to end`,
    );
  };
  const close = async () => {
    for (const child of children.values()) child.kill("SIGCONT");
    await kill(...children.keys());
    await redis.close();
    await database.close();
  };
  try {
    await start(["ledger"]);
    for (const job of ["subgraphs", "submitter", "projector", "gateway"])
      await start(plans.filter((one) => one.job === job).map(({ name }) => name));
    const gateway = `http://127.0.0.1:${gatewayPort}/graphql`;
    await setUp({ gateway, home, say: () => undefined });
    const people = await newPeople(gateway, home, database);
    const idle = async () => {
      await eventually(
        async () => (await database.pool.query<{ open: number }>(OPEN)).rows[0]?.open === 0,
        "quiet",
        180_000,
      );
    };
    await idle();
    return {
      ...{ home, database, redis, gateway, targets: plans, profilePath: shared.FABRIC_PROFILE },
      ...{ kill, start, idle, close, pay: people.pay, load: newLoad(people.pay) },
      signal: (name, signal) => void children.get(name)?.kill(signal),
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** People with coins, who pay each other. */
async function newPeople(gateway: string, home: string, database: TestCluster) {
  const config = readConfig(environment({ GX_ENV: "development", GX_HOME: home, GX_PORT_OFFSET: "0" }));
  const token = (sub: string, role: string) => developmentToken(config, { sub, roles: [role], ttlSeconds: 7_200 });
  const partner = await token(developmentIdentities.PARTNER_API, "PARTNER_API");
  // The last command, which the next page wants to see.
  let after: string | undefined;
  const ask = async (query: string, by: string) => {
    const response = await fetch(gateway, {
      method: "POST",
      headers: {
        ...{ "content-type": "application/json", authorization: `Bearer ${by}` },
        ...(after !== undefined && query.startsWith("{") ? { "x-gx-after": after } : {}),
      },
      body: JSON.stringify({ query }),
      signal: AbortSignal.timeout(10_000),
    }).catch(() => undefined);
    const text = await response?.text().catch(() => "");
    after = /"commandId":"([^"]+)"/.exec(text ?? "")?.[1] ?? after;
    return response?.status ?? 0;
  };
  const ids = Array.from({ length: 12 }, () => randomUUID());
  const born = ids.map(
    (id) => `mutation { createUser: ${creation(id, "NG")}, idempotencyKey: "${id}") { commandId } }`,
  );
  await Promise.all(born.map((text) => ask(text, partner)));
  const USERS = 'select count(*)::int as users from read."user" where id = any($1)';
  await eventually(
    async () => (await database.pool.query<{ users: number }>(USERS, [ids])).rows[0]?.users === ids.length,
    "people",
    60_000,
  );
  const tokens = await Promise.all(ids.map((id) => token(id, "USER")));
  let turn = 0;
  const once = () => {
    const from = turn++ % ids.length;
    const to = ids[(from + 1 + (turn % 7)) % ids.length] ?? "";
    // A query beside it, as pages ask: cache and reads have something to do.
    const read =
      turn % 4 === 0
        ? ask(`{ user(id: "${ids[from] ?? ""}") { id nationality { code } } }`, tokens[from] ?? "")
        : undefined;
    const text = `mutation { transfer(to: "${to}", amount: "1000", idempotencyKey: "${randomUUID()}") { commandId } }`;
    return Promise.all([ask(text, tokens[from] ?? ""), read]).then(([status]) => status);
  };
  return {
    pay: async (count: number) => {
      const statuses: number[] = [];
      for (let left = count; left > 0; left -= 20)
        statuses.push(...(await Promise.all(Array.from({ length: Math.min(20, left) }, once))));
      return statuses;
    },
  };
}

const newLoad = (pay: (count: number) => Promise<number[]>) => (perSecond: number) => {
  let wanted = true;
  let accepted = 0;
  const running = (async () => {
    while (wanted) {
      const begin = Date.now();
      accepted += (await pay(Math.max(1, Math.round(perSecond / 2)))).filter((status) => status === 200).length;
      await sleep(Math.max(0, 500 - (Date.now() - begin)));
    }
  })();
  return async () => {
    wanted = false;
    await running;
    return accepted;
  };
};

/** Files of a role's pair in the wallet of `home`. */
export const pairOf = (role: SigningRole) => ({
  certificate: `${signers[role].identity}-cert`,
  key: `${signers[role].identity}-key`,
});
