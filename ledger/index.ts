// The development ledger: a Fabric-compatible peer and orderer in one process, with the real chaincode as a child.
// For development only: one organisation, one node, its CA keys beside its blocks. Knows no domain.
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Profile } from "../platform/profile.js";
import { openAuthority, type Authority } from "./authority.js";
import { openBorder, type BorderCalls } from "./border.js";
import { privateKey } from "./certificates.js";
import { chaincodeEvents } from "./chaincode-events.js";
import { startChaincode, type Chaincode, type ChaincodeOptions } from "./chaincode.js";
import { openChain, type Chain } from "./chain.js";
import { newCommitStatus } from "./commitstatus.js";
import { deliver } from "./deliver.js";
import { newEndorser, type EndorserParts } from "./endorser.js";
import { ledgerFault } from "./errors.js";
import type { Faults } from "./faults.js";
import { withFaults } from "./faulty-calls.js";
import { genesisEnvelope } from "./genesis.js";
import type { Log } from "./log.js";
import { creatorOf, newMsp } from "./msp.js";
import { newOrderer, type Orderer } from "./orderer.js";
import { ownEndorsements } from "./own.js";
import { forget, remember, stillRunning } from "./processes.js";
import { systemQuery as query } from "./qscc.js";
import { shownChain } from "./shown-chain.js";

export interface LedgerOptions {
  /** Folder of blocks, snapshot and crypto; made when missing. */
  home: string;
  /** Where the gRPC port listens; default 127.0.0.1. */
  host?: string;
  /** gRPC port; 0 = any free one. */
  port: number;
  /** Port of the chaincode child on 127.0.0.1; 0 = any free one. */
  chaincodePort: number;
  channel: string;
  chaincode: string;
  mspId: string;
  /** Folder with the chaincode's package.json and its main file. */
  chaincodePath: string;
  /** Time from a block's first transaction to its cut; default 10. */
  batchTimeoutMs?: number;
  /** Time one chaincode execution may take; default 30,000. */
  executeTimeoutMs?: number;
  /** Runs each proposal twice and refuses it when the results differ: finds chaincode that is not deterministic. */
  endorseTwice?: boolean;
  /** Tests only: makes the ledger behave as a bad network does. */
  faults?: Faults;
  log: Log;
  /** Told each time the chaincode child (re)starts. */
  onChaincode?: (pid: number) => void;
  /** Told when blocks cannot be written any more: the process should end. */
  onFailure?: (error: unknown) => void;
}

export interface Ledger {
  port: number;
  /** host:port of the gRPC endpoint. */
  address: string;
  authority: Authority;
  /** Number of blocks. */
  height(): number;
  /** Number of transactions in the chain, valid or not, with the configuration's. */
  transactions(): number;
  /** Hash of block 0: which chain this is. */
  chainId(): Promise<string>;
  chaincodePid(): number | undefined;
  /** True when the chaincode is connected and transactions are taken. */
  ready(): boolean;
  /** Connection profile for a wallet folder of this ledger's authority. */
  profile(wallet: string): Profile;
  /** Commits what was accepted, saves a snapshot, ends the child. */
  stop(): Promise<void>;
}

const VERSION = "1.0";
const LOOPBACK = "127.0.0.1";
const LIMITS = { maxMessageCount: 500, preferredMaxBytes: 2 << 20, absoluteMaxBytes: 10 << 20 };

/**
 * Starts the ledger; resolves when a client can submit.
 * @throws GxError LEDGER: home in use, port taken, chaincode that does not come up, damaged files.
 */
export async function startLedger(options: LedgerOptions): Promise<Ledger> {
  const closers: Close[] = [];
  const stop = async (): Promise<void> => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    closers.push(claimHome(options.home));
    const authority = await openAuthority(options.home, options.mspId);
    const node = newNode(options, authority);
    const chain = await openChain(node);
    closers.push(() => chain.close());
    const chaincode = await startChaincode(chaincodeOptions(options));
    closers.push(() => chaincode.stop());
    const orderer = newOrderer({ ...node, chain, onFailure: options.onFailure ?? ignore });
    closers.push(() => orderer.drain());
    const calls = newCalls(node, { chain, chaincode, orderer }, options);
    const border = await openBorder({
      ...node,
      ...authority.peerTls,
      ...calls,
      host: options.host ?? LOOPBACK,
      port: options.port,
    });
    closers.push(() => border.close());
    return handle(options, { authority, chain, chaincode, port: border.port, stop });
  } catch (error) {
    await stop();
    throw error;
  }
}

