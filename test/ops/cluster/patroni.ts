// Three PostgreSQL under Patroni, started on this machine by the script, settings and users of mainnet's ConfigMap, with etcd
// in the place of Kubernetes' endpoints; only addresses, ports, folders and sizes are ours.
import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { nobody } from "../../../cli/ground/postgres-programs.js";
import { eventually, freePort, runFolder } from "../../environment.js";
import { programPath } from "../programs.js";
import { isAlive } from "../../servers.mjs";
import { serverOf, type Server } from "./processes.js";
import { configOf, mounted } from "./sentinel.js";

const HOST = "127.0.0.1";
const MEMBERS = [0, 1, 2];

export interface PatroniCluster {
  /** Address of a user of users.sh at a member. */
  readonly url: (user: string, member: number) => string;
  /** Member that says by its own port that it is the primary; undefined: none does. */
  readonly primary: () => Promise<number | undefined>;
  /** Of a member's Patroni, as text. */
  readonly metrics: (member: number) => Promise<string>;
  /** Ends Patroni and PostgreSQL of a member at once. */
  readonly kill: (member: number) => Promise<void>;
  readonly start: (member: number) => void;
  readonly synchronous: () => Promise<number>;
  close(): Promise<void>;
}

const passwords = ["api", "submitter", "projector", "migrate"];

function secretsIn(folder: string): string {
  const urls = passwords.map((user) => [`url-${user}`, `postgresql://gx_${user}:secret-${user}@h:5432/gx_protocol`]);
  const made = mounted(join(folder, "secrets"), {
    ...Object.fromEntries(urls),
    superuser: "it's secret",
    replication: "secret-replication",
  });
  const [key, certificate] = [join(made, "tls.key"), join(made, "tls.crt")];
  const subject = ["-subj", "/CN=postgres-primary", "-days", "2"];
  execFileSync(
    "openssl",
    ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, ...subject],
    {
      stdio: "ignore",
    },
  );
  return made;
}

interface Ports {
  readonly postgres: number;
  readonly rest: number;
}

/** The shipped settings with the places of this machine; a machine for tests has less memory. */
function placed(text: string, folder: string, config: string, { postgres, rest }: Ports): string {
  const settings = parse(text) as {
    restapi: object;
    bootstrap: { post_bootstrap: string };
    postgresql: { parameters: object; pg_hba: string[] };
  };
  const secrets = join(folder, "..", "secrets");
  return stringify({
    ...settings,
    restapi: { ...settings.restapi, listen: `${HOST}:${rest}` },
    bootstrap: { ...settings.bootstrap, post_bootstrap: `sh ${join(config, "users.sh")}` },
    postgresql: {
      ...settings.postgresql,
      listen: `${HOST}:${postgres}`,
      data_dir: join(folder, "data"),
      pgpass: join(folder, "pgpass"),
      parameters: {
        ...settings.postgresql.parameters,
        unix_socket_directories: folder,
        ssl_cert_file: join(secrets, "tls.crt"),
        ssl_key_file: join(secrets, "tls.key"),
        shared_buffers: "32MB",
        max_wal_size: "256MB",
        wal_keep_size: "64MB",
      },
    },
  });
}

function ownedBy(user: { uid: number; gid: number } | undefined, path: string): void {
  if (user) chownSync(path, user.uid, user.gid);
}

