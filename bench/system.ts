// A throw-away system with home and ports of its own, and what a caller of it has: tokens and the graph.
import { spawn, execFileSync, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { removePostgres } from "../cli/ground/postgres.js";

export interface GraphAnswer<T> {
  readonly status: number;
  readonly data: T | null;
  readonly errors: readonly {
    message: string;
    path?: readonly (string | number)[];
    extensions: { code: string; fields?: { path: string; message: string }[] };
  }[];
}

export interface System {
  readonly home: string;
  /** What its processes see beside the environment of the caller. */
  readonly environment: Readonly<Record<string, string>>;
  readonly graphql: string;
  /** File of the connection profile that its processes use. */
  readonly profilePath: string;
  readonly databaseUrl: () => string;
  readonly redisUrl: () => string;
  /** Runs `gx <args>` against this system; throws with its output when it does not end with 0. */
  gx(...args: string[]): string;
  tokens(role: string, subs?: readonly string[]): string[];
  ask<T>(
    query: string,
    variables: Record<string, unknown>,
    token?: string,
    headers?: Readonly<Record<string, string>>,
  ): Promise<GraphAnswer<T>>;
  /** Process id of a part as its pid file says. */
  pid(part: string): number;
  output(): string;
  stop(): Promise<number | null>;
  kill9(): Promise<void>;
  start(...args: string[]): Promise<void>;
  remove(): Promise<void>;
}

/**
 * Starts `gx up` under a folder of its own, `offset` (hundreds) added to every port; `settings` are further settings.
 * The promise fails with the output of `gx up` when it ends before it is ready.
 */
export async function newSystem(
  offset: number,
  settings: Record<string, string> = {},
  ...args: string[]
): Promise<System> {
  const home = mkdtempSync(join(tmpdir(), "gx-system-"));
  // Where this machine has no Redis of its own, one that was unpacked for the usual home serves this one too.
  const unpacked = resolve(".gx", "redis-program");
  if (existsSync(unpacked)) symlinkSync(unpacked, join(home, "redis-program"));
  const own = { GX_HOME: home, GX_PORT_OFFSET: String(offset), NODE_OPTIONS: "", NO_COLOR: "1" };
  // A load comes from a handful of callers.
  const rate = { RATE_LIMIT: "100000", RATE_BURST: "100000" };
  const environment = { ...process.env, ...own, ...rate, ...settings };
  const graphql = `http://127.0.0.1:${4000 + offset}/graphql`;
  let parent: ChildProcess | undefined;
  let output = "";

  async function start(...more: string[]): Promise<void> {
    const child = spawn(process.execPath, ["cli/gx.mjs", "up", ...more], {
      env: environment,
      stdio: ["ignore", "pipe", "pipe"],
    });
    parent = child;
    output = "";
    await new Promise<void>((resolve, reject) => {
      const read = (chunk: Buffer) => {
        output += chunk.toString();
        if (/^GX gateway /m.test(output)) resolve();
      };
      child.stdout.on("data", read);
      child.stderr.on("data", read);
      child.once("exit", (code) => reject(new Error(`gx up ended with ${code}:\n${output}`)));
    });
  }
  const ended = (child: ChildProcess) =>
    new Promise<number | null>((resolve) =>
      child.exitCode !== null ? resolve(child.exitCode) : child.once("exit", resolve),
    );

  const gx = (...words: string[]) =>
    execFileSync(process.execPath, ["cli/gx.mjs", ...words], {
      env: environment,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });

  const system: System = {
    home,
    environment: { ...own, ...settings },
    graphql,
    profilePath: settings["FABRIC_PROFILE"] ?? join(home, "wallets", "profile.json"),
    databaseUrl: () => readFileSync(join(home, "keys", "database-url"), "utf8"),
    redisUrl: () => readFileSync(join(home, "keys", "redis-url"), "utf8").trim(),
    gx,
    tokens: (role, subs = []) =>
      gx("token", "--role", role, ...(subs.length > 0 ? ["--sub", subs.join(",")] : []))
        .trim()
        .split("\n"),
    async ask<T>(
      query: string,
      variables: Record<string, unknown>,
      token?: string,
      headers: Readonly<Record<string, string>> = {},
    ): Promise<GraphAnswer<T>> {
      const response = await fetch(graphql, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          ...headers,
          ...(token ? { authorization: `Bearer ${token}` } : {}),
        },
        body: JSON.stringify({ query, variables }),
      });
      const body = (await response.json()) as { data?: T; errors?: GraphAnswer<T>["errors"] };
      return { status: response.status, data: body.data ?? null, errors: body.errors ?? [] };
    },
    pid: (part) => (JSON.parse(readFileSync(join(home, "pids", `${part}.json`), "utf8")) as { pid: number }).pid,
    output: () => output,
    start,
    async stop() {
      if (!parent) return null;
      parent.kill("SIGTERM");
      return ended(parent);
    },
    async kill9() {
      if (!parent) return;
      parent.kill("SIGKILL");
      await ended(parent);
    },
    async remove() {
      if (parent && parent.exitCode === null && parent.signalCode === null) await system.stop();
      // Under root the database may lie outside the home.
      removePostgres(home);
      rmSync(home, { recursive: true, force: true });
    },
  };
  await start(...args);
  return system;
}

/** Waits until `holds` gives something, asking every `pauseMs`; the error names what was waited for. */
export async function until<T>(
  what: string,
  holds: () => Promise<T | undefined | false>,
  limitMs = 60_000,
  pauseMs = 100,
): Promise<T> {
  const end = Date.now() + limitMs;
  for (;;) {
    const value = await holds();
    if (value) return value;
    if (Date.now() > end) throw new Error(`waited ${limitMs} ms for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
