// A Kubernetes control plane of its own for one suite: etcd, API server and, where asked, controllers, scheduler and played nodes.
// Everything listens on 127.0.0.1 with certificates made for this run, and is gone afterwards. Never touches a cluster that exists.
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { issue, openRoot, type Pair } from "../../../ledger/certificates.js";
import { freePort } from "../../../ledger/ports.js";
import { programPath, type Program } from "../programs.js";

export const controlPlane = ["etcd", "kube-apiserver", "kubectl"] as const satisfies readonly Program[];
/** What moves objects: replicas are made, placed, and become ready on nodes that nobody runs. */
export const movers = ["kube-controller-manager", "kube-scheduler", "kwok"] as const satisfies readonly Program[];

export interface ClusterOptions {
  /** Default false: nothing but the API server, so that what is applied stays as it was applied. */
  moving?: boolean;
  /** Further arguments of the API server. */
  apiServer?: readonly string[];
}

export interface Answer {
  code: number;
  out: string;
  err: string;
}

export interface Cluster {
  /** For files of the suite; removed at the end. */
  folder: string;
  port: number;
  kubeconfig: string;
  /** What the client said, whatever its exit code. `input` goes to its standard input. */
  ask(args: readonly string[], input?: string): Promise<Answer>;
  /** Its output. @throws Error with what it said when it failed */
  kubectl(args: readonly string[], input?: string): Promise<string>;
  /** Lines that the client writes until the returned function is called. */
  watch(args: readonly string[], line: (text: string) => void): () => void;
  /** Milliseconds from the first start until everything answered. */
  readyMs: number;
  stop(): Promise<void>;
}

export async function startCluster({ moving = false, apiServer = [] }: ClusterOptions = {}): Promise<Cluster> {
  const begin = Date.now();
  const folder = mkdtempSync(join(tmpdir(), "gx-kube-"));
  const port = await freePort();
  const kubeconfig = await writeKeys(folder, port);
  const started: ChildProcess[] = [];
  const start = (name: Program, args: readonly string[]) => {
    const child = launch(folder, name, args);
    started.push(child);
    return child;
  };
  const stop = async () => {
    for (const child of started.reverse()) await end(child);
    rmSync(folder, { recursive: true, force: true });
  };
  const { ask, watch } = client(kubeconfig);
  const ready = async (child: ChildProcess, name: Program, answers: () => Promise<boolean>) => {
    for (const deadline = Date.now() + 60_000; !(await answers()); await pause(50)) {
      if (child.exitCode === null && Date.now() < deadline) continue;
      throw new Error(`${name} does not answer: ${readFileSync(join(folder, `${name}.log`), "utf8").slice(-2000)}`);
    }
  };
  try {
    const store = await startStore(start, folder);
    await ready(store.child, "etcd", store.answers);
    const api = start("kube-apiserver", [...apiArguments(folder, port, store.url), ...apiServer]);
    await ready(api, "kube-apiserver", async () => (await ask(["get", "--raw", "/readyz"])).code === 0);
    if (moving) startMovers(start, folder, kubeconfig);
  } catch (error) {
    await stop();
    throw error;
  }
  const kubectl = async (args: readonly string[], input?: string) => {
    const { code, out, err } = await ask(args, input);
    if (code !== 0) throw new Error(`kubectl ${args.join(" ")}: ${err}${out}`);
    return out;
  };
  return { folder, port, kubeconfig, ask, kubectl, watch, readyMs: Date.now() - begin, stop };
}

type Start = (name: Program, args: readonly string[]) => ChildProcess;

async function startStore(start: Start, folder: string) {
  const [clients, peers] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${clients}`;
  const peer = `http://127.0.0.1:${peers}`;
  const child = start("etcd", [
    ...["--data-dir", join(folder, "etcd"), "--unsafe-no-fsync"],
    ...["--listen-client-urls", url, "--advertise-client-urls", url],
    ...["--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster", `default=${peer}`],
  ]);
  const answers = () =>
    fetch(`${url}/health`).then(
      (answer) => answer.ok,
      () => false,
    );
  return { url, child, answers };
}

const apiArguments = (folder: string, port: number, store: string): string[] => [
  ...["--bind-address", "127.0.0.1", "--advertise-address", "127.0.0.1", "--secure-port", String(port)],
  ...["--etcd-servers", store, "--storage-media-type", "application/json"],
  ...["--tls-cert-file", join(folder, "server.crt"), "--tls-private-key-file", join(folder, "server.key")],
  ...["--client-ca-file", join(folder, "ca.crt"), "--authorization-mode", "RBAC"],
  ...["--service-cluster-ip-range", "10.96.0.0/16", "--service-account-issuer", "https://kubernetes.default.svc"],
  ...["--service-account-key-file", join(folder, "accounts.pub")],
  ...["--service-account-signing-key-file", join(folder, "accounts.key")],
  "--endpoint-reconciler-type=none",
];

