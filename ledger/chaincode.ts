// The chaincode as a service: runs `fabric-chaincode-node server` as a child, dials it like a peer, restarts both.
// The child ends by itself when this process is gone (its standard input closes).
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { connect, createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Client, credentials } from "@grpc/grpc-js";
import { converse, type ChaincodeStream, type Completion, type Invocation } from "./chaincode-stream.js";
import { ledgerFault } from "./errors.js";
import type { Log } from "./log.js";
import { forget, remember, stillRunning } from "./processes.js";

export interface ChaincodeOptions {
  /** Folder with package.json whose main exports the contracts. */
  path: string;
  /** Package id under which the chaincode registers. */
  id: string;
  mspId: string;
  /** 0 = any free port. */
  port: number;
  /** File that remembers the child's pid. */
  pidFile: string;
  /** How long one execution may take. */
  executeTimeoutMs: number;
  log: Log;
  onProcess: (pid: number) => void;
}

export interface Chaincode {
  execute(invocation: Invocation): Promise<Completion>;
  pid(): number | undefined;
  ready(): boolean;
  stop(): Promise<void>;
}

const LAUNCH_MS = 15_000;
const STABLE_MS = 30_000;
const LONGEST_PAUSE_MS = 5_000;

/**
 * Starts the child and resolves when it has registered.
 * @throws GxError LEDGER with the child's last words when it does not come up.
 */
export async function startChaincode(options: ChaincodeOptions): Promise<Chaincode> {
  await claim(options);
  const address = `127.0.0.1:${options.port === 0 ? await freePort() : options.port}`;
  const waiting = new Set<() => void>();
  let child: ChildProcess | undefined;
  let stream: ChaincodeStream | undefined;
  let words: string[] = [];
  let stopping = false;

  const run = async (): Promise<void> => {
    words = [];
    const started = spawnChild(options, address, (line) => (words = [...words.slice(-9), line]));
    child = started;
    const exited = new Promise<void>((resolve) => started.once("exit", () => resolve()));
    if (started.pid !== undefined) {
      remember(options.pidFile, started.pid);
      options.onProcess(started.pid);
    }
    let alive = true;
    void exited.then(() => (alive = false));
    while (alive) {
      await dialOnce(address, options.id, (open) => {
        stream = open;
        for (const wake of waiting) wake();
      });
      stream = undefined;
      if (alive) await pause(25);
    }
    child = undefined;
  };

  const supervise = async (): Promise<void> => {
    for (let failures = 0; !stopping;) {
      const since = Date.now();
      await run();
      if (stopping) return;
      failures = Date.now() - since > STABLE_MS ? 0 : failures + 1;
      const wait = failures === 1 ? 0 : Math.min(LONGEST_PAUSE_MS, 50 * 2 ** failures);
      options.log.warn({ said: words, restartInMs: wait }, "chaincode process ended");
      await pause(wait);
    }
  };

  const launched = (): Promise<ChaincodeStream> =>
    new Promise((resolve, reject) => {
      const wake = (): void => {
        if (!stream) return;
        clearTimeout(timer);
        waiting.delete(wake);
        resolve(stream);
      };
      const timer = setTimeout(() => {
        waiting.delete(wake);
        reject(new Error(`could not launch chaincode ${options.id}: connection to ${address} refused`));
      }, LAUNCH_MS);
      waiting.add(wake);
      wake();
    });

  const stop = async (): Promise<void> => {
    stopping = true;
    if (child) await end(child);
    await supervision;
    forget(options.pidFile);
  };

  const supervision = supervise();
  try {
    await launched();
  } catch (cause) {
    const said = words.join("\n");
    await stop();
    throw ledgerFault(`the chaincode in ${options.path} did not come up; it said: ${said || "nothing"}`, cause);
  }
  return {
    execute: async (invocation) => (stream ?? (await launched())).execute(invocation, options.executeTimeoutMs),
    pid: () => child?.pid,
    ready: () => stream !== undefined,
    stop,
  };
}

/** Ends an own child left over by a crash; refuses a port that somebody else holds. */
async function claim({ path, pidFile, port }: ChaincodeOptions): Promise<void> {
  if (!existsSync(join(path, "package.json"))) {
    throw ledgerFault(`there is no chaincode in ${path} (package.json is missing); run: npm run build`);
  }
  const left = stillRunning(pidFile);
  if (left !== undefined) process.kill(left, "SIGKILL");
  // The child of a ledger that was just killed may need a moment to notice.
  for (let tries = 0; port !== 0 && (await isTaken(port)); tries += 1) {
    if (tries === 40) throw ledgerFault(`port ${port} for the chaincode is taken by another program`);
    await pause(50);
  }
}

// The shim's own command line. `--import` lets it end when standard input closes, so no child outlives its ledger.
const END_WITH_PARENT = 'data:text/javascript,process.stdin.resume().on("end",()=>process.exit(0))';

function spawnChild(
  { path, id, mspId, log }: ChaincodeOptions,
  address: string,
  hear: (line: string) => void,
): ChildProcess {
  const shim = createRequire(import.meta.url).resolve("fabric-shim/cli.js");
  const argv = ["--no-deprecation", "--max-semi-space-size=8", "--import", END_WITH_PARENT, shim, "server"];
  const child = spawn(process.execPath, [...argv, "--chaincode-address", address, "--chaincode-id", id], {
    cwd: path,
    stdio: ["pipe", "pipe", "pipe"],
    // Contracts see no setting and no secret of this process.
    env: { PATH: process.env["PATH"] ?? "", CORE_PEER_LOCALMSPID: mspId, CORE_CHAINCODE_LOGGING_LEVEL: "error" },
  });
  const say = (data: Buffer): void => {
    for (const line of data.toString().split("\n")) {
      if (line.trim() === "") continue;
      hear(line);
      log.warn({ line }, "chaincode said");
    }
  };
  child.stdout?.on("data", say);
  child.stderr?.on("data", say);
  child.stdin?.on("error", () => undefined);
  child.on("error", (error) => hear(error.message));
  return child;
}

/** One connection, from dialling to its loss. */
async function dialOnce(address: string, id: string, opened: (stream: ChaincodeStream) => void): Promise<void> {
  const client = new Client(address, credentials.createInsecure(), {
    "grpc.max_receive_message_length": -1,
    "grpc.max_send_message_length": -1,
    "grpc.initial_reconnect_backoff_ms": 25,
    "grpc.max_reconnect_backoff_ms": 100,
    "grpc.use_local_subchannel_pool": 1,
  });
  const same = (bytes: Buffer): Buffer => bytes;
  const stream = client.makeBidiStreamRequest("/protos.Chaincode/Connect", same, same);
  const lost = new Promise<void>((resolve) => stream.once("close", resolve).once("error", () => resolve()));
  try {
    opened(await converse(stream, id));
    await lost;
  } catch {
    // Not up yet, or up as somebody else: the caller dials again.
  } finally {
    stream.cancel();
    client.close();
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((resolve) => child.once("exit", resolve));
  child.stdin?.end();
  const timer = setTimeout(() => child.kill("SIGKILL"), 2_000);
  await exited;
  clearTimeout(timer);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

function isTaken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" }, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
