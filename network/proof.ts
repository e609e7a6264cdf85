// Proof that a network can be used: a transaction without a write, endorsed by both organizations and committed.
// Which function is called is told by who knows the chaincode.
import { createPrivateKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import * as grpc from "@grpc/grpc-js";
import { connect, signers, type Contract } from "@hyperledger/fabric-gateway";
import { messageOf } from "../platform/errors.js";
import { adminOf, mspOf, tlsOf } from "./crypto.js";
import { networkFault } from "./errors.js";
import { LOOPBACK, peerOrganizations, type Layout, type PeerPlace } from "./layout.js";

const PATIENCE_MS = 60_000;

export interface Asked {
  layout: Layout;
  channel: string;
  chaincode: string;
  proof: Proof;
}

/** A function of the chaincode that writes nothing and that every member may call. */
export interface Proof {
  name: string;
  arguments: readonly string[];
}

/** What chaincode answers by itself that is built with Fabric's contract API. */
export const METADATA: Proof = { name: "org.hyperledger.fabric:GetMetadata", arguments: [] };

/** Resolves when every peer endorses with the other organization, and one such transaction is committed. */
export async function proveUsable(asked: Asked): Promise<void> {
  const { layout, proof } = asked;
  const [first, ...others] = layout.peers;
  if (!first) throw networkFault("this network has no peer");
  const endorse = async (contract: Contract) => {
    await contract.newProposal(proof.name, { arguments: [...proof.arguments] }).endorse();
  };
  const commit = async (contract: Contract) => {
    await contract.submit(proof.name, { arguments: [...proof.arguments] });
  };
  await Promise.all([through(asked, first, commit), ...others.map((peer) => through(asked, peer, endorse))]);
}

/** Until it works: what a young network refuses, it takes a moment later, and its reasons are told apart by no code. */
async function through(asked: Asked, peer: PeerPlace, act: (contract: Contract) => Promise<void>): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS; ; await sleep(50)) {
    // A connection that met a closed port would wait before it tries again.
    const { contract, close } = open(asked, peer);
    try {
      return await act(contract);
    } catch (error) {
      if (Date.now() > end) throw networkFault(`${peer.name} takes no transaction: ${messageOf(error)}`, error);
    } finally {
      close();
    }
  }
}

function open({ layout, channel, chaincode }: Asked, { name, port }: PeerPlace) {
  const roots = readFileSync(tlsOf(layout, name, "ca.crt"));
  const client = new grpc.Client(`${LOOPBACK}:${port}`, grpc.credentials.createSsl(roots), {
    // A name, because TLS allows no address as server name.
    "grpc.ssl_target_name_override": "localhost",
  });
  const [{ mspId }] = peerOrganizations;
  const folder = mspOf(layout, adminOf(mspId));
  const within = (ms: number) => () => ({ deadline: Date.now() + ms });
  const gateway = connect({
    client,
    identity: { mspId, credentials: readFileSync(join(folder, "signcerts", "cert.pem")) },
    signer: signers.newPrivateKeySigner(createPrivateKey(readFileSync(join(folder, "keystore", "key.pem")))),
    endorseOptions: within(5_000),
    submitOptions: within(5_000),
    commitStatusOptions: within(10_000),
  });
  return {
    contract: gateway.getNetwork(channel).getContract(chaincode),
    close: () => {
      gateway.close();
      client.close();
    },
  };
}
