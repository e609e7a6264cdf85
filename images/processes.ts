// Starts what an image holds as a pod would: its entry point, its user, a read-only tree, settings from outside; until it is ready,
// and until it has ended. Never takes a file from the repository.
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { launch, type Running } from "../cli/system/running.js";
import { GxError } from "../platform/errors.js";
import type { Built } from "./build.js";
import type { User } from "./user.js";

export interface Start {
  readonly name: string;
  /** Behind the entry point, as 'args' of a manifest. */
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** /readyz is asked there; for one without that port, whether it listens at `listens`. */
  readonly opsPort?: number;
  readonly listens?: number;
}

export interface Started {
  readonly name: string;
  readonly args: readonly string[];
  readonly readySeconds: number;
  /** Stops it by SIGTERM; seconds until its end. @throws GxError START when its exit status is not 0 */
  end(): Promise<number>;
}

const READY_MS = 90_000;
const END_MS = 30_000;

/** @throws GxError START with the last words */
export async function start({ image, root }: Built, user: User, asked: Start): Promise<Started> {
  const begin = Date.now();
  const words = lastWords();
  const running = await open({ image, root }, user, asked, words.take);
  const ended = endOf(running);
  while (!(await isReady(asked))) {
    const reason = ended.reason();
    if (reason === undefined && Date.now() - begin < READY_MS) await sleep(100);
    else throw await notReady(asked, running, `${reason ?? `was not ready in ${READY_MS / 1_000} s`}: ${words.text()}`);
  }
  return {
    ...{ name: asked.name, args: asked.args, readySeconds: (Date.now() - begin) / 1_000 },
    end: async () => {
      const asking = Date.now();
      await running.stop();
      const reason = await running.exited;
      if (!endedWell.test(reason)) throw new GxError("START", `${asked.name} ${reason}: ${words.text()}`);
      return (Date.now() - asking) / 1_000;
    },
  };
}

/** Runs a command of the image to its end. @throws GxError START with the last words unless it ends with 0 */
export async function carryOut(built: Built, user: User, asked: Start): Promise<string> {
  const words = lastWords();
  const running = await open(built, user, asked, words.take);
  const reason = await running.exited;
  if (!endedWell.test(reason)) throw new GxError("START", `${asked.name} ${reason}: ${words.text()}`);
  return words.text();
}

const endedWell = /status 0$/;

function open({ image, root }: Built, { uid, gid }: User, asked: Start, output: (chunk: Buffer) => void) {
  const [program = "", ...first] = image.entrypoint.map((word) => (word.startsWith("/") ? join(root, word) : word));
  const folder = image.steps.findLast((step) => step.kind === "workdir")?.folder ?? "/";
  return launch({
    command: program === "node" ? process.execPath : program,
    args: [...first, ...asked.args],
    options: {
      cwd: join(root, folder),
      env: { ...image.environment, ...asked.environment },
      ...(uid === undefined || gid === undefined ? {} : { uid, gid }),
    },
    rule: { signal: "SIGTERM", limitMs: END_MS },
    output,
  });
}

function endOf({ exited }: Running) {
  let reason: string | undefined;
  void exited.then((text) => (reason = text));
  return { reason: () => reason };
}

async function notReady({ name }: Start, running: Running, why: string): Promise<GxError> {
  running.kill();
  await running.exited;
  return new GxError("START", `${name} ${why}`);
}

async function isReady({ opsPort, listens }: Start): Promise<boolean> {
  if (opsPort === undefined) return isListening(listens ?? 0);
  const answer = await fetch(`http://127.0.0.1:${opsPort}/readyz`).catch(() => undefined);
  await answer?.arrayBuffer().catch(() => undefined);
  return answer?.status === 200;
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" }, () => resolve(socket.destroy() !== undefined));
    socket.on("error", () => resolve(false));
  });
}

const WORDS = 4_000;

function lastWords() {
  let text = "";
  return { take: (chunk: Buffer) => void (text = (text + String(chunk)).slice(-WORDS)), text: () => text.trim() };
}