type Node = ReturnType<typeof newNode>;
type Close = () => Promise<void> | void;
const ignore = (): undefined => undefined;

/** What every part of the node is told: who it is, whom it trusts, its rules. */
function newNode(options: LedgerOptions, authority: Authority) {
  const { home, channel, chaincode: chaincodeName, mspId, log } = options;
  const rules = { ...LIMITS, batchTimeoutMs: options.batchTimeoutMs ?? 10 };
  const msp = newMsp(mspId, authority.org.certificate);
  const own = ownEndorsements();
  const definition = { channel, chaincodeName, version: VERSION };
  const signer = {
    creator: creatorOf("OrdererMSP", authority.orderer.certificate),
    key: privateKey(authority.orderer),
  };
  const roots = { orgRoot: authority.org.certificate, tlsRoot: authority.tls.certificate };
  return {
    ...definition,
    home,
    mspId,
    msp,
    log,
    rules,
    signer,
    validator: { ...definition, msp, isOwn: own.has },
    genesis: () => genesisEnvelope({ channel, mspId, ...roots, ...rules }, signer),
    endorsed: own.add,
    creator: creatorOf(mspId, authority.peer.certificate),
    key: privateKey(authority.peer),
  };
}

interface NodeParts {
  chain: Chain;
  chaincode: Chaincode;
  orderer: Orderer;
}

/** Who answers the border's calls, with the faults of a test between. */
function newCalls(node: Node, { chain, chaincode, orderer }: NodeParts, options: LedgerOptions): BorderCalls {
  const { endorseTwice = false, faults } = options;
  const shown = faults ? shownChain({ ...node, chain, faults }) : () => chain;
  const systemQuery: EndorserParts["systemQuery"] = (proposal) => query({ ...node, chain: shown() }, proposal);
  const calls: BorderCalls = {
    endorser: newEndorser({ ...node, chain, chaincode, endorseTwice, systemQuery }),
    orderer,
    commitStatus: newCommitStatus({ ...node, chain }),
    deliver: (...asked) => deliver({ ...node, chain: shown() }, ...asked),
    chaincodeEvents: (...asked) => chaincodeEvents({ ...node, chain: shown() }, ...asked),
  };
  const { creator, key } = node;
  return faults ? withFaults(calls, { ...node, faults, author: { creator, key } }) : calls;
}

const chaincodeOptions = (options: LedgerOptions): ChaincodeOptions => ({
  path: options.chaincodePath,
  id: packageId(options),
  mspId: options.mspId,
  port: options.chaincodePort,
  pidFile: join(options.home, "chaincode.pid"),
  executeTimeoutMs: options.executeTimeoutMs ?? 30_000,
  log: options.log,
  onProcess: options.onChaincode ?? ignore,
});

interface Started {
  authority: Authority;
  chain: Chain;
  chaincode: Chaincode;
  port: number;
  stop: () => Promise<void>;
}

function handle({ channel, chaincode: name, mspId, log }: LedgerOptions, started: Started): Ledger {
  const { authority, chain, chaincode, port, stop } = started;
  const address = `${LOOPBACK}:${port}`;
  log.info({ address, channel, height: chain.height() }, "development ledger started: not for production");
  return {
    port,
    address,
    authority,
    height: chain.height,
    transactions: chain.transactions,
    chainId: async () =>
      createHash("sha256")
        .update(await chain.block(0))
        .digest("hex"),
    chaincodePid: chaincode.pid,
    ready: chaincode.ready,
    profile: (wallet) => ({
      channel,
      chaincode: name,
      mspId,
      // A name, because TLS allows no address as server name.
      peers: [{ address, mspId, tlsHostname: "localhost" }],
      organizations: [{ mspId, tlsRoots: join(wallet, "ca-cert") }],
      wallet,
      identities: {},
    }),
    stop,
  };
}

/** One ledger per folder: two writers would destroy the chain. */
function claimHome(home: string): () => void {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const file = join(home, "ledger.pid");
  const other = stillRunning(file);
  if (other !== undefined) {
    throw ledgerFault(`the ledger in ${home} is already running as process ${other}`);
  }
  remember(file, process.pid);
  return () => forget(file);
}

/** label:hash, as a peer names an installed package; the hash is over what the chaincode runs. */
function packageId({ chaincode, chaincodePath }: LedgerOptions): string {
  const file = join(chaincodePath, "package.json");
  const content = existsSync(file) ? readFileSync(file) : Buffer.alloc(0);
  return `${chaincode}_${VERSION}:${createHash("sha256").update(content).digest("hex")}`;
}
