// What the transactions of a real block read and wrote, as their endorsers signed it.
import { common, peer } from "@hyperledger/fabric-protos";
import { decodeSets } from "../../ledger/readwriteset.js";

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

const NOTHING = new Uint8Array();

function setsOf(transaction: Uint8Array, chaincode: string): Written {
  const [action] = peer.Transaction.deserializeBinary(transaction).getActionsList();
  const endorsed = peer.ChaincodeActionPayload.deserializeBinary(action?.getPayload_asU8() ?? NOTHING).getAction();
  const response = peer.ProposalResponsePayload.deserializeBinary(
    endorsed?.getProposalResponsePayload_asU8() ?? NOTHING,
  );
  const results = peer.ChaincodeAction.deserializeBinary(response.getExtension_asU8()).getResults_asU8();
  const own = decodeSets(results).find(({ namespace }) => namespace === chaincode);
  return {
    reads: new Set(own?.reads.map(({ key }) => key)),
    writes: new Map(own?.writes.map(({ key, value }) => [key, value?.toString("utf8") ?? null])),
  };
}
