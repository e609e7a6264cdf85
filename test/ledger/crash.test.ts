// A real ledger process is killed under load and its block file torn: what was reported committed stays committed.
import { spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { appendFileSync, rmSync } from "node:fs";
import { createInterface } from "node:readline";
import { join } from "node:path";
import { readIdentity } from "../../platform/wallet.js";
import type { Profile } from "../../platform/profile.js";
import { chainFaults, code, heightOf, readBlocks } from "./chain-reader.js";
import { connectAs, type Connection } from "./client.js";
import { eventually } from "../environment.js";
import { newHome, removeHome } from "./fixture.js";

interface Running {
  child: ChildProcess;
  port: number;
  chaincodePid: number;
  profile: Profile;
}

const CLIENTS = 50;

describe("a ledger process", () => {
  let home: string;
  let running: Running;

  beforeEach(async () => {
    home = newHome();
    running = await start(home, 0);
  });
  afterEach(async () => {
    await killed(running.child, "SIGTERM");
    removeHome(home);
  });

  it("killed under 50 clients, with its block file torn, loses nothing that it reported committed", async () => {
    const reported = new Map<string, bigint>();
    let connection = connect(running.profile);
    const load = loaded(connection, reported);
    await eventually(() => reported.size > 300);
    await killed(running.child, "SIGKILL");
    await load;
    connection.close();
    appendFileSync(join(home, "blocks"), randomBytes(1_000));

    running = await start(home, running.port);
    connection = connect(running.profile);
    const blocks = await readBlocks(connection.network, 0, await heightOf(connection.network));
    expect(chainFaults(blocks)).toEqual([]);
    const committed = new Map(
      blocks.flatMap(({ number, transactions }) => transactions.map(([id, of]) => [id, [BigInt(number), of]])),
    );
    for (const [txId, block] of reported) expect(committed.get(txId)).toEqual([block, code.VALID]);
    const keys: unknown = JSON.parse(await connection.ask("keys", "load-", "load."));
    expect(keys).toHaveLength([...committed.values()].filter(([, of]) => of === code.VALID).length - 1);
    await connection.contract.submitTransaction("put", "after", "1");
    expect(await connection.ask("get", "after")).toBe("1");
    connection.close();
  });

  it("killed leaves no chaincode process behind", async () => {
    const { chaincodePid } = running;
    await killed(running.child, "SIGKILL");
    await eventually(() => !isAlive(chaincodePid));
  });

  it("comes back without its snapshot, and with it, on the same chain", async () => {
    let connection = connect(running.profile);
    for (let at = 0; at < 20; at += 1) await connection.contract.submitTransaction("add", "sum", "1");
    const before = await readBlocks(connection.network, 0, await heightOf(connection.network));
    connection.close();
    for (const without of ["nothing", "snapshot"]) {
      await killed(running.child, "SIGTERM");
      rmSync(join(home, without), { force: true });
      running = await start(home, running.port);
      connection = connect(running.profile);
      expect(await readBlocks(connection.network, 0, before.length)).toEqual(before);
      expect(await connection.ask("get", "sum")).toBe("20");
      connection.close();
    }
  });
});

async function start(home: string, port: number): Promise<Running> {
  const child = spawn(
    process.execPath,
    ["--import", "tsx", join(import.meta.dirname, "ledger-process.ts"), home, String(port)],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  if (!child.stdout) throw new Error("no output to read");
  const [line] = (await once(createInterface(child.stdout), "line")) as [string];
  const { port: bound, chaincodePid, profile } = JSON.parse(line) as Omit<Running, "child">;
  return { child, port: bound, chaincodePid, profile };
}

async function killed(child: ChildProcess, signal: "SIGKILL" | "SIGTERM"): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  child.kill(signal);
  await exit;
}

const connect = (profile: Profile): Connection => connectAs(profile, readIdentity(profile, "org1-admin"));

/** Clients that submit new keys one after the other until a call fails; what was reported is kept with its block. */
async function loaded({ contract }: Connection, reported: Map<string, bigint>): Promise<void> {
  let next = 0;
  const client = async (): Promise<void> => {
    for (;;) {
      const commit = await contract.submitAsync("put", { arguments: [`load-${(next += 1)}`, "1"] });
      const status = await commit.getStatus();
      if (status.successful) reported.set(commit.getTransactionId(), status.blockNumber);
    }
  };
  await Promise.allSettled(Array.from({ length: CLIENTS }, client));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
