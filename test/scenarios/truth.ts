// What has to be true when a fault is over and all is quiet, whatever happened before.
// Reads the ledger from its blocks by itself: what the submitter, the projector and their block reader believe proves nothing.
import { common, peer } from "@hyperledger/fabric-protos";
import type { Network } from "@hyperledger/fabric-gateway";
import { readProfile } from "../../platform/profile.js";
import { readIdentity } from "../../platform/wallet.js";
import { eventually } from "../environment.js";
import { heightOf } from "../ledger/chain-reader.js";
import type { WritePath } from "../submitter/write-path.js";

/** One execution of a command, in a valid transaction. */
export interface Execution {
  commandId: string;
  status: string;
  code?: string;
  /** The transaction that executed it first; then this one changed nothing. */
  repeatOf?: string;
  events: unknown[];
  block: number;
  /** Place of the transaction in its block, and of the command in the transaction. */
  txIndex: number;
  batchIndex: number;
  txId: string;
}

export interface Ledgered {
  height: number;
  /** Of all commands, in the order of the ledger. */
  executions: Execution[];
  /** Every copy of every transaction with its validation code. */
  transactions: { txId: string; code: number; block: number }[];
}

export async function readLedger(world: WritePath): Promise<Ledgered> {
  const reader = readIdentity(readProfile(world.profilePath), "reader");
  const network = world.connection.as(reader).getNetwork(world.connection.profile.channel);
  const height = await heightOf(network);
  const read: Ledgered = { height, executions: [], transactions: [] };
  for await (const block of blocks(network, height)) readInto(read, block);
  return read;
}

async function* blocks(network: Network, height: number): AsyncGenerator<InstanceType<typeof common.Block>> {
  const events = await network.getBlockEvents({ startBlock: BigInt(0) });
  try {
    for await (const block of events) {
      yield block;
      if ((block.getHeader()?.getNumber() ?? 0) + 1 >= height) return;
    }
  } finally {
    events.close();
  }
}

function readInto({ executions, transactions }: Ledgered, message: InstanceType<typeof common.Block>): void {
  const block = message.getHeader()?.getNumber() ?? -1;
  const codes = message.getMetadata()?.getMetadataList_asU8()[common.BlockMetadataIndex.TRANSACTIONS_FILTER] ?? [];
  for (const [txIndex, bytes] of (message.getData()?.getDataList_asU8() ?? []).entries()) {
    const { txId, type, data } = envelopeOf(bytes);
    const code = codes[txIndex] ?? -1;
    transactions.push({ txId, code, block });
    if (code !== peer.TxValidationCode.VALID || type !== common.HeaderType.ENDORSER_TRANSACTION) continue;
    for (const [batchIndex, outcome] of outcomesOf(data).entries()) {
      executions.push({ ...outcome, block, txIndex, batchIndex, txId });
    }
  }
}

const empty = new Uint8Array();

function envelopeOf(bytes: Uint8Array): { txId: string; type: number; data: Uint8Array } {
  const payload = common.Payload.deserializeBinary(common.Envelope.deserializeBinary(bytes).getPayload_asU8());
  const header = common.ChannelHeader.deserializeBinary(payload.getHeader()?.getChannelHeader_asU8() ?? empty);
  return { txId: header.getTxId(), type: header.getType(), data: payload.getData_asU8() };
}

type Outcome = Pick<Execution, "commandId" | "status" | "code" | "repeatOf" | "events">;

function outcomesOf(data: Uint8Array): Outcome[] {
  const [action] = peer.Transaction.deserializeBinary(data).getActionsList();
  const payload = peer.ChaincodeActionPayload.deserializeBinary(action?.getPayload_asU8() ?? empty).getAction();
  const response = peer.ProposalResponsePayload.deserializeBinary(payload?.getProposalResponsePayload_asU8() ?? empty);
  const bytes = peer.ChaincodeAction.deserializeBinary(response.getExtension_asU8()).getEvents_asU8();
  const event = peer.ChaincodeEvent.deserializeBinary(bytes);
  if (event.getEventName() !== "gx") return [];
  return (JSON.parse(Buffer.from(event.getPayload_asU8()).toString("utf8")) as { outcomes: Outcome[] }).outcomes;
}

/** A command as its caller is told of it. */
export interface Row {
  id: string;
  role: string;
  lanes: readonly string[];
  status: string;
  block: number | null;
  tx_index: number | null;
  batch_index: number | null;
  tx_id: string | null;
  code: string | null;
  last_error: string | null;
}

/** By order of acceptance. */
async function rowsOf(world: WritePath, ids: readonly string[]): Promise<Row[]> {
  const { rows } = await world.database.pool.query<Row>(
    `select id, role, lanes, status, block::float8 as block, tx_index, batch_index, tx_id, code, last_error from app.command
     where id = any($1::uuid[]) order by seq`,
    [ids],
  );
  return rows;
}

