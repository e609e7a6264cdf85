// What the transactions of a real block read and wrote, as their endorsers signed it.
import { common, ledger, peer } from "@hyperledger/fabric-protos";

export interface Written {
  /** Keys asked for one by one. */
  readonly reads: ReadonlySet<string>;
  /** JSON text by key; null = deleted. */
  readonly writes: ReadonlyMap<string, string | null>;
}

/** By transaction id; what is no transaction of a chaincode is left out. */
export function writtenIn(message: common.Block, chaincode: string): Map<string, Written> {
  const found = new Map<string, Written>();
  for (const raw of message.getData()?.getDataList_asU8() ?? []) {
    const payload = common.Payload.deserializeBinary(common.Envelope.deserializeBinary(raw).getPayload_asU8());
    const header = common.ChannelHeader.deserializeBinary(payload.getHeader()?.getChannelHeader_asU8() ?? NOTHING);
    if (header.getType() !== common.HeaderType.ENDORSER_TRANSACTION) continue;
    found.set(header.getTxId(), setsOf(payload.getData_asU8(), chaincode));
  }
  return found;
}

const { TxReadWriteSet, kvrwset } = ledger.rwset;
const NOTHING = new Uint8Array();

function setsOf(transaction: Uint8Array, chaincode: string): Written {
  const [action] = peer.Transaction.deserializeBinary(transaction).getActionsList();
  const endorsed = peer.ChaincodeActionPayload.deserializeBinary(action?.getPayload_asU8() ?? NOTHING).getAction();
  const response = peer.ProposalResponsePayload.deserializeBinary(
    endorsed?.getProposalResponsePayload_asU8() ?? NOTHING,
  );
  const results = peer.ChaincodeAction.deserializeBinary(response.getExtension_asU8()).getResults_asU8();
  const own = TxReadWriteSet.deserializeBinary(results)
    .getNsRwsetList()
    .find((one) => one.getNamespace() === chaincode);
  // What the life cycle of chaincode writes stands in a namespace of its own.
  const set = kvrwset.KVRWSet.deserializeBinary(own?.getRwset_asU8() ?? NOTHING);
  return {
    reads: new Set(set.getReadsList().map((read) => read.getKey())),
    writes: new Map(set.getWritesList().map((write) => [write.getKey(), textOf(write)])),
  };
}

function textOf(write: ledger.rwset.kvrwset.KVWrite): string | null {
  return write.getIsDelete() ? null : Buffer.from(write.getValue_asU8()).toString("utf8");
}
