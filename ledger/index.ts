// The development ledger: a Fabric-compatible peer and orderer in one process, with the real chaincode as a child.
// For development only: one organisation, one node, its CA keys beside its blocks. Knows no domain.
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Profile } from "../platform/profile.js";
import { openAuthority, privateKey, type Authority } from "./authority.js";
import { openBorder } from "./border.js";
import { startChaincode } from "./chaincode.js";
import { openChain } from "./chain.js";
import { newCommitStatus } from "./commitstatus.js";
import { deliver } from "./deliver.js";
import { newEndorser } from "./endorser.js";
import { ledgerFault } from "./errors.js";
import { genesisEnvelope } from "./genesis.js";
import type { Log } from "./log.js";
import { creatorOf, newMsp } from "./msp.js";
import { newOrderer } from "./orderer.js";
import { ownEndorsements } from "./own.js";
import { forget, remember, stillRunning } from "./processes.js";

export interface LedgerOptions {
  /** Folder of blocks, snapshot and crypto; made when missing. */
  home: string;
  /** gRPC port on 127.0.0.1; 0 = any free one. */
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
const LIMITS = { maxMessageCount: 500, preferredMaxBytes: 2 << 20, absoluteMaxBytes: 10 << 20 };

/**
 * Starts the ledger; resolves when a client can submit.
 * @throws GxError LEDGER: home in use, port taken, chaincode that does not come up, damaged files.
 */
export async function startLedger(options: LedgerOptions): Promise<Ledger> {
  const { home, channel, mspId, log } = options;
  const closers: (() => Promise<void> | void)[] = [];
  const closeAll = async (): Promise<void> => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    closers.push(claimHome(home));
    const authority = await openAuthority(home, mspId);
    return await assemble(options, authority, closers, closeAll);
  } catch (error) {
    await closeAll();
    log.error({ channel }, "ledger not started");
    throw error;
  }
}

async function assemble(
  options: LedgerOptions,
  authority: Authority,
  closers: (() => Promise<void> | void)[],
  stop: () => Promise<void>,
): Promise<Ledger> {
  const { home, channel, chaincode: chaincodeName, mspId, log } = options;
  const rules = { ...LIMITS, batchTimeoutMs: options.batchTimeoutMs ?? 10 };
  const msp = newMsp(mspId, authority.org.certificate);
  const own = ownEndorsements();
  const signer = {
    creator: creatorOf("OrdererMSP", authority.orderer.certificate),
    key: privateKey(authority.orderer),
  };
  const roots = { orgRoot: authority.org.certificate, tlsRoot: authority.tls.certificate };
  const chain = await openChain({
    home,
    signer,
    validator: { channel, chaincodeName, version: VERSION, msp, isOwn: own.has },
    genesis: () => genesisEnvelope({ channel, mspId, ...roots, ...rules }, signer),
    log,
  });
  closers.push(() => chain.close());
  const chaincode = await startChaincode({
    path: options.chaincodePath,
    id: packageId(options),
    mspId,
    port: options.chaincodePort,
    pidFile: join(home, "chaincode.pid"),
    executeTimeoutMs: options.executeTimeoutMs ?? 30_000,
    log,
    onProcess: options.onChaincode ?? (() => undefined),
  });
  closers.push(() => chaincode.stop());
  const onFailure = options.onFailure ?? (() => undefined);
  const orderer = newOrderer({ channel, rules, msp, chain, log, onFailure });
  closers.push(() => orderer.drain());
  const endorser = newEndorser({
    channel,
    chaincodeName,
    version: VERSION,
    mspId,
    msp,
    chain,
    chaincode,
    creator: creatorOf(mspId, authority.peer.certificate),
    key: privateKey(authority.peer),
    endorsed: own.add,
  });
  const border = await openBorder({
    port: options.port,
    ...authority.peerTls,
    mspId,
    endorser,
    orderer,
    commitStatus: newCommitStatus({ channel, msp, chain }),
    deliver: (envelope, reader) => deliver({ channel, msp, chain }, envelope, reader),
    log,
  });
  closers.push(() => border.close());
  const address = `127.0.0.1:${border.port}`;
  log.info({ address, channel, height: chain.height() }, "development ledger started: not for production");
  return {
    port: border.port,
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
      chaincode: chaincodeName,
      mspId,
      // A name, because TLS allows no address as server name.
      peers: [{ address, tlsHostname: "localhost" }],
      tlsRoots: join(wallet, "ca-cert"),
      wallet,
    }),
    stop,
  };
}

/** One ledger per folder: two writers would destroy the chain. */
function claimHome(home: string): () => void {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const file = join(home, "ledger.pid");
  const other = stillRunning(file);
  if (other !== undefined && other !== process.pid) {
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
