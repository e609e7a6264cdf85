// Processes of the system as a cluster runs them: each a child with ports of its own, health on the ops port, and 5 s to
// settle; whatever they stand on is behind a proxy, so that it can be taken away.
import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { furnishedDomains } from "../../../catalogue/index.js";
import { readConfig, root, type ProcessName } from "../../../platform/config.js";
import { developmentToken } from "../../../platform/devkeys.js";
import { readProfile, writeProfile } from "../../../platform/profile.js";
import { eventually, freePort } from "../../environment.js";
import { ADMIN, newWorld, type World } from "../../submitter/world.js";
import { newTcpProxy, type TcpProxy } from "../../tcp-proxy.js";
import { newService, type Service } from "./service.js";

export interface Readiness {
  readonly ok: boolean;
  readonly body: Readonly<Record<string, unknown>> & { checks: { name: string; ok: boolean; detail: string }[] };
}

export interface Replica {
  readonly name: string;
  readonly process: ProcessName;
  /** First of its service ports. */
  readonly port: number;
  readonly child: ChildProcess;
  readonly lines: readonly { message: string }[];
  /** As it was seen last, at most some 100 ms ago; undefined while nobody answers. */
  seen(): Readiness | undefined;
  isReady(): boolean;
  /** Leads all that it serves. */
  leads(): boolean;
  /** Leads some of it. */
  holdsLock(): boolean;
  /** Answers of /livez that were not 200, after the first that was. */
  readonly deaths: readonly number[];
  /** Sends SIGTERM; the exit status and after how many seconds. */
  end(): Promise<{ status: number | null; seconds: number }>;
}

export interface Replicas {
  readonly world: World;
  readonly proxies: { readonly database: TcpProxy; readonly redis: TcpProxy; readonly ledger: TcpProxy };
  /** One for each domain, before all subgraph processes. */
  readonly services: readonly Service[];
  /** Starts one; resolves when it is ready. */
  start(process: ProcessName, settings?: Readonly<Record<string, string>>): Promise<Replica>;
  /** Those that run. */
  all(process: ProcessName): Replica[];
  token(): Promise<string>;
  close(): Promise<void>;
}

const LOOK_MS = 100;
const START_MS = 120_000;

export async function newReplicas(): Promise<Replicas> {
  const world = await newWorld({ batchTimeoutMs: 50 });
  const running: Replica[] = [];
  let closing = false;
  let started = 0;
  const proxies = {
    database: await newTcpProxy(Number(new URL(world.database.url).port)),
    redis: await newTcpProxy(Number(new URL(world.redis.url).port)),
    ledger: await newTcpProxy(Number(readProfile(world.profilePath).peers[0]?.address.split(":")[1])),
  };
  const all = (process: ProcessName) => running.filter((replica) => replica.process === process);
  const services: Service[] = [];
  for (const at of furnishedDomains.keys()) {
    const ready = () => all("subgraphs").filter((replica) => replica.isReady());
    services.push(await newService(() => ready().map(({ port }) => port + at)));
  }
  const shared = settingsOf(world, proxies, services);
  const start: Replicas["start"] = async (process, settings = {}) => {
    const home = join(world.home, `replica-${++started}`);
    mkdirSync(home, { recursive: true });
    mkdirSync(join(world.home, "keys"), { recursive: true, mode: 0o700 });
    symlinkSync(join(world.home, "keys"), join(home, "keys"));
    const port = await freePort(furnishedDomains.length + 1);
    const ops = port + furnishedDomains.length;
    const ports = { SUBGRAPH_PORT: String(port), GATEWAY_PORT: String(port), GX_OPS_PORT: String(ops) };
    const child = spawn(globalThis.process.execPath, [join(root, "dist", "cli", "index.js"), "start", process], {
      stdio: ["ignore", "pipe", "inherit"],
      env: { PATH: globalThis.process.env["PATH"], GX_HOME: home, ...shared, ...ports, ...settings },
    });
    const replica = watched(child, { process, port, ops, name: `${process} ${all(process).length + 1}` });
    running.push(replica);
    child.once("exit", () => void running.splice(running.indexOf(replica), 1));
    await eventually(
      () => {
        if (child.exitCode !== null) throw new Error(`${process} ended: ${JSON.stringify(replica.lines.slice(-3))}`);
        return replica.isReady();
      },
      `${replica.name} to be ready`,
      START_MS,
    );
    return replica;
  };
  return {
    ...{ world, proxies, services, start, all },
    token: () => {
      const config = readConfig({ GX_ENV: "development", GX_HOME: world.home });
      return developmentToken(config, { sub: ADMIN, roles: ["ADMIN", "PARTNER_API"], ttlSeconds: 3_600 });
    },
    close: async () => {
      if (closing) return;
      closing = true;
      for (const proxy of Object.values(proxies)) await proxy.pass();
      await Promise.all(
        [...running].map(async ({ child }) => {
          const over = new Promise((resolve) => child.once("exit", resolve));
          child.kill("SIGKILL");
          await over;
        }),
      );
      for (const service of services) await service.close();
      for (const proxy of Object.values(proxies)) await proxy.close();
      await world.close();
    },
  };
}