function startMovers(start: Start, folder: string, kubeconfig: string): void {
  start("kube-controller-manager", [
    ...["--kubeconfig", kubeconfig, "--leader-elect=false", "--secure-port=0"],
    ...["--service-account-private-key-file", join(folder, "accounts.key"), "--root-ca-file", join(folder, "ca.crt")],
    // A suite waits for what the controllers do next; their own pauses are for clusters of thousands.
    ...["--horizontal-pod-autoscaler-sync-period=1s", "--kube-api-qps=200", "--kube-api-burst=400"],
    // Whoever plays the nodes shows their signs of life late on a busy machine.
    "--node-monitor-grace-period=600s",
  ]);
  const quick = ["--kube-api-qps=200", "--kube-api-burst=400"];
  start("kube-scheduler", ["--kubeconfig", kubeconfig, "--leader-elect=false", "--secure-port=0", ...quick]);
  start("kwok", ["--kubeconfig", kubeconfig, "--manage-all-nodes=true"]);
}

/** Certificates, the key of service accounts, and a kubeconfig of the administrator; returns its path. */
async function writeKeys(folder: string, port: number): Promise<string> {
  const ca = await openRoot(join(folder, "ca.pem"), "gx test CA", "gx");
  const write = (name: string, { certificate, key }: Pair) => {
    writeFileSync(join(folder, `${name}.crt`), certificate);
    writeFileSync(join(folder, `${name}.key`), key, { mode: 0o600 });
  };
  write("ca", ca);
  write("server", await issue(ca, { commonName: "kube-apiserver", unit: "", mspId: "gx", serverTls: true }));
  // The organization of a client's certificate is its group.
  write("admin", await issue(ca, { commonName: "admin", unit: "", mspId: "system:masters" }));
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  writeFileSync(join(folder, "accounts.pub"), publicKey.export({ type: "spki", format: "pem" }));
  writeFileSync(join(folder, "accounts.key"), privateKey.export({ type: "pkcs1", format: "pem" }), { mode: 0o600 });
  const file = join(folder, "kubeconfig");
  writeFileSync(file, JSON.stringify(kubeconfigOf(folder, port)), { mode: 0o600 });
  return file;
}

const kubeconfigOf = (folder: string, port: number) => ({
  apiVersion: "v1",
  kind: "Config",
  clusters: [
    {
      name: "test",
      cluster: { server: `https://127.0.0.1:${port}`, "certificate-authority": join(folder, "ca.crt") },
    },
  ],
  users: [
    {
      name: "admin",
      user: { "client-certificate": join(folder, "admin.crt"), "client-key": join(folder, "admin.key") },
    },
  ],
  contexts: [{ name: "test", context: { cluster: "test", user: "admin" } }],
  "current-context": "test",
});

function launch(folder: string, name: Program, args: readonly string[]): ChildProcess {
  const program = programPath(name);
  const home = join(folder, "home");
  mkdirSync(home, { recursive: true });
  const log = openSync(join(folder, `${name}.log`), "a");
  const child = spawn(program, args, { cwd: folder, env: { ...process.env, HOME: home }, stdio: ["ignore", log, log] });
  closeSync(log);
  child.on("error", () => undefined);
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  const late = setTimeout(() => child.kill("SIGKILL"), 3_000);
  await ended;
  clearTimeout(late);
}

/** The client with this kubeconfig, and a folder of its own for what it remembers. */
function client(kubeconfig: string): Pick<Cluster, "ask" | "watch"> {
  const program = programPath("kubectl");
  const env = { ...process.env, KUBECONFIG: kubeconfig, KUBECACHEDIR: `${kubeconfig}.cache` };
  return {
    ask: (args, input) =>
      new Promise((resolve) => {
        const child = execFile(program, [...args], { env, maxBuffer: 1 << 28 }, (error, out, err) => {
          resolve({ code: error === null ? 0 : Number(error.code ?? 1) || 1, out, err });
        });
        child.stdin?.on("error", () => undefined);
        child.stdin?.end(input ?? "");
      }),
    watch: (args, line) => {
      const child = spawn(program, [...args, "--watch"], { env, stdio: ["ignore", "pipe", "ignore"] });
      createInterface({ input: child.stdout }).on("line", line);
      return () => void child.kill("SIGTERM");
    },
  };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
