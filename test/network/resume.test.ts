// Nodes of a real network are killed by SIGKILL while commands flow: the preferred peer, then the orderer, then chaincode.
// How soon it goes on is printed; that nothing is lost or doubled is what must hold.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newNetwork, type ThrowAway } from "../../bench/network.js";
import { main as project } from "../../workers/projector/main.js";
import { main as submit } from "../../workers/submitter/main.js";
import { eventually } from "../environment.js";
import { newProcesses } from "../flow/processes.js";
import { describeOnFabric } from "../ledgers.js";
import { allEnded, expectEndedOnce } from "../scenarios/truth.js";
import { bootstrap, country, person } from "../submitter/world.js";
import { newWritePath, type WritePath } from "../submitter/write-path.js";

const PEOPLE = 40;
const NODES = ["peer0-org1", "orderer0", "chaincode-org1"] as const;
/** At each kill more commands than that are open. */
const OPEN = 50;
const BURST = 200;
/** More than there are connections, so the pool is full; few enough that none waits in vain for one on a busy machine. */
const CALLERS = 40;
const EVERY_MS = 40;
const TRANSFER = "tokenomics.transfer";

describeOnFabric("nodes that are killed", (installation) => {
  const processes = newProcesses();
  let home: string;
  let network: ThrowAway;
  let path: WritePath;
  let people: string[];

  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), "gx-resume-"));
    network = await newNetwork(installation, 100);
    path = await newWritePath(network.network.profilePath);
    const settings = {
      ...{ GX_HOME: home, FABRIC_PROFILE: network.network.profilePath },
      ...{ DATABASE_URL: path.database.url, REDIS_URL: path.redis.url },
    };
    await processes.start(project, settings);
    await processes.start(submit, settings);
    people = await found(path);
  }, 60_000);
  afterAll(async () => {
    await processes.stopAll();
    await path?.close();
    await network?.remove();
    rmSync(home, { recursive: true, force: true });
  });

  it("loses and doubles nothing while each kind of node is killed under load", async () => {
    const load = pour(path, people);
    const told: string[] = [];
    for (const node of NODES) {
      const waiting = await load.burst();
      await eventually(async () => (await stateOf(path)).submitted > 0, "commands on their way");
      expect((await stateOf(path)).open).toBeGreaterThan(OPEN);
      network.network.kill(node, "SIGKILL");
      const since = Date.now();
      const after = async (ids: readonly string[]) => {
        await ended(path, ids);
        return Date.now() - since;
      };
      const [next, all] = await Promise.all([load.next().then(after), after(waiting)]);
      told.push(`${node}: a command accepted after that in ${next} ms, all that were open in ${all} ms`);
    }
    await load.end();
    process.stdout.write(`Killed on Fabric ${installation.version}, commands ended: ${told.join("; ")}\n`);
    expect(told).toHaveLength(NODES.length);
    expect(load.ids.length).toBeGreaterThan(NODES.length * BURST);
    await expectEndedOnce(path, load.ids);
    expect((await path.rows(load.ids)).filter(({ status }) => status !== "COMMITTED")).toEqual([]);
  }, 120_000);
});

/** A system with people who have coins. */
async function found(path: WritePath): Promise<string[]> {
  const people = Array.from({ length: PEOPLE }, person);
  for (const [name, ...inputs] of [
    ["admin.bootstrapSystem", bootstrap],
    ["admin.initializeCountryData", country],
    ["identity.createUser", ...people],
  ] as const) {
    await allEnded(path, await path.accept(name, ...inputs));
  }
  return people.map(({ userId }) => userId);
}

const ended = (path: WritePath, ids: readonly string[]): Promise<boolean> =>
  eventually(
    async () => (await path.rows(ids)).every(({ status }) => status !== "ACCEPTED" && status !== "SUBMITTED"),
    `the end of ${ids.length} commands`,
  );

async function stateOf({ database }: WritePath): Promise<{ open: number; submitted: number }> {
  const { rows } = await database.pool.query<{ open: number; submitted: number }>(
    `select count(*)::int as open, count(*) filter (where status = 'SUBMITTED')::int as submitted from app.command
     where status in ('ACCEPTED', 'SUBMITTED')`,
  );
  return rows[0] ?? { open: 0, submitted: 0 };
}

interface Load {
  /** All that were accepted. */
  readonly ids: readonly string[];
  /** Many at once, beside the steady ones. */
  burst(): Promise<string[]>;
  /** One that is accepted now. */
  next(): Promise<string[]>;
  end(): Promise<void>;
}

/** Transfers that are accepted one after the other until it ends. */
function pour(path: WritePath, people: readonly string[]): Load {
  const ids: string[] = [];
  let isWanted = true;
  let turn = 0;
  const send = async () => {
    const from = people[turn % PEOPLE] ?? "";
    const to = people[(turn + 1 + (turn % 7)) % PEOPLE] ?? "";
    turn += 1;
    const accepted = await path.acceptAs(from, TRANSFER, { to, amount: String(1_000 + turn), remark: null });
    ids.push(...accepted);
    return accepted;
  };
  const inTurn = async () => {
    const accepted: string[] = [];
    for (let sent = 0; sent < BURST / CALLERS; sent += 1) accepted.push(...(await send()));
    return accepted;
  };
  const sending = (async () => {
    while (isWanted) {
      await send();
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    }
  })();
  return {
    ids,
    next: send,
    burst: async () => (await Promise.all(Array.from({ length: CALLERS }, inTurn))).flat(),
    end: async () => {
      isWanted = false;
      await sending;
    },
  };
}
