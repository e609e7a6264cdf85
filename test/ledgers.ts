// The ledgers that suites run on: the development ledger, and a real network of each line of Fabric that is supported.
// A line whose programs are not on this machine is never passed over in silence: its tests are there, as skipped ones.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { READER, signers, signingRoles } from "../catalogue/roles.js";
import { functions, ROLE_ATTRIBUTE, WIRE_VERSION } from "../catalogue/wire.js";
import { issueWallet, type WalletIdentity } from "../ledger/authority.js";
import { issue, openRoot, type LeafRequest, type Pair } from "../ledger/certificates.js";
import { startLedger } from "../ledger/index.js";
import { startNetwork, type NetworkOptions } from "../network/network.js";
import { findInstallations, supportedLines, type Installation, type Line } from "../network/programs.js";
import { root } from "../platform/config.js";
import { writeProfile } from "../platform/profile.js";

/** One for each signing role, and the reader, who can sign no command. */
export const identities: readonly WalletIdentity[] = [
  ...signingRoles.map((role) => ({ name: signers[role].identity, attrs: { [ROLE_ATTRIBUTE]: role } })),
  { name: READER, attrs: {} },
];

export interface TestChaincode {
  readonly name: string;
  /** Folder with its package.json and its main file. */
  readonly path: string;
  /** What a real network is asked to see that it works. */
  readonly proof: NonNullable<NetworkOptions["chaincode"]["proof"]>;
}

/** What the last build made for peers. */
export const ourChaincode: TestChaincode = {
  ...{ name: "gx", path: join(root, "dist", "peer") },
  proof: {
    name: functions.query,
    arguments: [JSON.stringify({ version: WIRE_VERSION, name: "systemStatus", args: {} })],
  },
};

export interface LedgerRequest {
  /** Ours where none is given. */
  readonly chaincode?: TestChaincode;
  readonly batchTimeoutMs?: number;
}

export interface LedgerUnderTest {
  readonly profilePath: string;
  /** A certificate of the profile's own organization, and its key. */
  issue(request: Pick<LeafRequest, "commonName" | "unit" | "days">): Promise<Pair>;
  /** Ends and starts all of it on the same data and addresses. */
  restart(): Promise<void>;
  /** Ends it and removes what it held. */
  stop(): Promise<void>;
}

export interface LedgerKind {
  /** As titles name it: "the development ledger", "Fabric 2.5.16". */
  readonly name: string;
  /** Line of Fabric; undefined: the development ledger. */
  readonly line?: Line;
  /** Starts one with an empty chain; resolves when a client can submit. */
  start(request?: LedgerRequest): Promise<LedgerUnderTest>;
}

/** In the folder of the run, which goes with it whatever happens to the suite. */
const newHome = (name: string) => mkdtempSync(join(process.env["GX_TEST_RUN"] ?? tmpdir(), name));

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

export const developmentLedger: LedgerKind = {
  name: "the development ledger",
  start: async ({ chaincode = ourChaincode, batchTimeoutMs = 10 } = {}) => {
    const home = newHome("ledger-");
    const start = (port: number) =>
      startLedger({
        ...{ home: join(home, "ledger"), port, chaincodePort: 0, channel: "gx", mspId: "Org1MSP" },
        ...{ chaincode: chaincode.name, chaincodePath: chaincode.path, batchTimeoutMs, log: quiet },
        // Chaincode that two peers would disagree on fails here already.
        endorseTwice: true,
      });
    let ledger = await start(0);
    const wallet = join(home, "wallet");
    const profilePath = join(home, "profile.json");
    await issueWallet(ledger.authority, wallet, identities);
    writeProfile(profilePath, ledger.profile(wallet));
    return {
      profilePath,
      issue: (request) => issue(ledger.authority.org, { ...request, mspId: "Org1MSP" }),
      restart: async () => {
        await ledger.stop();
        ledger = await start(ledger.port);
      },
      stop: async () => {
        await ledger.stop();
        rmSync(home, { recursive: true, force: true });
      },
    };
  },
};

/** Blocks of a real network are cut after this long where a suite asks for nothing else: most suites wait for block after block. */
const BLOCK_MS = 50;

const realLedger = (installation: Installation): LedgerKind => ({
  name: `Fabric ${installation.version}`,
  line: installation.line,
  start: async ({ chaincode = ourChaincode, batchTimeoutMs = BLOCK_MS } = {}) => {
    const home = newHome("fabric-");
    const network = await startNetwork({ home, installation, chaincode, batchTimeoutMs, identities, log: quiet });
    return {
      profilePath: network.profilePath,
      issue: async (request) => {
        const { mspId } = network.profile;
        const file = join(home, "network", "crypto", mspId, "org-ca.pem");
        return issue(await openRoot(file, `${mspId} CA`, mspId), { ...request, mspId });
      },
      restart: network.restart,
      stop: async () => {
        await network.stop();
        rmSync(home, { recursive: true, force: true });
      },
    };
  },
});

const installations = findInstallations(process.env);
/** One of each line that is here: the first that is found. */
export const realLedgers: readonly LedgerKind[] = supportedLines.flatMap((line) => {
  const installation = installations.find((one) => one.line === line);
  return installation ? [realLedger(installation)] : [];
});
const missing = supportedLines.filter((line) => !installations.some((one) => one.line === line));

const absent = (line: Line): LedgerKind => ({
  ...{ name: `Fabric ${line}`, line },
  start: () => Promise.reject(new Error(`the programs of Fabric ${line} are not on this machine`)),
});

/**
 * Registers the suite once for each ledger; its tests are counted for that ledger at the end of the run. A line of Fabric whose
 * programs are neither on PATH nor in FABRIC_BIN leaves them as skipped ones. `lines`: where not on all of them.
 */
export function describeOnLedgers(
  name: string,
  suite: (kind: LedgerKind) => void,
  lines: readonly Line[] = supportedLines,
): void {
  const real = realLedgers.filter(({ line }) => line && lines.includes(line));
  for (const kind of [developmentLedger, ...real]) describe(`${name} on ${kind.name}`, () => suite(kind));
  for (const line of lines.filter((one) => missing.includes(one)))
    describe.skip(`SKIPPED: real Fabric ${line}: ${name}`, () => suite(absent(line)));
}

/** Names no program: its suites are skipped ones. */
const notHere = (line: Line): Installation => ({
  ...{ line, version: line, folder: "" },
  ...{ peer: "", orderer: "", configtxgen: "" },
});

/** As describeOnLedgers, for a suite about networks themselves; it does nothing before its first hook. */
export function describeOnFabric(name: string, suite: (installation: Installation) => void): void {
  for (const line of supportedLines) {
    const installation = installations.find((one) => one.line === line);
    if (installation) describe(`${name} on Fabric ${installation.version}`, () => suite(installation));
    else describe.skip(`SKIPPED: real Fabric ${line}: ${name}`, () => suite(notHere(line)));
  }
}
