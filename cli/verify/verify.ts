// The whole comparison: blocks, read models, command log and ledger state of one system. Reads only, writes nothing.
import pg from "pg";
import { chainInfo, ChainMismatch, followBlocks, genesisHash } from "../../platform/blocks.js";
import type { Connection } from "../../platform/connection.js";
import { isUnavailable } from "../../platform/database.js";
import { GxError, messageOf } from "../../platform/errors.js";
import { actAs } from "../../platform/fabric.js";
import type { Identity } from "../../platform/wallet.js";
import { builtVersion, versionOfRows } from "../../workers/projector/version.js";
import { compareCommands, compareStatements } from "./commands.js";
import { newFold, type Fold } from "./fold.js";
import { checkInvariants } from "./invariants/index.js";
import { compareLedger } from "./ledger.js";
import { newReport, type Report } from "./report.js";
import { compareCounts, compareKeyed, compareLogged, compareTables } from "./rows.js";

export interface Verified {
  readonly connection: Connection;
  /** Reads blocks and evaluates queries; needs no role. */
  readonly identity: Identity;
  readonly databaseUrl: string;
  /** Told what is being done and how far it is. */
  say(doing: string, done: number, of: number): void;
}

export interface Verdict {
  readonly report: Report;
  /** Number of the block up to which rows were compared: the checkpoint. */
  readonly block: number;
  /** Number of blocks of the chain. */
  readonly height: number;
}

// Rows are compared while the blocks are read, so that memory does not grow with the event log.
const PAGE_BLOCKS = 2_000;

/**
 * Compares everything. Rows are compared at the checkpoint in one snapshot of the database, the ledger's state at its end.
 * @throws GxError where the peer or the database cannot be reached; differences are in the report.
 */
export async function verify(of: Verified): Promise<Verdict> {
  const report = newReport();
  const fold = newFold();
  const stop = new AbortController();
  const blocks = readBlocks(of, fold, stop.signal);
  try {
    const { failed, block } = await compareDatabase(of, report, fold, blocks);
    const fabric = actAs(of.connection, of.identity);
    const catchUp = async () => {
      const { height } = await chainInfo(of.connection, of.identity);
      const before = fold.height();
      await blocks.to(height - 1);
      fold.state.drain();
      return fold.height() > before;
    };
    const say = (done: number, all: number) => of.say("asking the ledger", done, all);
    await compareLedger({ fabric, fold, catchUp, say }, report, failed);
    checkInvariants(report, fold);
    return { report, block, height: fold.height() + 1 };
  } catch (error) {
    if (!(error instanceof ChainMismatch)) throw error;
    report.fault("blocks", messageOf(error));
    return { report, block: fold.height(), height: fold.height() + 1 };
  } finally {
    stop.abort();
  }
}

interface Blocks {
  /** Folds up to this block, which exists. */
  to(block: number): Promise<void>;
}

function readBlocks({ connection, identity }: Verified, fold: Fold, signal: AbortSignal): Blocks {
  const stream = followBlocks({ connection, identity, from: 0, signal });
  return {
    to: async (block) => {
      while (fold.height() < block) {
        const next = await stream.next();
        if (next.done) return;
        fold.take(next.value);
      }
    },
  };
}

async function compareDatabase(of: Verified, report: Report, fold: Fold, blocks: Blocks) {
  const client = new pg.Client({ connectionString: of.databaseUrl, connectionTimeoutMillis: 5_000 });
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.query("begin isolation level repeatable read read only");
    const block = await checkpointOf(client, report);
    const { height } = await chainInfo(of.connection, of.identity);
    await compareChain(client, report, of);
    compareHeights(report, block, height);
    await compareVersion(client, report);
    for (let from = 0; from <= Math.min(block, height - 1); from += PAGE_BLOCKS) {
      const to = Math.min(from + PAGE_BLOCKS, block + 1, height) - 1;
      await blocks.to(to);
      await compareLogged(client, report, fold.state.drain(), [from, to]);
      of.say("folding blocks", to + 1, block + 1);
    }
    await compareCounts(client, report, fold.state);
    await compareKeyed(client, report, fold.state);
    await compareTables(client, report);
    await compareStatements(client, report);
    return { block, failed: await compareCommands(client, report, fold) };
  } catch (error) {
    throw isUnavailable(error) && !(error instanceof GxError) ? databaseAway(of.databaseUrl, error) : error;
  } finally {
    await client.end().catch(() => undefined);
  }
}

const databaseAway = (url: string, cause: unknown) =>
  new GxError(
    "UNAVAILABLE",
    `the database at ${new URL(url).host} does not answer (${messageOf(cause)}); start the system with: npm start`,
    { retry: "later", cause },
  );

async function checkpointOf(client: pg.Client, report: Report): Promise<number> {
  const { rows } = await client.query<{ block: string }>("select block from read.checkpoint");
  if (rows.length !== 1) report.fault("read.checkpoint", `there are ${rows.length} rows instead of one`);
  return Number(rows[0]?.block ?? -1);
}

async function compareChain(client: pg.Client, report: Report, { connection, identity }: Verified): Promise<void> {
  const { rows } = await client.query<{ channel: string; hash: string }>(
    "select channel, genesis_hash as hash from app.chain",
  );
  // Before a worker has connected there is nothing to compare.
  if (!rows[0]) return void (report.check("app.chain").note = "not noted yet");
  report.compared("app.chain");
  report.same("app.chain", "channel", rows[0].channel, connection.profile.channel);
  report.same("app.chain", "hash of block 0", rows[0].hash, await genesisHash(connection, identity));
}

/** Rows that other projections made may agree by chance: they are not the ones that go on. */
async function compareVersion(client: pg.Client, report: Report): Promise<void> {
  report.compared("read.version");
  const found = await versionOfRows((sql) => client.query(sql));
  if (found !== undefined) report.same("read.version", "hash of the projections", found, builtVersion());
}

function compareHeights(report: Report, block: number, height: number): void {
  const check = report.check("blocks");
  check.compared = Math.min(block + 1, height);
  if (block >= height) check.differences.push(`rows stand at block ${block}, but the chain has ${height} blocks`);
  else if (block < height - 1) check.note = `the rows are ${height - 1 - block} blocks behind the chain`;
}
