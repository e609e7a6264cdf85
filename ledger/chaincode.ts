// The chaincode as a service: keeps its process running, dials it like a peer, hands out executions.
import { setTimeout as pause } from "node:timers/promises";
import { Client, credentials } from "@grpc/grpc-js";
import { claimChaincode, startProcess, type ChaincodeProcess, type ProcessOptions } from "./chaincode-process.js";
import { converse, type ChaincodeStream, type Completion, type Invocation } from "./chaincode-stream.js";
import { ledgerFault } from "./errors.js";
import { freePort } from "./ports.js";

export interface ChaincodeOptions extends ProcessOptions {
  /** How long one execution may take. */
  executeTimeoutMs: number;
  /** Told each time the process (re)starts. */
  onProcess: (pid: number) => void;
}

export interface Chaincode {
  /** Waits for a chaincode that is just being started again. @throws as ChaincodeStream.execute, or when none comes. */
  execute(invocation: Invocation): Promise<Completion>;
  pid(): number | undefined;
  ready(): boolean;
  stop(): Promise<void>;
}

const LAUNCH_MS = 15_000;
const STABLE_MS = 30_000;
const LONGEST_PAUSE_MS = 5_000;
const FIRST_TRIES = 3;

/** Starts the process; resolves when it has registered. @throws GxError LEDGER with its last words when it does not. */
export async function startChaincode(given: ChaincodeOptions): Promise<Chaincode> {
  const options = { ...given, port: given.port === 0 ? await freePort() : given.port };
  await claimChaincode(options);
  const link = newLink();
  const supervisor = supervise(options, link);
  try {
    await Promise.race([link.opened(), supervisor.failed]);
  } catch (cause) {
    const said = supervisor.said();
    await supervisor.stop();
    throw ledgerFault(`the chaincode in ${options.path} did not come up; it said: ${said}`, cause);
  }
  return {
    execute: async (invocation) => (await link.opened()).execute(invocation, options.executeTimeoutMs),
    pid: supervisor.pid,
    ready: () => link.stream() !== undefined,
    stop: supervisor.stop,
  };
}

/** The one stream to the chaincode, while there is one, and who waits for it. */
interface Link {
  stream(): ChaincodeStream | undefined;
  set(stream: ChaincodeStream | undefined): void;
  opened(): Promise<ChaincodeStream>;
  /** Lets nobody wait any longer. */
  close(): void;
}

interface Waiting {
  resolve(stream: ChaincodeStream): void;
  refuse(): void;
}

function newLink(): Link {
  const waiting = new Set<Waiting>();
  let current: ChaincodeStream | undefined;
  return {
    stream: () => current,
    set: (stream) => {
      current = stream;
      if (stream) for (const one of waiting) one.resolve(stream);
    },
    opened: async () => {
      if (current) return current;
      let one: Waiting | undefined;
      let timer: NodeJS.Timeout | undefined;
      try {
        return await new Promise<ChaincodeStream>((resolve, reject) => {
          const refuse = (): void => reject(new Error("could not launch chaincode: connection refused"));
          one = { resolve, refuse };
          waiting.add(one);
          timer = setTimeout(refuse, LAUNCH_MS);
        });
      } finally {
        clearTimeout(timer);
        if (one) waiting.delete(one);
      }
    },
    close: () => {
      for (const one of waiting) one.refuse();
    },
  };
}

interface Supervisor {
  pid(): number | undefined;
  said(): string;
  /** Rejects when the process ended several times and was never connected. */
  failed: Promise<never>;
  stop(): Promise<void>;
}

function supervise(options: ChaincodeOptions, link: Link): Supervisor {
  let stopping = false;
  let connected = false;
  let current: ChaincodeProcess | undefined;
  let giveUp: (error: Error) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => (giveUp = reject));
  failed.catch(() => undefined);
  let tellStopped: () => void = () => undefined;
  const stopped = new Promise<void>((resolve) => (tellStopped = resolve));

  const runOnce = async (): Promise<void> => {
    const process = startProcess(options);
    current = process;
    if (process.pid !== undefined) options.onProcess(process.pid);
    while (process.alive()) {
      await dialOnce(options, (stream) => {
        connected = true;
        link.set(stream);
      });
      link.set(undefined);
      if (process.alive()) await Promise.race([pause(25), process.ended]);
    }
  };
  const loop = async (): Promise<void> => {
    for (let failures = 0; !stopping;) {
      const since = Date.now();
      await runOnce();
      failures = Date.now() - since > STABLE_MS ? 1 : failures + 1;
      if (failures === FIRST_TRIES && !connected) giveUp(new Error("the process ends again and again"));
      const restartInMs = failures === 1 ? 0 : Math.min(LONGEST_PAUSE_MS, 50 * 2 ** failures);
      if (!stopping) options.log.warn({ said: current?.said(), restartInMs }, "chaincode process ended");
      if (!stopping) await Promise.race([pause(restartInMs, undefined, { ref: false }), stopped]);
    }
  };
  const running = loop();
  return {
    pid: () => (current?.alive() ? current.pid : undefined),
    said: () => current?.said() ?? "nothing",
    failed,
    stop: async () => {
      stopping = true;
      tellStopped();
      link.close();
      await current?.stop();
      await running;
    },
  };
}

/** One connection, from dialling to its loss. */
async function dialOnce({ port, id }: ChaincodeOptions, opened: (stream: ChaincodeStream) => void): Promise<void> {
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure(), {
    "grpc.max_receive_message_length": -1,
    "grpc.max_send_message_length": -1,
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
