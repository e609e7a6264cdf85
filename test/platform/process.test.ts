import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../environment.js";

interface Line {
  level: string;
  message: string;
  [field: string]: unknown;
}

let home = "";
let port = 0;
const children: ChildProcess[] = [];

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), "gx-process-"));
  port = await freePort();
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  rmSync(home, { recursive: true, force: true });
});

function start(main: string, more: Record<string, string> = {}) {
  const child = spawn(process.execPath, ["--import", "tsx", "test/platform/process-child.ts", main], {
    env: {
      ...process.env,
      GX_ENV: "development",
      GX_HOME: home,
      DATABASE_URL: "postgresql://127.0.0.1/none",
      PROJECTOR_PORT: String(port),
      ...more,
    },
  });
  children.push(child);
  const lines: Line[] = [];
  let output = "";
  const waiting: { message: string; resolve: () => void }[] = [];
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString();
    const whole = output.split("\n");
    output = whole.pop() ?? "";
    lines.push(...whole.map((line) => JSON.parse(line) as Line));
    for (const { message, resolve } of waiting) if (lines.some((line) => line.message === message)) resolve();
  });
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  return {
    child,
    lines,
    ended,
    messages: () => lines.map(({ message }) => message),
    said: (message: string) =>
      new Promise<void>((resolve) => {
        waiting.push({ message, resolve });
        if (lines.some((line) => line.message === message)) resolve();
      }),
  };
}

it("releases in reverse order on SIGTERM and ends with 0", async () => {
  const { child, ended, said, messages } = start("works");
  await said("Process started");
  expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200);
  child.kill("SIGTERM");
  expect(await ended).toBe(0);
  expect(messages()).toEqual([
    "Process started",
    "Process draining",
    "released second",
    "released first",
    "Process ended",
  ]);
});

it("releases what stands and ends with 1 when it cannot start", async () => {
  const { ended, lines, messages } = start("cannotStart");
  expect(await ended).toBe(1);
  expect(messages()).toEqual(["Process could not start", "released first", "Process ended"]);
  expect(lines[0]).toMatchObject({ level: "FATAL", error: { message: "no such luck" } });
});

it("says what was left when the drain takes too long, and ends with 1", async () => {
  const { child, ended, said, lines } = start("hangs", { GX_DRAIN_MS: "200" });
  await said("Process started");
  child.kill("SIGTERM");
  expect(await ended).toBe(1);
  expect(lines.at(-1)).toMatchObject({
    message: "Drain took too long",
    left: ["health and metrics", "quick", "stuck"],
  });
});

it("goes on releasing after a step that fails, and ends with 1", async () => {
  const { child, ended, said, messages } = start("failsToRelease");
  await said("Process started");
  child.kill("SIGINT");
  expect(await ended).toBe(1);
  expect(messages().slice(-3)).toEqual(["Release failed", "released good", "Process ended"]);
});

it("logs a defect once with its stack and ends with 1", async () => {
  const { ended, lines } = start("hasDefect");
  expect(await ended).toBe(1);
  const fatal = lines.filter(({ level }) => level === "FATAL");
  expect(fatal).toHaveLength(1);
  expect(fatal[0]).toMatchObject({ message: "Unexpected error", error: { message: "a defect" } });
});

it("drains on a signal while it still starts", async () => {
  const { child, ended, said } = start("isImpatient");
  await said("starting slowly");
  child.kill("SIGTERM");
  expect(await ended).toBe(0);
});

it("ends at once on the second signal", async () => {
  const { child, ended, said } = start("hangs", { GX_DRAIN_MS: "60000" });
  await said("Process started");
  child.kill("SIGTERM");
  await said("Process draining");
  child.kill("SIGTERM");
  expect(await ended).toBe(1);
});

it("names the port that is taken", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  try {
    const { ended, lines } = start("works");
    expect(await ended).toBe(1);
    expect(lines[0]).toMatchObject({
      error: { message: expect.stringContaining(`cannot listen on 127.0.0.1:${port}`) as string },
    });
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
});
