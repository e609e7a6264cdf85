// The verdict on a block's transactions, serially in block order; valid writes go into the state that was handed over.
import { peer } from "@hyperledger/fabric-protos";
import type { ValidationCode } from "./envelope.js";
import { apply, type State } from "./state.js";
import {
  checkTransaction,
  checkVersions,
  writesOf,
  type Checked,
  type Ordered,
  type ValidatorParts,
} from "./validator.js";

const Validity = peer.TxValidationCode;

export interface BlockParts extends ValidatorParts {
  isKnown: (txId: string) => boolean;
}

// Found after the look-up of the transaction id, so a duplicate's verdict wins over them.
const AFTER_LOOK_UP: readonly ValidationCode[] = [
  Validity.VALID,
  Validity.INVALID_CHAINCODE,
  Validity.ENDORSEMENT_POLICY_FAILURE,
  Validity.BAD_RWSET,
];

export function validateBlock(parts: BlockParts, ordered: readonly Ordered[], next: State, block: number): Checked[] {
  const checked = ordered.map((one) => checkTransaction(parts, one));
  markDuplicates(parts, checked);
  const written = new Set<string>();
  checked.forEach((one, tx) => {
    if (one.code !== Validity.VALID) return;
    one.code = checkVersions(one.sets, next, written);
    if (one.code !== Validity.VALID) return;
    const writes = writesOf(one.sets);
    apply(next, writes, { block, tx });
    for (const { key } of writes) written.add(key);
  });
  return checked;
}

function markDuplicates({ isKnown }: BlockParts, checked: readonly Checked[]): void {
  const seen = new Set<string>();
  for (const one of checked) {
    if (AFTER_LOOK_UP.includes(one.code) && isKnown(one.txId)) one.code = Validity.DUPLICATE_TXID;
    if (one.code !== Validity.VALID) continue;
    if (seen.has(one.txId)) one.code = Validity.DUPLICATE_TXID;
    seen.add(one.txId);
  }
}
