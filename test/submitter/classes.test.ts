import { EndorseError, EvaluateError, SubmitError } from "../../platform/fabric.js";
import { classOf, classOfCode, nameOfCode, type FailureClass } from "../../workers/submitter/classes.js";

const errors = { evaluate: EvaluateError, endorse: EndorseError, submit: SubmitError };

interface Case {
  stage: keyof typeof errors;
  status: number;
  message: string;
  details?: string[];
  means: FailureClass;
}

const endorsing = "10 ABORTED: failed to endorse transaction, see attached details for more info";
const collecting = "10 ABORTED: failed to collect enough transaction endorsements, see attached details for more info";
const orderer = "10 ABORTED: received unsuccessful response from orderer: ";
const endorse = (status: number, message: string, means: FailureClass, ...details: string[]): Case => ({
  stage: "endorse",
  status,
  message,
  means,
  details,
});
const submit = (status: number, message: string, means: FailureClass): Case => ({
  stage: "submit",
  status,
  message,
  means,
});

const table: Case[] = [
  endorse(10, endorsing, "BATCH_INVALID", "chaincode response 500, BATCH_INVALID: commands.3.id: must be a uuid"),
  endorse(10, endorsing, "INTERNAL", "chaincode response 500, INTERNAL: Cannot read properties of undefined"),
  endorse(10, endorsing, "INTERNAL", "chaincode response 500, a text that no rule of ours writes"),
  endorse(10, endorsing, "INTERNAL", "chaincode response 500, INTERNAL: remark says SIGNER_NOT_ALLOWED"),
  endorse(10, endorsing, "SIGNER", "chaincode response 500, SIGNER_NOT_ALLOWED: the signer is of Org2MSP"),
  endorse(10, endorsing, "SIGNER", "error validating proposal: access denied: channel [gx] creator org [Org1MSP]"),
  endorse(
    10,
    endorsing,
    "SIGNER",
    "error validating proposal: access denied: channel [gx] creator org unknown, creator is malformed",
  ),
  endorse(10, endorsing, "SIGNER", "error validating proposal: proposal client identity expired 5h ago"),
  endorse(7, "7 PERMISSION_DENIED: no", "SIGNER"),
  endorse(16, "16 UNAUTHENTICATED: no", "SIGNER"),
  endorse(10, collecting, "MISMATCH", "ProposalResponsePayloads do not match"),
  endorse(
    9,
    "9 FAILED_PRECONDITION: no combination of peers can be derived which satisfy the endorsement policy",
    "WAIT",
  ),
  endorse(
    9,
    "9 FAILED_PRECONDITION: no combination of peers: No metadata was found for chaincode gx in channel c",
    "WAIT",
  ),
  endorse(9, "9 FAILED_PRECONDITION: failed to select a set of endorsers that satisfy the endorsement policy", "WAIT"),
  endorse(9, "9 FAILED_PRECONDITION: a channel that the peer has not joined", "WAIT"),
  endorse(14, "14 UNAVAILABLE: peer 127.0.0.1:7051 was left", "WAIT"),
  endorse(14, "14 UNAVAILABLE: Connection dropped", "WAIT"),
  endorse(10, collecting, "WAIT", "rpc error: code = Unavailable desc = error reading from server: EOF"),
  endorse(10, collecting, "WAIT", "rpc error: code = DeadlineExceeded desc = context deadline exceeded"),
  endorse(2, "2 UNKNOWN: too many requests for /gateway.Gateway, exceeding concurrency limit (500)", "WAIT"),
  endorse(14, "14 UNAVAILABLE: No connection established. Last error: connect ECONNREFUSED 127.0.0.1:7051", "WAIT"),
  endorse(14, "14 UNAVAILABLE: failed to find any endorsing peers", "WAIT"),
  endorse(8, "8 RESOURCE_EXHAUSTED: the peer is busy", "WAIT"),
  endorse(4, "4 DEADLINE_EXCEEDED: Deadline exceeded after 15s", "WAIT"),
  endorse(10, collecting, "WAIT", "rpc error: code = Unavailable desc = connection error: connection refused"),
  endorse(10, endorsing, "WAIT", "could not launch chaincode gx:1.0: connection to gx:1.0 failed"),
  endorse(10, endorsing, "WAIT", "request unauthorized due to incorrect timestamp 2026-01-01, peer time 2027-01-01"),
  endorse(10, endorsing, "CRASH", "failed to execute transaction 77: error sending: chaincode stream terminated"),
  endorse(10, endorsing, "CRASH", "error in simulation: timeout expired while executing transaction"),
  endorse(8, "8 RESOURCE_EXHAUSTED: Received message larger than max (5000000 vs 4194304)", "TOO_LARGE"),
  endorse(3, "3 INVALID_ARGUMENT: failed to unpack transaction proposal", "INVALID_ARGUMENT"),
  endorse(10, endorsing, "INTERNAL", "a peer's failure that nobody has seen yet"),
  { stage: "evaluate", status: 14, message: "14 UNAVAILABLE: no", means: "WAIT" },
  {
    stage: "evaluate",
    status: 9,
    message: "9 FAILED_PRECONDITION: no peers available to evaluate chaincode gx in channel c",
    means: "WAIT",
  },
  {
    stage: "evaluate",
    status: 9,
    message: "9 FAILED_PRECONDITION: evaluate call to endorser returned error: access denied: channel [gx]",
    means: "SIGNER",
  },
  submit(10, `${orderer}status=FORBIDDEN, info=implicit policy evaluation failed`, "SIGNER"),
  submit(10, `${orderer}status=BAD_REQUEST, info=broadcast client identity expired 1h ago`, "SIGNER"),
  submit(
    10,
    `${orderer}status=BAD_REQUEST, info=message payload is 11000000 bytes and exceeds maximum allowed 10485760 bytes`,
    "TOO_LARGE",
  ),
  submit(10, `${orderer}status=SERVICE_UNAVAILABLE, info=no Raft leader`, "WAIT"),
  submit(10, `${orderer}status=BAD_REQUEST, info=something new`, "INTERNAL"),
  submit(14, "14 UNAVAILABLE: no orderers could successfully process transaction", "UNKNOWN_OUTCOME"),
  submit(14, "14 UNAVAILABLE: connection refused", "UNKNOWN_OUTCOME"),
  submit(14, "14 UNAVAILABLE: peer 127.0.0.1:7051 was left", "UNKNOWN_OUTCOME"),
  submit(4, "4 DEADLINE_EXCEEDED: Deadline exceeded after 10s", "UNKNOWN_OUTCOME"),
  submit(1, "1 CANCELLED: Call cancelled", "UNKNOWN_OUTCOME"),
  submit(2, "2 UNKNOWN: too many requests for /gateway.Gateway", "UNKNOWN_OUTCOME"),
  submit(3, "3 INVALID_ARGUMENT: prepared transaction must be signed", "INVALID_ARGUMENT"),
];

describe("the class of a failed call", () => {
  test.each(
    table.map((line) => [line.stage, line.status, line.details?.[0] ?? line.message, line.means, line] as const),
  )("at %s with code %i and “%s” is %s", (stage, status, _text, means, { message, details = [] }) => {
    const error = new errors[stage]({ status, txId: "t", details, message, cause: undefined });
    expect(classOf(error)).toBe(means);
  });
});

describe("the class of a validation code", () => {
  test.each([
    [0, undefined],
    [4, "SIGNER"],
    [9, undefined],
    [10, "POLICY"],
    [11, "CONFLICT"],
    [12, "CONFLICT"],
    [5, "INTERNAL"],
    [255, "INTERNAL"],
  ])("%i is %s", (code, means) => expect(classOfCode(code)).toBe(means));

  test("has Fabric's name", () => {
    expect([0, 11, 255, 77].map(nameOfCode)).toEqual(["VALID", "MVCC_READ_CONFLICT", "INVALID_OTHER_REASON", "77"]);
  });
});
