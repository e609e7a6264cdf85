// A ledger in a process of its own, for tests that kill it: arguments are home, port and chaincode port.
import { startTestLedger } from "./fixture.js";

const [home = "", port = "0", chaincodePort = "0"] = process.argv.slice(2);
const ledger = await startTestLedger(home, { port: Number(port), chaincodePort: Number(chaincodePort) });
process.once("SIGTERM", () => void ledger.stop().then(() => process.exit(0)));
console.log(
  JSON.stringify({ port: ledger.port, chaincodePid: ledger.chaincodePid(), profile: ledger.profile(`${home}/wallet`) }),
);
