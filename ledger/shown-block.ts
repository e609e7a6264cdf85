// A block as each kind of block stream shows it: whole, filtered, or with private data, of which there is none here.
import type { common } from "@hyperledger/fabric-protos";
import { peer } from "@hyperledger/fabric-protos";
import { decodeBlock, flagsOf } from "./block.js";
import { eventsOf, isTransaction, openEnvelope, type ChaincodeEvent, type ValidationCode } from "./envelope.js";
import { bytesField } from "./wire.js";

/** DeliverResponse bytes; undefined = a peer cannot show this block in this form. */
export type BlockForm = (block: Buffer) => Buffer | undefined;

// Around the stored bytes: a block is never encoded twice.
export const wholeBlock: BlockForm = (block) => bytesField(2, block);

export const blockWithPrivateData: BlockForm = (block) => bytesField(4, bytesField(1, block));

/**
 * Ids, types, codes and events without payload. One transaction that cannot be read, which any member can have ordered,
 * makes a peer refuse the whole block for ever.
 */
export const filteredBlock: BlockForm = (bytes) => {
  const block = decodeBlock(bytes);
  const codes = flagsOf(block);
  const filtered = new peer.FilteredBlock();
  filtered.setNumber(block.number);
  try {
    block.data.forEach((envelope, tx) => addTransaction(filtered, envelope, codes[tx] as ValidationCode));
  } catch {
    return undefined;
  }
  return bytesField(3, filtered.serializeBinary());
};

function addTransaction(
  filtered: InstanceType<typeof peer.FilteredBlock>,
  envelope: Buffer,
  code: ValidationCode,
): void {
  const opened = openEnvelope(envelope);
  if (typeof opened === "number") return;
  const { channelHeader } = opened;
  const transaction = new peer.FilteredTransaction();
  transaction.setTxid(channelHeader.getTxId());
  transaction.setType(channelHeader.getType() as common.HeaderTypeMap[keyof common.HeaderTypeMap]);
  transaction.setTxValidationCode(code);
  if (isTransaction(opened)) {
    const actions = new peer.FilteredTransactionActions();
    actions.setChaincodeActionsList(eventsOf(opened).map(withoutPayload));
    transaction.setTransactionActions(actions);
  }
  filtered.setChannelId(channelHeader.getChannelId());
  filtered.addFilteredTransactions(transaction);
}

function withoutPayload(event: ChaincodeEvent): InstanceType<typeof peer.FilteredChaincodeAction> {
  const shown = new peer.ChaincodeEvent();
  shown.setChaincodeId(event.getChaincodeId());
  shown.setTxId(event.getTxId());
  shown.setEventName(event.getEventName());
  const action = new peer.FilteredChaincodeAction();
  action.setChaincodeEvent(shown);
  return action;
}
