// The development ledger as a process: its folder, the wallet of this installation, health. Development only.
import { dirname, join } from "node:path";
import { issueWallet } from "../ledger/authority.js";
import { startLedger } from "../ledger/index.js";
import { GxError } from "../platform/errors.js";
import type { ProcessContext } from "../platform/process.js";
import { writeProfile } from "../platform/profile.js";
import { identities, identityNames } from "./identities.js";
import { ENDORSE_TWICE } from "./system/flags.js";
import { removePid, writePid } from "./system/pidfile.js";

export async function main(context: ProcessContext, args: string[]): Promise<void> {
  const { config, log, metrics, health, release } = context;
  const { home, ports } = config;
  const ledger = await startLedger({
    home: join(home, "ledger"),
    host: config.host,
    port: ports.ledger,
    chaincodePort: ports.chaincode,
    channel: "gx",
    chaincode: "gx",
    mspId: "Org1MSP",
    chaincodePath: join(config.root, "dist", "peer"),
    batchTimeoutMs: config.ledgerBatchTimeoutMs,
    endorseTwice: config.ledgerEndorsesTwice || args.includes(ENDORSE_TWICE),
    log,
    onChaincode: (pid) => writePid(home, "chaincode", pid, ports.chaincode),
    onFailure: (error) => void setImmediate(() => endBecause(error)),
  });
  release("ledger", async () => {
    const pid = ledger.chaincodePid();
    await ledger.stop();
    if (pid !== undefined) removePid(home, "chaincode", pid);
  });
  const wallet = dirname(config.fabricProfile);
  await issueWallet(ledger.authority, wallet, identities);
  // Relative to the profile's own folder, so that GX_HOME can be moved.
  writeProfile(config.fabricProfile, { ...ledger.profile("."), identities: identityNames });
  health.check("chaincode", () => {
    if (!ledger.ready()) throw new GxError("CHAINCODE_AWAY", "the chaincode is not connected");
  });
  health.fact("height", ledger.height);
  metrics.gauge("ledger_blockchain_height", "Number of blocks.", [], (gauge) => gauge.set(ledger.height()));
}

/** Blocks cannot be written any more: nothing good can follow, so this ends the process like a defect. */
function endBecause(cause: unknown): never {
  throw new GxError("LEDGER_STOPPED", "the ledger cannot write blocks any more", { cause });
}
