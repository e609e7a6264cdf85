// Random commands through Fabric's gateway: what the chain holds afterwards is what the rules give in this process, transaction by
// transaction, and every invariant holds on its blocks, its state and the rows.
import { commandsIn } from "../../chaos/model/one-sequence.js";
import { replayOnNetwork, runOnNetwork } from "../../chaos/model/run-on-network.js";
import type { Modelled } from "../../chaos/model/run.js";
import { readProfile, type Profile } from "../../platform/profile.js";
import { newDatabase } from "../environment.js";
import { describeOnLedgers, developmentLedger, type LedgerKind } from "../ledgers.js";
import { bundlesWithFaults } from "./planted-bundle.js";
import { planted } from "./planted.js";

async function onFresh<T>(kind: LedgerKind, act: (profile: Profile) => Promise<T>): Promise<T> {
  const ledger = await kind.start();
  try {
    return await act(readProfile(ledger.profilePath));
  } finally {
    await ledger.stop();
  }
}

describeOnLedgers("random commands", (kind) => {
  const COMMANDS = 300;
  let modelled: Modelled;
  beforeAll(async () => {
    modelled = await onFresh(kind, (profile) =>
      runOnNetwork({ profile, commands: COMMANDS, seed: 2, database: newDatabase }),
    );
    const { tally, transactions, conflicts } = modelled;
    console.log(
      `${kind.name}: ${tally.asked()} commands, ${tally.committed()} committed, ${transactions} transactions, ${conflicts} conflicts`,
    );
  }, 180_000);

  it("end, tell, read and write as the rules do in this process", () => {
    expect(modelled.fault).toBeUndefined();
    expect(modelled.tally.asked()).toBeGreaterThanOrEqual(COMMANDS);
  });

  it("are committed and refused, and meet conflicts", () => {
    expect(modelled.tally.committed()).toBeGreaterThanOrEqual(COMMANDS / 3);
    expect(modelled.tally.lines().filter(({ committed }) => committed > 0).length).toBeGreaterThanOrEqual(15);
    expect(modelled.conflicts).toBeGreaterThan(0);
  });
});

it("finds a network whose chaincode judges otherwise, and keeps what shows it", async () => {
  const bundles = bundlesWithFaults();
  try {
    const [fault] = planted;
    const bundle = await bundles.with(fault!);
    const found = await onFresh(developmentLedger, (profile) =>
      runOnNetwork({ profile, commands: 2_000, seed: 2, bundle }),
    );
    expect(found.fault?.check).toMatch(/^network (outcomes|writes)$/);
    const { log = [] } = found.fault ?? {};
    expect(commandsIn(log)).toBeGreaterThan(0);
    const again = await onFresh(developmentLedger, (profile) => replayOnNetwork(log, { profile, bundle }));
    expect(again.fault?.check).toMatch(/^network (outcomes|writes)$/);
    const healthy = await onFresh(developmentLedger, (profile) => replayOnNetwork(log, { profile }));
    expect(healthy.fault).toBeUndefined();
  } finally {
    bundles.remove();
  }
}, 180_000);
