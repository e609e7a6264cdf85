// Failures on the way to the ledger, sorted into the classes of protocol.md 14 by stage, code and text. Pure.
// Never guesses "not written": after submit only what the protocol names is known.
import { StatusCode } from "@hyperledger/fabric-gateway";
import type { FabricError } from "../../platform/fabric.js";

export type FailureClass =
  | "BATCH_INVALID"
  | "INTERNAL"
  | "SIGNER"
  | "CONFLICT"
  | "MISMATCH"
  | "POLICY"
  | "WAIT"
  | "UNKNOWN_OUTCOME"
  | "TOO_LARGE"
  | "CRASH"
  | "INVALID_ARGUMENT";

// gRPC status codes.
const UNKNOWN = 2;
const INVALID_ARGUMENT = 3;
const PERMISSION_DENIED = 7;
const ABORTED = 10;
const INTERNAL = 13;
const UNAUTHENTICATED = 16;

/** One line of the table: the first whose pattern is in the text decides. */
type Line = readonly [pattern: RegExp, means: FailureClass];

// The chaincode's message begins with its code; behind it may stand anything.
const fromChaincode: readonly Line[] = [
  [/^(Error: )?SIGNER_NOT_ALLOWED\b/, "SIGNER"],
  [/^(Error: )?BATCH_INVALID\b/, "BATCH_INVALID"],
  [/^(Error: )?INTERNAL\b/, "INTERNAL"],
];

const fromPeers: readonly Line[] = [
  [/chaincode stream terminated|timeout expired while executing/, "CRASH"],
  [/connection refused|ECONNREFUSED|could not launch chaincode/, "WAIT"],
  [/ProposalResponsePayloads do not match/, "MISMATCH"],
  [/access denied|identity expired|\bFORBIDDEN\b/, "SIGNER"],
  [/message payload is |(received|send) message larger than/i, "TOO_LARGE"],
  // Our clock or a peer is wrong or slow: nothing that the command could change.
  [/incorrect timestamp|too many requests|no combination of peers|no peers available/, "WAIT"],
  [/DeadlineExceeded|deadline exceeded|transport|Unavailable|SERVICE_UNAVAILABLE/, "WAIT"],
];

const firstOf = (lines: readonly Line[], text: string): FailureClass | undefined =>
  lines.find(([pattern]) => pattern.test(text))?.[1];

/** The class of a failed call. */
export function classOf(error: FabricError): FailureClass {
  return error.stage === "submit" ? classOfSubmit(error) : classOfProposal(error);
}

function classOfProposal({ status, text }: FabricError): FailureClass {
  // What the chaincode said comes after these words; only there its own codes count.
  const said = /chaincode response 500, (.*)/s.exec(text)?.[1];
  if (said !== undefined) return firstOf(fromChaincode, said) ?? firstOf(fromPeers, said) ?? "INTERNAL";
  const known = firstOf(fromPeers, text) ?? classOfStatus(status);
  if (known) return known;
  // The peer answered that it failed, and why is unknown: such a batch must not be tried for ever.
  return [UNKNOWN, ABORTED, INTERNAL].includes(status) ? "INTERNAL" : "WAIT";
}

function classOfSubmit({ status, text }: FabricError): FailureClass {
  const known = classOfStatus(status);
  if (known) return known;
  const tooLarge = firstOf(fromPeers, text) === "TOO_LARGE";
  if (status !== ABORTED) return tooLarge ? "TOO_LARGE" : "UNKNOWN_OUTCOME";
  return firstOf(fromPeers, text) ?? "INTERNAL";
}

function classOfStatus(status: number): FailureClass | undefined {
  if (status === PERMISSION_DENIED || status === UNAUTHENTICATED) return "SIGNER";
  return status === INVALID_ARGUMENT ? "INVALID_ARGUMENT" : undefined;
}

/** The class of a transaction that stands in a block with this validation code; undefined: VALID, or a copy to be ignored. */
export function classOfCode(code: number): FailureClass | undefined {
  switch (code) {
    case StatusCode.VALID:
    case StatusCode.DUPLICATE_TXID:
      return undefined;
    case StatusCode.MVCC_READ_CONFLICT:
    case StatusCode.PHANTOM_READ_CONFLICT:
      return "CONFLICT";
    case StatusCode.ENDORSEMENT_POLICY_FAILURE:
      return "POLICY";
    case StatusCode.BAD_CREATOR_SIGNATURE:
      return "SIGNER";
    default:
      return "INTERNAL";
  }
}

const codeNames = new Map(Object.entries(StatusCode).map(([name, code]) => [Number(code), name]));

/** Fabric's name of a validation code, e.g. MVCC_READ_CONFLICT. */
export const nameOfCode = (code: number): string => codeNames.get(code) ?? String(code);
