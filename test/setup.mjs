// Gives a jest run a folder of its own, where suites note the servers that they start; never starts one itself.
import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { clearDeadRuns, RUN_PREFIX } from "./servers.mjs";

export default async function setup() {
  await clearDeadRuns();
  const folder = mkdtempSync(join(tmpdir(), RUN_PREFIX));
  // PostgreSQL refuses root and runs as nobody, who must be able to enter.
  chmodSync(folder, 0o755);
  writeFileSync(join(folder, "owner"), String(process.pid));
  process.env.GX_TEST_RUN = folder;
  // Whole systems of suites: chaincode that two peers would disagree on fails on one ledger already.
  process.env.LEDGER_ENDORSE_TWICE ??= "on";
}
