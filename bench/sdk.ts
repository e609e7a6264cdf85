// The peer of the pipeline benchmark: the SDK's own sample way. Its signer, its defaults, submitTransaction, which waits for
// the commit; a version conflict is tried again with a fresh endorsement. One command in a transaction.
import { createPrivateKey, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Client, credentials } from "@grpc/grpc-js";
import {
  CommitError,
  connect,
  EndorseError,
  hash,
  signers,
  StatusCode,
  type Contract,
} from "@hyperledger/fabric-gateway";
import { signers as roles } from "../catalogue/roles.js";
import { functions, WIRE_VERSION } from "../catalogue/wire.js";
import { tlsRootsOf, type Profile } from "../platform/profile.js";

export interface Payment {
  readonly from: string;
  readonly to: string;
}
/** The smallest one, as a command without its id. */
export const transferOf = ({ from: actor, to }: Payment) => ({
  ...{ name: "tokenomics.transfer", actor },
  input: { to, amount: "1", remark: null },
});
/** Payment number `i` of a slice. */
export type Payments = (i: number) => Payment;

export interface Slice {
  /** Commands committed per second. */
  readonly rate: number;
  /** Per cent of the transactions that were in vain: invalid in their block, or endorsed differently by two peers. */
  readonly invalid: number;
}

export interface Sdk {
  readonly contract: Contract;
  close(): void;
}

export function openSdk(profile: Profile): Sdk {
  const peer = profile.peers[0];
  if (!peer) throw new Error("the profile names no peer");
  const { identity } = roles.gx_partner_api;
  const client = new Client(peer.address, credentials.createSsl(readFileSync(tlsRootsOf(profile, peer))), {
    ...(peer.tlsHostname ? { "grpc.ssl_target_name_override": peer.tlsHostname } : {}),
  });
  const key = createPrivateKey(readFileSync(join(profile.wallet, `${identity}-key`)));
  const gateway = connect({
    client,
    identity: { mspId: profile.mspId, credentials: readFileSync(join(profile.wallet, `${identity}-cert`)) },
    signer: signers.newPrivateKeySigner(key),
    hash: hash.sha256,
  });
  const close = () => {
    gateway.close();
    client.close();
  };
  return { contract: gateway.getNetwork(profile.channel).getContract(profile.chaincode), close };
}

/** Until all workers are under way nothing is counted. */
const WARM_MS = 2_000;

/** `width` workers for `sliceMs`: each takes the next payment, submits it until it is committed, and goes on. */
export async function sdkSlice({ contract }: Sdk, width: number, sliceMs: number, payments: Payments): Promise<Slice> {
  const start = performance.now() + WARM_MS;
  const running = () => performance.now() - start < sliceMs;
  const counting = () => performance.now() >= start && running();
  const seen = { valid: 0, invalid: 0 };
  let next = 0;
  const worker = async () => {
    while (running()) {
      const { name: command, actor, input } = transferOf(payments(next++));
      const commands = [{ id: randomUUID(), command, actor, input }];
      const argument = JSON.stringify({ version: WIRE_VERSION, commands });
      for (let committed = false; !committed && running();) {
        committed = await isCommitted(contract, argument);
        if (counting()) seen[committed ? "valid" : "invalid"] += 1;
      }
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  return {
    rate: seen.valid / (sliceMs / 1_000),
    invalid: (100 * seen.invalid) / Math.max(1, seen.valid + seen.invalid),
  };
}

const DIFFERED = /ProposalResponsePayloads do not match/;

async function isCommitted(contract: Contract, argument: string): Promise<boolean> {
  try {
    await contract.submitTransaction(functions.execute, argument);
    return true;
  } catch (error) {
    if (error instanceof CommitError && error.code === StatusCode.MVCC_READ_CONFLICT) return false;
    // One peer of a network may be a block behind another.
    if (error instanceof EndorseError && error.details.some(({ message }) => DIFFERED.test(message))) return false;
    throw error;
  }
}
