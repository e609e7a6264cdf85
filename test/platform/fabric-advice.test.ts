// Texts of peers, orderers and TLS (most met on 2.5.16), and that an operator is told what to do about each.
import { readFileSync } from "node:fs";
import { EvaluateError } from "../../platform/fabric.js";
import { advised, GxError } from "../../platform/errors.js";
import { adviceOn } from "../../platform/fabric-advice.js";

const page = readFileSync("docs/fabric.md", "utf8");

/** The text, a phrase of it under which docs/fabric.md lists it, and a word of the advice. */
const answers: readonly (readonly [text: string, phrase: string, advice: string])[] = [
  [
    "14 UNAVAILABLE: No connection established. Last error: Error: connect ECONNREFUSED 127.0.0.1:1. Resolution note: ",
    ...["ECONNREFUSED", "start the peer"],
  ] as const,
  [
    "14 UNAVAILABLE: Name resolution failed for target dns:peer.nowhere.invalid:7051",
    ...["Name resolution failed", "correct `peers`"],
  ] as const,
  [
    "14 UNAVAILABLE: No connection established. Last error: Error: unable to verify the first certificate. Resolution note: ",
    ...["unable to verify the first certificate", "`tlsRoots`"],
  ] as const,
  [
    "14 UNAVAILABLE: No connection established. Last error: Error [ERR_TLS_CERT_ALTNAME_INVALID]: Hostname/IP does not " +
      "match certificate's altnames: Host: peer9.example. is not in the cert's altnames: DNS:localhost, IP Address:127.0.0.1. ",
    ...["does not match certificate's altnames", "`tlsHostname`"],
  ] as const,
  [
    "14 UNAVAILABLE: No connection established. Last error: Error: error:0A00010B:SSL routines:ssl3_get_record:wrong version number:../deps/",
    ...["wrong version number", "gRPC port"],
  ] as const,
  [
    "9 FAILED_PRECONDITION: evaluate call to endorser returned error: error validating proposal: access denied: " +
      "channel [gxchannel] creator org unknown, creator is malformed",
    ...["creator org unknown, creator is malformed", "`mspId`"],
  ] as const,
  [
    "error validating proposal: access denied: channel [gxchannel] creator org [Org1MSP]",
    ...["creator org [Org1MSP]", "enrol it anew"],
  ] as const,
  ["proposal client identity expired", "identity expired", "new one into the wallet"],
  [
    "chaincode response 500, SIGNER_NOT_ALLOWED: the signer is of Org2MSP, not of Org1MSP",
    ...["SIGNER_NOT_ALLOWED", "gxc_role"],
  ] as const,
  [
    "14 UNAVAILABLE: failed to get config for channel [nochannel]: could not get last config for channel nochannel",
    ...["failed to get config for channel", "`channel`"],
  ] as const,
  [
    "9 FAILED_PRECONDITION: no peers available to evaluate chaincode nochain in channel gxchannel",
    ...["no peers available to evaluate chaincode", "`chaincode`"],
  ] as const,
  [
    "9 FAILED_PRECONDITION: no combination of peers can be derived which satisfy the endorsement policy: " +
      "No metadata was found for chaincode gx in channel nochannel",
    ...["No metadata was found for chaincode", "deploy it"],
  ] as const,
  [
    "9 FAILED_PRECONDITION: no combination of peers can be derived which satisfy the endorsement policy: " +
      "no peer combination can satisfy the endorsement policy",
    ...["no peer combination can satisfy the endorsement policy", "anchor peers"],
  ] as const,
  [
    "14 UNAVAILABLE: no orderers could successfully process transaction",
    ...["no orderers could successfully process transaction", "leader"],
  ] as const,
  [
    "could not launch chaincode gx_1.0.1:d5: connection to gx_1.0.1:d5 failed: error creating grpc connection to 127.0.0.1:27665",
    ...["could not launch chaincode", "start it"],
  ] as const,
  ["chaincode stream terminated", "chaincode stream terminated", "start it"],
  [
    "request unauthorized due to incorrect timestamp 2026-11-22T00:00:00Z, peer time 2026-11-22T01:00:00Z",
    ...["incorrect timestamp", "time server"],
  ] as const,
  [
    "10 ABORTED: received unsuccessful response from orderer: status=FORBIDDEN, info=permission denied",
    ...["status=FORBIDDEN", "Writers"],
  ] as const,
  [
    "status=BAD_REQUEST, info=message payload is 11000000 bytes and exceeds maximum allowed 10485760 bytes",
    ...["message payload is", "BATCH_BYTES"],
  ] as const,
  [
    "2 UNKNOWN: too many requests for /gateway.Gateway, exceeding concurrency limit (500)",
    ...["too many requests for /gateway.Gateway", "more slowly"],
  ] as const,
];

it.each(answers)("%s: the page lists it and the advice fits", (text, phrase, advice) => {
  expect(text).toContain(phrase);
  expect(page).toContain(phrase);
  expect(adviceOn(text)).toContain(advice);
});

it("stands behind the message where an operator reads it, also when only the details know the cause", () => {
  const details = [
    "chaincode response 500, SIGNER_NOT_ALLOWED: the signer's certificate has no gxc_role that is known",
  ];
  const error = new EvaluateError({ status: 10, txId: "", details, message: "failed to endorse", cause: undefined });
  expect(advised(error)).toMatch(/^failed to endorse → .*gxc_role/);
});

it("is not made up where nothing is known", () => {
  expect(adviceOn("ProposalResponsePayloads do not match")).toBeUndefined();
  expect(advised(new GxError("UNAVAILABLE", "away"))).toBe("away");
});
