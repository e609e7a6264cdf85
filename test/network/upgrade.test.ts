// The chaincode of a real network is replaced while commands flow: what only the newer one knows waits, nothing fails.
import { randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { signers, signingRoles } from "../../catalogue/roles.js";
import { functions, WIRE_VERSION } from "../../catalogue/wire.js";
import { startNetwork, type Network } from "../../network/network.js";
import type { Installation } from "../../network/programs.js";
import type { NetworkState } from "../../network/state.js";
import { eventually } from "../environment.js";
import { describeOnFabric, identities, ourChaincode } from "../ledgers.js";
import { buildOlder, withoutTransfer, type OlderChaincode } from "../older-chaincode.js";
import { startSubmitter, type SubmitterProcess } from "../submitter/child.js";
import { bootstrap, country, onLedger, person } from "../submitter/world.js";
import { newWritePath, type LedgerOutcome, type WritePath } from "../submitter/write-path.js";

const question = JSON.stringify({ version: WIRE_VERSION, name: "systemStatus", args: {} });
const proof = { name: functions.query, arguments: [question] };
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
const names = Object.fromEntries(signingRoles.map((role) => [role, signers[role].identity]));

describeOnFabric("an upgrade under load", suite);

function suite(installation: Installation): void {
  let older: OlderChaincode;
  let home: string;
  let network: Network;
  let path: WritePath;
  let submitter: SubmitterProcess;
  const users = Array.from({ length: 8 }, person);

  const start = () =>
    startNetwork({ home, installation, chaincode: { path: older.path, proof }, identities, names, log: quiet });
  beforeAll(async () => {
    older = buildOlder(withoutTransfer);
    home = mkdtempSync(join(tmpdir(), "gx-upgrade-"));
    network = await start();
    path = await newWritePath(network.profilePath);
    submitter = await startSubmitter({ ...path, home });
    await onLedger(path, [
      ...(await path.accept("admin.bootstrapSystem", bootstrap)),
      ...(await path.accept("admin.initializeCountryData", country)),
    ]);
    await onLedger(path, await path.accept("identity.createUser", ...users));
  }, 180_000);
  afterAll(async () => {
    await submitter.end("SIGKILL");
    await path.close();
    await network.stop();
    older.remove();
    rmSync(home, { recursive: true });
  });

  const chaincode = async () =>
    (JSON.parse((await submitter.get("/readyz")).body || "{}") as { chaincode?: string }).chaincode;

  /** Payments, which the older chaincode does not know, and new users, which it does, until it is ended. */
  function load() {
    const ids: string[] = [];
    let going = true;
    const flowing = (async () => {
      for (let turn = 0; going; turn += 1) {
        const [payer, payee] = [users[turn % users.length], users[(turn + 1) % users.length]];
        if (!payer || !payee) throw new Error("nobody pays");
        const payment = { to: payee.userId, amount: "1000", remark: null };
        ids.push(...(await path.acceptAs(payer.userId, "tokenomics.transfer", payment)));
        ids.push(...(await path.acceptAs(randomUUID(), "identity.createUser", person())));
        await sleep(15);
      }
    })();
    return {
      ids,
      end: async () => {
        going = false;
        await flowing;
      },
    };
  }

  const firsts = (outcomes: readonly LedgerOutcome[], ids: readonly string[]) =>
    outcomes.filter(({ commandId, repeatOf }) => repeatOf === undefined && ids.includes(commandId));

  /** Each once, committed, and none of them ever counted as a failure. */
  async function expectWhole(ids: readonly string[], outcomes: readonly LedgerOutcome[]): Promise<void> {
    const found = firsts(outcomes, ids);
    expect(found.filter(({ status }) => status !== "committed")).toEqual([]);
    expect(found.map(({ commandId }) => commandId).sort()).toEqual([...ids].sort());
    expect((await path.rows(ids)).filter(({ status, failures }) => status === "FAILED" || failures > 0)).toEqual([]);
  }

  it("upgrades under load: what the older chaincode does not know waits and then goes, nothing is lost, doubled or failed", async () => {
    expect(network.chaincode()).toMatchObject({ name: "gx", version: older.version, sequence: 1, previous: undefined });
    expect(await chaincode()).toContain("holds back tokenomics.transfer (unknown to the channel)");
    const flow = load();
    await eventually(() => flow.ids.length > 40, "load before the upgrade");
    const payments = flow.ids.filter((_, index) => index % 2 === 0);
    await eventually(
      async () =>
        (await path.rows(payments.slice(0, 5))).every(({ last_error }) => last_error?.startsWith("HELD_BACK")),
      "payments to be held back",
    );
    const begin = Date.now();
    await network.upgrade({ path: ourChaincode.path });
    const took = Date.now() - begin;
    await eventually(async () => !(await chaincode())?.includes("holds back"), "nothing to be held back");
    await flow.end();
    const outcomes = await onLedger(path, flow.ids, 60_000);
    await expectWhole(flow.ids, outcomes);
    const paid = firsts(outcomes, flow.ids).filter(({ command }) => command === "tokenomics.transfer");
    for (const { userId } of users) {
      const own = flow.ids.filter(
        (id, index) => index % 2 === 0 && users[(index / 2) % users.length]?.userId === userId,
      );
      expect(paid.filter(({ commandId }) => own.includes(commandId)).map(({ commandId }) => commandId)).toEqual(own);
    }
    process.stderr.write(
      `Fabric ${installation.version}: chaincode upgraded in ${took} ms under load; ${flow.ids.length} commands, ` +
        `of which ${paid.length} waited or went with the new one: all committed once, 0 failed\n`,
    );
  }, 180_000);

  it("says which definition stands, runs it after a restart, and puts the previous one back under load", async () => {
    const before = network.chaincode();
    expect(before).toMatchObject({ sequence: 2, previous: older.version });
    expect(Object.keys(before.packages)).toEqual(["Org1MSP", "Org2MSP"]);
    expect(before.packages["Org1MSP"]).toMatch(/^gx_.*:[0-9a-f]{64}$/);
    await network.restart();
    const again = await path.accept("identity.createUser", person());
    await expectWhole(again, await onLedger(path, again, 60_000));

    const flow = load();
    await eventually(() => flow.ids.length > 20, "load before");
    await network.upgrade("previous");
    expect(network.chaincode()).toMatchObject({ version: older.version, sequence: 3, previous: before.version });
    await eventually(async () => (await chaincode())?.includes("holds back"), "payments to be held back");
    await flow.end();
    await network.upgrade("previous");
    expect(network.chaincode()).toMatchObject({ version: before.version, sequence: 4 });
    await expectWhole(flow.ids, await onLedger(path, flow.ids, 60_000));
    expect(network.nodes().map(({ name, state }) => [name, state])).toEqual(
      ["orderer0", "peer0-org1", "peer0-org2", "chaincode-org1", "chaincode-org2"].map((name) => [name, "running"]),
    );
  }, 180_000);

  it("ends an upgrade at the next start that was cut short after its commit, as the channel says", async () => {
    await network.stop();
    const file = join(home, "network", "network.json");
    const { chaincode: coming, previous, ...state } = JSON.parse(readFileSync(file, "utf8")) as NetworkState;
    writeFileSync(file, JSON.stringify({ ...state, chaincode: previous, coming }));
    network = await start();
    expect(network.chaincode()).toMatchObject({ ...coming, previous: older.version });
    const ids = await path.accept("identity.createUser", person());
    await expectWhole(ids, await onLedger(path, ids, 60_000));
  }, 180_000);
}