function settingsOf(world: World, proxies: Replicas["proxies"], services: readonly Service[]): Record<string, string> {
  const behind = (url: string, { port }: TcpProxy) => Object.assign(new URL(url), { port: String(port) }).href;
  const profile = readProfile(world.profilePath);
  const profilePath = join(world.home, "proxied.json");
  const peers = profile.peers.map((peer) => ({
    ...{ ...peer, tlsHostname: peer.tlsHostname ?? "localhost" },
    address: `127.0.0.1:${proxies.ledger.port}`,
  }));
  writeProfile(profilePath, { ...profile, peers });
  const urls = furnishedDomains.map((domain, at) => `${domain}=http://127.0.0.1:${services[at]?.port}/graphql`);
  return {
    ...{ GX_ENV: "development", GX_SETTLE_MS: "5000", LOG_LEVEL: "info", SUBGRAPH_URLS: urls.join() },
    ...{ DATABASE_URL: behind(world.database.url, proxies.database), FABRIC_PROFILE: profilePath },
    ...{ REDIS_URL: behind(world.redis.url, proxies.redis), GX_PROJECTOR_MAX_LAG_MS: "5000" },
    // One caller asks for all.
    ...{ RATE_LIMIT: "1000000", RATE_BURST: "1000000" },
  };
}

interface Watched {
  readonly process: ProcessName;
  readonly name: string;
  readonly port: number;
  readonly ops: number;
}

function watched(child: ChildProcess, { process, name, port, ops }: Watched): Replica {
  const lines: { message: string }[] = [];
  const deaths: number[] = [];
  let seen: Readiness | undefined;
  let lived = false;
  if (child.stdout)
    createInterface({ input: child.stdout }).on("line", (line) => lines.push(JSON.parse(line) as { message: string }));
  const isOver = () => child.exitCode !== null || child.signalCode !== null;
  const look = async () => {
    const [ready, alive] = await Promise.all([asked(ops, "/readyz"), asked(ops, "/livez")]);
    seen = ready && { ok: ready.status === 200, body: JSON.parse(ready.text) as Readiness["body"] };
    if (alive?.status === 200) lived = true;
    else if (alive && lived) deaths.push(alive.status);
    if (!isOver()) setTimeout(() => void look(), LOOK_MS);
    else seen = undefined;
  };
  void look();
  return {
    ...{ name, process, port, child, lines, deaths },
    seen: () => seen,
    isReady: () => seen?.ok === true,
    leads: () => leading(seen).every(Boolean),
    holdsLock: () => leading(seen).some(Boolean),
    end: async () => {
      const begin = performance.now();
      const over = new Promise<number | null>((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      const status = await over;
      return { status, seconds: (performance.now() - begin) / 1_000 };
    },
  };
}

/** Of each lock that it may hold, whether it does. */
function leading(seen: Readiness | undefined): boolean[] {
  const roles = seen?.body["roles"];
  if (roles === undefined) return [seen?.body["leader"] === true];
  return Object.values(roles as Record<string, string>).map((state) => state === "leader");
}

async function asked(port: number, path: string): Promise<{ status: number; text: string } | undefined> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { signal: AbortSignal.timeout(2_000) });
    return { status: response.status, text: await response.text() };
  } catch {
    return undefined;
  }
}
