// gx start ledger --endorse-twice: chaincode that is not deterministic is told as what it is.
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { main } from "../../cli/ledger-process.js";
import { readConfig, root } from "../../platform/config.js";
import { openConnection } from "../../platform/connection.js";
import { actAs, FabricError } from "../../platform/fabric.js";
import { createHealth, opsRoutes } from "../../platform/health.js";
import { readProfile } from "../../platform/profile.js";
import { readIdentity } from "../../platform/wallet.js";
import { classOf } from "../../workers/submitter/classes.js";
import { freePort } from "../environment.js";
import { newLines, newMetrics } from "../platform/parts.js";

let home: string;
let installation: string;
let steps: (() => unknown)[] = [];
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "gx-endorse-twice-"));
  // Where the shim is found. The chaincode is that of the ledger's own suite: one of its functions writes a random value.
  installation = mkdtempSync(join(root, "node_modules", ".gx-endorse-twice-"));
  mkdirSync(join(installation, "dist"));
  cpSync(join(root, "test", "ledger", "chaincode"), join(installation, "dist", "peer"), { recursive: true });
});
afterEach(async () => {
  for (const step of steps.reverse()) await step();
  steps = [];
  for (const folder of [home, installation]) rmSync(folder, { recursive: true, force: true });
});

/** The class of the failure with which a submitter meets a random value; undefined where it is endorsed. */
async function metRandom(...args: string[]): Promise<string | undefined> {
  const ports = { LEDGER_PORT: await freePort(), CHAINCODE_PORT: await freePort() };
  const env = Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, String(port)]));
  const config = { ...readConfig({ GX_ENV: "development", GX_HOME: home, ...env }, "ledger"), root: installation };
  const [metrics, health] = [newMetrics(), createHealth("0")];
  const release = (_: string, step: () => unknown) => void steps.push(step);
  await main({ config, log: newLines("silent").log, metrics, health, ops: opsRoutes(health, metrics), release }, args);
  const profile = readProfile(config.fabricProfile);
  const connection = openConnection(profile);
  steps.push(() => connection.close());
  const endorsing = actAs(connection, readIdentity(profile, "org1-partner-api")).endorse("putRandom", "key");
  return endorsing.then(
    () => undefined,
    (error: unknown) => (error instanceof FabricError ? classOf(error) : String(error)),
  );
}

it("meets a chaincode that is not deterministic as MISMATCH", async () => {
  expect(await metRandom("--endorse-twice")).toBe("MISMATCH");
});

it("endorses once unless it is asked to", async () => {
  expect(await metRandom()).toBeUndefined();
});
