import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lockHolder, takeLock } from "../../cli/system/lock.js";
import { openLogFile, tailOf } from "../../cli/system/logfile.js";
import { readPid, removePid, runningPart, sweepPids, writePid } from "../../cli/system/pidfile.js";
import { isFree, ownerOf } from "../../cli/system/ports.js";
import { endProcess, isRunning, startOf } from "../../cli/system/processes.js";

let home = "";
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "gx-system-"));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

/** A process that is surely there, and its end. */
async function sleeper(...args: string[]) {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)", ...args], { stdio: "ignore" });
  await new Promise((resolve) => child.once("spawn", resolve));
  const pid = child.pid ?? 0;
  return { pid, end: () => endProcess({ pid, started: startOf(pid) ?? "" }, "SIGKILL", 5_000) };
}

describe("the lock", () => {
  it("names the process that holds it", () => {
    const release = takeLock(home);
    expect(() => takeLock(home)).toThrow(`a system already runs on ${home} as process ${process.pid}`);
    release();
    takeLock(home)();
  });

  it("is taken over from a process that is gone, and from a later one with its number", () => {
    writeFileSync(join(home, "lock"), JSON.stringify({ pid: process.pid, started: "another life" }));
    expect(lockHolder(home)).toBeUndefined();
    takeLock(home)();
    expect(existsSync(join(home, "lock"))).toBe(false);
  });

  it("is taken over when it is torn", () => {
    writeFileSync(join(home, "lock"), '{"pid":');
    takeLock(home)();
  });
});

describe("pid files", () => {
  it("find a process by number, start time and command line", async () => {
    const { pid, end } = await sleeper("start", "gateway");
    writePid(home, "gateway", pid, 4000);
    writePid(home, "projector", pid, 9091);
    expect(runningPart(home, "gateway")).toEqual({ pid, started: startOf(pid), port: 4000 });
    expect(runningPart(home, "projector")).toBeUndefined();
    await end();
    expect(runningPart(home, "gateway")).toBeUndefined();
    sweepPids(home);
    expect(readdirSync(join(home, "pids"))).toEqual([]);
  });

  it("do not take a later process for the earlier one", () => {
    mkdirSync(join(home, "pids"));
    const file = { pid: process.pid, started: "another life", port: 1 };
    writeFileSync(join(home, "pids", "gateway.json"), JSON.stringify(file));
    expect(runningPart(home, "gateway")).toBeUndefined();
  });

  it("are removed only by the process they name", () => {
    writePid(home, "up", process.pid, 0);
    removePid(home, "up", process.pid + 1);
    expect(readPid(home, "up")?.pid).toBe(process.pid);
    removePid(home, "up", process.pid);
    expect(readPid(home, "up")).toBeUndefined();
  });
});

describe("processes", () => {
  it("are killed when they do not end by themselves", async () => {
    const stubborn = "process.on('SIGTERM', () => {}); process.stdout.write('on'); setInterval(() => {}, 1000)";
    const child = spawn(process.execPath, ["-e", stubborn], { stdio: ["ignore", "pipe", "ignore"] });
    await new Promise((resolve) => child.stdout.once("data", resolve));
    const seen = { pid: child.pid ?? 0, started: startOf(child.pid ?? 0) ?? "" };
    expect(isRunning(seen)).toBe(true);
    await endProcess(seen, "SIGTERM", 100);
    expect(isRunning(seen)).toBe(false);
  });
});

describe("ports", () => {
  it("are free or name who has them", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const [free, owner] = [await isFree("127.0.0.1", port), ownerOf(port)];
    await new Promise((resolve) => server.close(resolve));
    expect(free).toBe(false);
    expect(owner).toContain(process.platform === "linux" ? `process ${process.pid} (` : "another program");
    expect(await isFree("127.0.0.1", port)).toBe(true);
  });
});

describe("log files", () => {
  it("keep five files of the given size, none of them larger, and lose no line between two", () => {
    const log = openLogFile(home, "gateway", 100);
    for (let n = 100; n < 200; n += 1) log.write(Buffer.from(`line number ${n}\n`));
    log.close();
    const names = readdirSync(join(home, "logs")).sort();
    expect(names).toEqual(["gateway.log", ...[1, 2, 3, 4].map((n) => `gateway.log.${n}`)]);
    const files = [...names.slice(1).reverse(), "gateway.log"].map((name) =>
      readFileSync(join(home, "logs", name), "utf8"),
    );
    expect(Math.max(...files.map(({ length }) => length))).toBeLessThanOrEqual(100);
    const numbers = files.join("").match(/\d+/g)?.map(Number) ?? [];
    expect(numbers.at(-1)).toBe(199);
    expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] ?? 0) + index));
  });

  it("show their last words to people", () => {
    const log = openLogFile(home, "gateway");
    log.write(Buffer.from(`{"message":"Process could not start","error":{"message":"no database"}}\nplain words\n`));
    log.close();
    expect(tailOf(home, "gateway")).toContain("Process could not start: no database\n  plain words");
  });
});
