// Submitting as one identity: propose, endorse, order. Each stage returns what the next one needs.
// Never retries and never asks for the outcome: that stands in the blocks. Each stage goes to the peer that is spoken to then.
import { between } from "./boundary.js";
import type { Connection } from "./connection.js";
import { fabricError, type Stage } from "./fabric-errors.js";
import type { Identity } from "./wallet.js";

export { EndorseError, EvaluateError, FabricError, SubmitError } from "./fabric-errors.js";

export interface Endorsed {
  readonly txId: string;
  /** Whether the text stands in the transaction as the endorsers answered it, letter for letter. */
  holds(text: string): boolean;
  /** Hands the signed transaction to the orderer. Returning is no promise that it will be in a block. @throws SubmitError */
  submit(): Promise<void>;
}

export interface Fabric {
  readonly identity: Identity;
  /** Runs a chaincode function without ordering it; returns its result. @throws EvaluateError */
  evaluate(name: string, argument: string): Promise<Buffer>;
  /** Runs a chaincode function and has its writes signed; makes a new transaction id each time. @throws EndorseError */
  endorse(name: string, argument: string): Promise<Endorsed>;
}

/** The chaincode of the connection's profile, spoken to as `identity`. */
export function actAs(connection: Connection, identity: Identity): Fabric {
  const { channel, chaincode } = connection.profile;
  const propose = (name: string, argument: string) =>
    connection
      .as(identity)
      .getNetwork(channel)
      .getContract(chaincode)
      .newProposal(name, { arguments: [argument] });
  return {
    identity,
    evaluate: async (name, argument) => {
      const proposal = propose(name, argument);
      return Buffer.from(await at("evaluate", proposal.getTransactionId(), () => proposal.evaluate()));
    },
    endorse: async (name, argument) => {
      const proposal = propose(name, argument);
      const txId = proposal.getTransactionId();
      const endorsed = await between("fabric", "endorse", () => at("endorse", txId, () => proposal.endorse()));
      const bytes = endorsed.getBytes();
      // What one peer had endorsed, any peer hands to the orderer.
      const order = () => at("submit", txId, () => connection.as(identity).newTransaction(bytes).submit());
      const holds = (text: string) => Buffer.from(bytes).includes(text);
      return { txId, holds, submit: async () => void (await between("fabric", "submit", order)) };
    },
  };
}

async function at<T>(stage: Stage, txId: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw fabricError(stage, txId, error);
  }
}
