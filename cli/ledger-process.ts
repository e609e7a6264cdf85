// The development ledger as a process: its folder, the wallet of this installation, health. Development only.
import { dirname, join } from "node:path";
import { READER, signers, signingRoles } from "../catalogue/roles.js";
import { ROLE_ATTRIBUTE } from "../catalogue/wire.js";
import { issueWallet, type WalletIdentity } from "../ledger/authority.js";
import { startLedger } from "../ledger/index.js";
import { GxError } from "../platform/errors.js";
import type { ProcessContext } from "../platform/process.js";
import { writeProfile } from "../platform/profile.js";
import { ENDORSE_TWICE } from "./system/flags.js";
import { removePid, writePid } from "./system/pidfile.js";

/** Identities of this installation: one for each signing role, and the reader, who can sign no command. */
const identities: readonly WalletIdentity[] = [
  ...signingRoles.map((role) => ({ name: signers[role].identity, attrs: { [ROLE_ATTRIBUTE]: role } })),
  { name: READER, attrs: {} },
];

const names = Object.fromEntries([...signingRoles.map((role) => [role, signers[role].identity]), [READER, READER]]);

export async function main(context: ProcessContext, args: string[]): Promise<void> {
  const { config, log, metrics, health, release } = context;
  const { home, ports } = config;
  const ledger = await startLedger({
    home: join(home, "ledger"),
    port: ports.ledger,
    chaincodePort: ports.chaincode,
    channel: "gx",
    chaincode: "gx",
    mspId: "Org1MSP",
    chaincodePath: join(config.root, "dist", "peer"),
    batchTimeoutMs: config.ledgerBatchTimeoutMs,
    endorseTwice: args.includes(ENDORSE_TWICE),
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
  writeProfile(config.fabricProfile, { ...ledger.profile("."), identities: names });
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
