// Three Redis with a Sentinel each, started on this machine by the scripts and settings of mainnet's ConfigMap and users of the
// example that is shipped; only addresses, ports and folders are ours.
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Redis } from "ioredis";
import { z } from "zod";
import { findRedis } from "../../../cli/ground/redis-programs.js";
import { root } from "../../../platform/config.js";
import { eventually, freePort, runFolder } from "../../environment.js";
import { folderOf, render } from "../manifests.js";
import { serverOf, type Server } from "./processes.js";

const HOST = "127.0.0.1";
const MEMBERS = [0, 1, 2];

export interface Sentinels {
  /** REDIS_URL for a user of users.acl. */
  readonly url: (user: string) => string;
  /** Port of the primary that a majority of the Sentinels names. */
  readonly primary: () => Promise<number>;
  /** Clients of the member, as a user that may all. */
  readonly member: (port: number) => Redis;
  readonly kill: (port: number) => Promise<void>;
  readonly start: (port: number) => void;
  close(): Promise<void>;
}

/** Data of a ConfigMap of mainnet, by file. */
export function configOf(name: string): Record<string, string> {
  const found = render(folderOf("mainnet")).find(
    ({ kind, metadata }) => kind === "ConfigMap" && metadata.name === name,
  );
  return z.record(z.string(), z.string()).parse(found?.["data"]);
}

/** Writes a ConfigMap as the folder that a pod would see. */
export function mounted(folder: string, files: Readonly<Record<string, string>>): string {
  mkdirSync(folder, { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  return folder;
}

/** The users of the example with passwords, and one for the suite, which looks and flushes. */
function users(): string {
  const example = readFileSync(join(root, "k8s", "base", "redis", "users.acl.example"), "utf8");
  return `${example.replace(/>[A-Z]+_PASSWORD/g, ">secret")}user suite on >secret ~* &* +@all\n`;
}

export async function startSentinels(): Promise<Sentinels> {
  const folder = mkdtempSync(join(runFolder(), "sentinels-"));
  const first = await freePort(6);
  const settings = configOf("redis-config");
  const own = `bind ${HOST}\n`;
  const config = mounted(join(folder, "config"), {
    ...settings,
    "overlay.conf": `${settings["overlay.conf"]}${own}`,
    "sentinel.conf": `${settings["sentinel.conf"]}${own}`,
  });
  const secrets = mounted(join(folder, "secrets"), { "users.acl": users() });
  const { command, env } = await findRedis(join(root, ".gx"));
  const started = (index: number, script: string): Server => {
    const data = join(folder, `data-${index}`);
    mkdirSync(data, { recursive: true });
    const places = { CONFIG_DIR: config, SECRETS_DIR: secrets, DATA_DIR: data, REDIS_SERVER: command };
    const names = { POD_NAME: HOST, FIRST_POD: HOST, FIRST_PORT: String(first) };
    const ports = { REDIS_PORT: String(first + index), SENTINEL_PORT: String(first + 3 + index) };
    const args = [join(config, script)];
    const environment = { ...env, ...places, ...names, ...ports };
    return serverOf(folder, { name: `${script}-${index}`, command: "sh", args, env: environment });
  };
  const servers = MEMBERS.map((index) => started(index, "start-redis.sh"));
  const sentinels = MEMBERS.map((index) => started(index, "start-sentinel.sh"));
  for (const server of [...servers, ...sentinels]) server.start();
  const clients = MEMBERS.flatMap((index) => [first + index, first + 3 + index]).map((port) => {
    const client = new Redis({ port, username: "suite", password: "secret", retryStrategy: () => 50 });
    client.on("error", () => undefined);
    return { port, client };
  });
  const member = (port: number): Redis => {
    const found = clients.find((each) => each.port === port);
    if (!found) throw new Error(`no member has port ${port}`);
    return found.client;
  };
  const serverAt = (port: number): Server => {
    const server = servers[port - first];
    if (!server) throw new Error(`no member has port ${port}`);
    return server;
  };
  const named = async (index: number) => {
    const address = await member(first + 3 + index).call("SENTINEL", "get-master-addr-by-name", "gx");
    return Number((address as string[])[1]);
  };
  const primary = async () => {
    const ports = await Promise.all(MEMBERS.map((index) => named(index).catch(() => 0)));
    return ports.find((port) => port !== 0 && ports.filter((each) => each === port).length >= 2) ?? 0;
  };
  await eventually(async () => (await primary()) === first, "the Sentinels");
  const standbys = async () => /min_slaves_good_slaves:2/.test(await member(first).info("replication"));
  await eventually(standbys, "both standbys", 30_000);
  const quorum = async () => /OK 3/.test(String(await member(first + 3).call("SENTINEL", "ckquorum", "gx")));
  await eventually(() => quorum().catch(() => false), "the Sentinels to know each other", 30_000);
  return {
    ...{ primary, member },
    url: (user) => `redis+sentinel://${user}:secret@${HOST}:${first + 3}/gx?sentinel=${HOST}:${first + 4}`,
    kill: (port) => serverAt(port).kill(),
    start: (port) => serverAt(port).start(),
    close: async () => {
      for (const { client } of clients) client.disconnect();
      await Promise.all([...servers, ...sentinels].map((server) => server.kill()));
    },
  };
}
