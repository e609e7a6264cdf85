// Development ledgers for tests: own folder, free ports, three identities, small chaincode.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { issueWallet } from "../../ledger/authority.js";
import { startLedger, type Ledger, type LedgerOptions } from "../../ledger/index.js";

export const CHAINCODE = join(import.meta.dirname, "chaincode");

export const IDENTITIES = [
  { name: "org1-admin", attrs: { gxc_role: "gx_admin" } },
  { name: "org1-partner-api", attrs: { gxc_role: "gx_partner_api" } },
  { name: "reader", attrs: {} },
];

export const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

export const newHome = (): string => mkdtempSync(join(tmpdir(), "gx-ledger-"));
export const removeHome = (home: string): void => rmSync(home, { recursive: true, force: true });
export const walletOf = (home: string): string => join(home, "wallet");

export async function startTestLedger(home: string, changes: Partial<LedgerOptions> = {}): Promise<Ledger> {
  const ledger = await startLedger({
    home,
    port: 0,
    chaincodePort: 0,
    channel: "gx",
    chaincode: "test",
    mspId: "Org1MSP",
    chaincodePath: CHAINCODE,
    endorseTwice: true,
    log: quiet,
    ...changes,
  });
  await issueWallet(ledger.authority, walletOf(home), IDENTITIES);
  return ledger;
}