export async function startPatroni(): Promise<PatroniCluster> {
  const user = nobody;
  const folder = mkdtempSync(join(runFolder(), "patroni-"));
  chmodSync(folder, 0o755);
  const first = await freePort(8);
  const [etcdPort, etcdPeer] = [first + 6, first + 7];
  const settings = configOf("postgres-config");
  const secrets = secretsIn(folder);
  for (const file of readdirSync(secrets)) {
    chmodSync(join(secrets, file), 0o600);
    ownedBy(user, join(secrets, file));
  }
  const etcdUrl = `http://${HOST}:${etcdPort}`;
  const etcdData = join(folder, "etcd");
  mkdirSync(etcdData, { mode: 0o700 });
  const peerUrl = `http://${HOST}:${etcdPeer}`;
  const etcd = serverOf(folder, {
    name: "etcd",
    command: programPath("etcd"),
    args: [
      ...["--data-dir", etcdData, "--listen-client-urls", etcdUrl, "--advertise-client-urls", etcdUrl],
      ...["--listen-peer-urls", peerUrl, "--initial-advertise-peer-urls", peerUrl],
      ...["--initial-cluster", `default=${peerUrl}`, "--unsafe-no-fsync"],
    ],
    env: process.env,
  });
  etcd.start();
  const members = MEMBERS.map((index): Server => {
    const own = join(folder, `member-${index}`);
    mkdirSync(own);
    ownedBy(user, own);
    const ports = { postgres: first + index, rest: first + 3 + index };
    const config = join(own, "config");
    const { "kubernetes.yaml": _, "patroni.yaml": patroni = "", ...rest } = settings;
    mounted(config, {
      ...rest,
      "patroni.yaml": placed(patroni, own, config, ports),
      "kubernetes.yaml": stringify({ etcd3: { hosts: [`${HOST}:${etcdPort}`] } }),
    });
    const places = { CONFIG_DIR: config, SECRETS_DIR: secrets, RUN_DIR: join(own, "run") };
    const names = { PATRONI_NAME: `postgres-${index}`, PATRONI_KUBERNETES_POD_IP: HOST, HOME: own };
    const env = {
      ...{ PATH: `${process.env["PATH"] ?? ""}`, LC_ALL: "C.UTF-8", ...places, ...names },
      ...{ PATRONI_PORT: String(ports.rest), POSTGRES_PORT: String(ports.postgres), PATRONI: programPath("patroni") },
    };
    return serverOf(folder, {
      name: `postgres-${index}`,
      command: "sh",
      args: [join(config, "start-postgres.sh")],
      env,
      user,
    });
  });
  for (const member of members) member.start();
  const rest = (member: number, path: string) =>
    fetch(`http://${HOST}:${first + 3 + member}${path}`, { signal: AbortSignal.timeout(2_000) });
  const is = (member: number, path: string) =>
    rest(member, path).then(
      async (answer) => {
        await answer.body?.cancel();
        return answer.status === 200;
      },
      () => false,
    );
  const which = async (path: string) => {
    const found = await Promise.all(MEMBERS.map((member) => is(member, path)));
    return MEMBERS.filter((member) => found[member]);
  };
  return {
    url: (name, member) =>
      `postgresql://${name}:secret-${name.replace("gx_", "")}@${HOST}:${first + member}/gx_protocol?sslmode=no-verify`,
    primary: async () => (await which("/primary"))[0],
    synchronous: async () => (await which("/synchronous")).length,
    metrics: async (member) => (await rest(member, "/metrics")).text(),
    kill: async (member) => {
      await members[member]?.kill();
      endAtOnce(postmasterIn(join(folder, `member-${member}`, "data")));
    },
    start: (member) => members[member]?.start(),
    close: async () => {
      await Promise.all(members.map((member) => member.kill("SIGTERM")));
      for (const index of MEMBERS) endAtOnce(postmasterIn(join(folder, `member-${index}`, "data")));
      await etcd.kill();
    },
  };
}

/** PostgreSQL is no child of Patroni; undefined: none runs there. */
function postmasterIn(data: string): number | undefined {
  const file = join(data, "postmaster.pid");
  return existsSync(file) ? Number(readFileSync(file, "utf8").split("\n")[0]) : undefined;
}

function endAtOnce(pid: number | undefined): void {
  if (pid !== undefined && isAlive(pid)) process.kill(pid, "SIGKILL");
}

/** Waits until one is primary and a standby has what it commits. */
export const settled = (cluster: PatroniCluster): Promise<number> =>
  eventually(
    async () => {
      const primary = await cluster.primary();
      return primary !== undefined && (await cluster.synchronous()) === 1 ? primary + 1 : undefined;
    },
    "a primary with a synchronous standby",
    120_000,
  ).then((found) => found - 1);