/** Resolves when every command has its final status and the read models are at the ledger's end. */
export async function allEnded(world: WritePath, ids: readonly string[]): Promise<void> {
  const left = async () =>
    (await rowsOf(world, ids)).filter(({ status }) => status === "ACCEPTED" || status === "SUBMITTED");
  await eventually(async () => (await left()).length === 0, `the end of ${ids.length} commands`).catch(
    async (error) => {
      const open = await left();
      const shown = open
        .slice(0, 3)
        .map(({ id, status, last_error }) => `${id} ${status} (${last_error ?? "no reason"})`);
      throw new Error(`I1 ${open.length} of ${ids.length} commands never ended: ${shown.join("; ")}`, { cause: error });
    },
  );
  await eventually(async () => {
    const { rows } = await world.database.pool.query<{ block: number }>("select block::float8 from read.checkpoint");
    return rows[0]?.block === (await readLedger(world)).height - 1;
  }, "the read models to be at the end of the ledger");
}

/**
 * What is wrong with these commands, a sentence each: lost, doubled, falsely answered, or out of order within a lane of a queue. The numbers
 * are those of the promises: I1 nothing lost, I2 nothing doubled, I3 no false answer, I7 order.
 */
export async function faultsIn(world: WritePath, ids: readonly string[]): Promise<string[]> {
  return faultsOf(ids, await rowsOf(world, ids), (await readLedger(world)).executions);
}

/** As `faultsIn`, of what was read. The rows are in order of acceptance. */
export function faultsOf(ids: readonly string[], rows: readonly Row[], executions: readonly Execution[]): string[] {
  const byCommand = new Map<string, Execution[]>(ids.map((id) => [id, []]));
  for (const execution of executions) byCommand.get(execution.commandId)?.push(execution);
  const missing = ids.length - rows.length;
  return [
    ...(missing > 0 ? [`I1 ${missing} accepted commands have no row`] : []),
    ...[...byCommand].flatMap(([id, all]) => doubled(id, all)),
    ...rows.flatMap((row) => falselyAnswered(row, byCommand.get(row.id) ?? [])),
    ...outOfOrder(rows, byCommand),
  ];
}

const isFirst = ({ repeatOf }: Execution) => repeatOf === undefined;

function doubled(id: string, all: readonly Execution[]): string[] {
  const [first, ...others] = all.filter(isFirst);
  if (others.length > 0) return [`I2 ${id} was executed ${others.length + 1} times`];
  const repeats = all.filter((one) => !isFirst(one));
  const odd = repeats.filter(({ repeatOf, events, status, code }) => {
    const same = repeatOf === first?.txId && status === first?.status && code === first?.code;
    return !same || events.length > 0;
  });
  return odd.map(({ txId }) => `I2 ${id} was repeated by ${txId} with another outcome`);
}

function falselyAnswered(row: Row, all: readonly Execution[]): string[] {
  const first = all.find(isFirst);
  if (row.status === "FAILED") return first ? [`I1 ${row.id} is FAILED, but block ${first.block} holds it`] : [];
  if (!first) return [`I1 ${row.id} is ${row.status}, but no block holds it`];
  const told = [row.status, row.block, row.tx_index, row.batch_index, row.tx_id, row.code].join(" ");
  const held = [first.status.toUpperCase(), first.block, first.txIndex, first.batchIndex, first.txId, first.code].join(
    " ",
  );
  return told === held ? [] : [`I3 ${row.id} is told to be ${told}, the ledger holds ${held}`];
}

function outOfOrder(rows: readonly Row[], byCommand: ReadonlyMap<string, readonly Execution[]>): string[] {
  const last = new Map<string, { id: string; place: number[] }>();
  return rows.flatMap(({ id, role, lanes }) => {
    const first = byCommand.get(id)?.find(isFirst);
    if (!first) return [];
    const place = [first.block, first.txIndex, first.batchIndex];
    const overtaken = lanes.flatMap((lane) => {
      // Each queue has an order of its own.
      const before = last.get(`${role} ${lane}`);
      last.set(`${role} ${lane}`, { id, place });
      return before && !isBefore(before.place, place) ? [`I7 ${id} overtook ${before.id} on ${lane}`] : [];
    });
    return overtaken.slice(0, 1);
  });
}

function isBefore(one: readonly number[], other: readonly number[]): boolean {
  const at = one.findIndex((number, index) => number !== other[index]);
  return at >= 0 && (one[at] ?? 0) < (other[at] ?? 0);
}

/** All of these commands have ended, each exactly once, as their rows say and in order; no other is open. */
export async function expectEndedOnce(world: WritePath, ids: readonly string[]): Promise<void> {
  await allEnded(world, ids);
  expect(await faultsIn(world, ids)).toEqual([]);
  const open = "select id from app.command where status in ('ACCEPTED', 'SUBMITTED')";
  expect((await world.database.pool.query(open)).rows).toEqual([]);
}
