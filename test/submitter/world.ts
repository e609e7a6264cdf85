// The write path on real parts: development ledger with the real chaincode, PostgreSQL, Redis, and the mutation's own accept;
// or, by `newWorldOn`, the same on any ledger that suites run on.
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { randomBytes, randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { issueWallet } from "../../ledger/authority.js";
import { newFaults, type Arming } from "../../ledger/faults.js";
import { startLedger, type Ledger } from "../../ledger/index.js";
import { writeProfile } from "../../platform/profile.js";
import { eventually, freePort } from "../environment.js";
import { identities, ourChaincode, type LedgerKind } from "../ledgers.js";
import { newLines } from "../platform/parts.js";
import { ADMIN, newWritePath, type LedgerOutcome, type WritePath, type WritePathOptions } from "./write-path.js";

export { ADMIN, type CommandRow, type LedgerOutcome } from "./write-path.js";

/** The write path on a ledger that only its profile tells from another one. */
export interface WorldOn extends WritePath {
  readonly home: string;
}

export interface World extends WorldOn {
  /** Of the ledger, whenever it runs. */
  readonly faults: Arming;
  ledger(): Ledger;
  /** False while the ledger is stopped. */
  runs(): boolean;
  /** Stops the ledger and its chaincode; what it holds stays. */
  stopLedger(): Promise<void>;
  /** With its own chaincode, or from now on with the one in this folder. */
  startLedger(chaincodePath?: string): Promise<void>;
  /** Issues the wallet of this ledger's authority again. */
  issueWallet(): Promise<void>;
}

export interface WorldOptions extends WritePathOptions {
  batchTimeoutMs?: number;
  /** Folder of the chaincode; ours where none is given. */
  chaincodePath?: string;
}

const newHome = () => mkdtempSync(join(tmpdir(), "gx-submitter-"));
const removeHome = (home: string) => rmSync(home, { recursive: true, force: true });

export async function newWorldOn(kind: LedgerKind): Promise<WorldOn> {
  const ledger = await kind.start();
  const home = newHome();
  const path = await newWritePath(ledger.profilePath);
  return {
    ...path,
    home,
    close: async () => {
      await path.close();
      await ledger.stop();
      removeHome(home);
    },
  };
}

export async function newWorld({ batchTimeoutMs = 10, ...options }: WorldOptions = {}): Promise<World> {
  if (!existsSync(join(ourChaincode.path, "index.cjs"))) throw new Error("dist/peer is missing: npm run build");
  const home = newHome();
  const [port, chaincodePort] = [await freePort(), await freePort()];
  const quiet = newLines("error");
  const faults = newFaults();
  let { chaincodePath = ourChaincode.path } = options;
  const start = () =>
    startLedger({
      ...{ home: join(home, "ledger"), port, chaincodePort, channel: "gx", chaincode: "gx", mspId: "Org1MSP" },
      ...{ chaincodePath, batchTimeoutMs, endorseTwice: true, faults, log: quiet.log },
    });
  let ledger: Ledger | undefined = await start();
  const wallet = join(home, "wallet");
  const profilePath = join(home, "profile.json");
  await issueWallet(ledger.authority, wallet, identities);
  writeProfile(profilePath, ledger.profile(wallet));
  const path = await newWritePath(profilePath, options);
  const running = () => {
    if (!ledger) throw new Error("the ledger is stopped");
    return ledger;
  };
  return {
    ...path,
    ...{ home, faults },
    ledger: running,
    runs: () => ledger !== undefined,
    stopLedger: async () => {
      await running().stop();
      ledger = undefined;
    },
    startLedger: async (other = chaincodePath) => {
      chaincodePath = other;
      ledger = await start();
      await path.connection.ready(10_000);
    },
    issueWallet: () => issueWallet(running().authority, wallet, identities),
    close: async () => {
      await path.close();
      await ledger?.stop();
      removeHome(home);
    },
  };
}

/** Resolves when the ledger holds an outcome of every id. */
export const onLedger = (
  world: Pick<World, "outcomes">,
  ids: readonly string[],
  withinMs?: number,
): Promise<LedgerOutcome[]> =>
  eventually(
    async () => {
      const outcomes = await world.outcomes();
      const held = new Set(outcomes.map(({ commandId }) => commandId));
      return ids.every((id) => held.has(id)) ? outcomes : undefined;
    },
    `${ids.length} outcomes on the ledger`,
    withinMs,
  );

export const person = () => ({
  userId: randomUUID(),
  biometricHash: randomBytes(32).toString("hex"),
  nationality: "VA",
  ageYears: 30,
});

/** What a system needs before the first person: bootstrap and one country. */
export const bootstrap = { profile: "devnet", admins: [ADMIN], parameters: null };
export const country = { countries: [{ code: "VA", name: "Vatican", region: "Europe", share: "0.00100000" }] };
