// How a command reaches the process that looks after a network: a Unix socket, one request and lines of JSON as answer.
// Open to the owner of the folder only.
import { createHash } from "node:crypto";
import { chmodSync, rmSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { GxError, messageOf } from "../platform/errors.js";
import { networkFault } from "./errors.js";

export interface Request {
  /** Name of what is asked. */
  ask: string;
  /** What it is asked with. */
  with?: unknown;
}

/** Answers one kind of request; `say` hands on what happens meanwhile. */
export type Answer = (given: unknown, say: (line: string) => void) => Promise<unknown>;

type Line = { said: string } | { answer: unknown } | { fault: string };

// The path of a Unix socket has at most some 104 bytes, on any system.
const LONGEST = 100;

/** `home` is the network's own folder. */
export function controlPath(home: string): string {
  const path = join(home, "control.sock");
  if (path.length <= LONGEST) return path;
  return join(tmpdir(), `gx-network-${createHash("sha256").update(home).digest("hex").slice(0, 16)}.sock`);
}

/** Serves requests until it is closed. @throws GxError NETWORK when the socket cannot be made */
export async function serveControl(home: string, answers: Readonly<Record<string, Answer>>): Promise<() => void> {
  const path = controlPath(home);
  // Only the holder of the network's lock comes here, so an old socket is nobody's.
  rmSync(path, { force: true });
  const server = createServer((socket) => void serve(socket, answers));
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => reject(networkFault(`${path} cannot be made: ${messageOf(error)}`, error)));
    server.listen(path, resolve);
  });
  chmodSync(path, 0o600);
  return () => {
    server.close();
    rmSync(path, { force: true });
  };
}

async function serve(socket: Socket, answers: Readonly<Record<string, Answer>>): Promise<void> {
  socket.on("error", () => undefined);
  const write = (line: Line) => socket.write(`${JSON.stringify(line)}\n`);
  try {
    const { ask, with: given } = await requestOf(socket);
    const answer = answers[ask];
    if (!answer) throw networkFault(`the running network does not know "${ask}"; restart it: gx network down, then up`);
    write({ answer: (await answer(given, (said) => write({ said }))) ?? null });
  } catch (error) {
    write({ fault: messageOf(error) });
  }
  socket.end();
}

async function requestOf(socket: Socket): Promise<Request> {
  for await (const line of createInterface({ input: socket })) return JSON.parse(line) as Request;
  throw networkFault("the request was cut short");
}

/**
 * Asks the process that looks after the network of `home`; undefined when none does.
 * @throws GxError NETWORK with the text of what went wrong there
 */
export async function askControl(
  home: string,
  request: Request,
  say: (line: string) => void = () => undefined,
): Promise<unknown> {
  const socket = connect(controlPath(home));
  try {
    await new Promise<void>((resolve, reject) => socket.once("connect", resolve).once("error", reject));
  } catch {
    return undefined;
  }
  socket.write(`${JSON.stringify(request)}\n`);
  for await (const text of createInterface({ input: socket })) {
    const line = JSON.parse(text) as Line;
    if ("said" in line) say(line.said);
    else if ("answer" in line) return line.answer;
    else throw new GxError("NETWORK", line.fault);
  }
  throw networkFault("the network ended before it answered");
}
