// Read/write sets: what a simulation saw and wants to write, to and from Fabric's bytes.
import { ledger } from "@hyperledger/fabric-protos";
import type { KeyWrite, Version } from "./state.js";

const { TxReadWriteSet, NsReadWriteSet, kvrwset } = ledger.rwset;
export const LIFECYCLE = "_lifecycle";

export interface KeyRead {
  key: string;
  /** undefined = the key did not exist. */
  version: Version | undefined;
}

export interface RangeRead {
  start: string;
  end: string;
  /** false = the reader stopped early; then `end` is the last key seen and belongs to the range. */
  exhausted: boolean;
  reads: KeyRead[];
}

export interface NamespaceSet {
  namespace: string;
  reads: KeyRead[];
  ranges: RangeRead[];
  writes: KeyWrite[];
}

export function encodeSets(sets: readonly NamespaceSet[]): Buffer {
  const all = new TxReadWriteSet();
  all.setDataModel(TxReadWriteSet.DataModel.KV);
  for (const set of sets) {
    const one = new NsReadWriteSet();
    one.setNamespace(set.namespace);
    one.setRwset(encodeNamespace(set));
    all.addNsRwset(one);
  }
  return Buffer.from(all.serializeBinary());
}

/** @throws when the bytes are no read/write set, or hold what is not emulated (private data, key-level policies). */
export function decodeSets(bytes: Uint8Array): NamespaceSet[] {
  return TxReadWriteSet.deserializeBinary(bytes)
    .getNsRwsetList()
    .map((one) => {
      if (one.getCollectionHashedRwsetList().length > 0) throw new Error("private data is not emulated");
      const set = kvrwset.KVRWSet.deserializeBinary(one.getRwset_asU8());
      if (set.getMetadataWritesList().length > 0) throw new Error("key-level endorsement is not emulated");
      return {
        namespace: one.getNamespace(),
        reads: set.getReadsList().map(decodeRead),
        ranges: set.getRangeQueriesInfoList().map((range) => ({
          start: range.getStartKey(),
          end: range.getEndKey(),
          exhausted: range.getItrExhausted(),
          reads: (range.getRawReads()?.getKvReadsList() ?? []).map(decodeRead),
        })),
        writes: set.getWritesList().map((write) => ({ key: write.getKey(), value: writtenValue(write) })),
      };
    });
}

function encodeNamespace({ reads, ranges, writes }: NamespaceSet): Uint8Array {
  const set = new kvrwset.KVRWSet();
  set.setReadsList(reads.map(encodeRead));
  for (const range of ranges) {
    const info = new kvrwset.RangeQueryInfo();
    info.setStartKey(range.start);
    info.setEndKey(range.end);
    info.setItrExhausted(range.exhausted);
    const raw = new kvrwset.QueryReads();
    raw.setKvReadsList(range.reads.map(encodeRead));
    info.setRawReads(raw);
    set.addRangeQueriesInfo(info);
  }
  for (const { key, value } of writes) {
    const write = new kvrwset.KVWrite();
    write.setKey(key);
    if (value === undefined) write.setIsDelete(true);
    else write.setValue(value);
    set.addWrites(write);
  }
  return set.serializeBinary();
}

function encodeRead({ key, version }: KeyRead): InstanceType<typeof kvrwset.KVRead> {
  const read = new kvrwset.KVRead();
  read.setKey(key);
  if (version) {
    const at = new kvrwset.Version();
    at.setBlockNum(version.block);
    at.setTxNum(version.tx);
    read.setVersion(at);
  }
  return read;
}

function decodeRead(read: InstanceType<typeof kvrwset.KVRead>): KeyRead {
  const at = read.getVersion();
  return { key: read.getKey(), version: at && { block: at.getBlockNum(), tx: at.getTxNum() } };
}

// An empty value deletes, as in Fabric. The copy frees the block that the bytes are a view of.
function writtenValue(write: InstanceType<typeof kvrwset.KVWrite>): Buffer | undefined {
  const value = write.getValue_asU8();
  return write.getIsDelete() || value.length === 0 ? undefined : Buffer.from(value);
}
