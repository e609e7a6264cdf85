// What an operator can do about what peers, orderers and TLS answer: their texts name neither the setting nor the remedy.
// Never decides anything: what a failure means for a command is decided where its stage is known.

type Line = readonly [said: RegExp, advice: string];

/** The first whose pattern is in the text speaks. Each stands in docs/fabric.md too, with its command. */
const lines: readonly Line[] = [
  [
    /ECONNREFUSED(?=.*Resolution note)/,
    "no peer listens at this address: start the peer, or correct `peers` in the profile",
  ],
  [/Name resolution failed|ENOTFOUND|EAI_AGAIN/, "this host is not known here: correct `peers` in the profile"],
  [
    /unable to verify the first certificate|self[- ]signed certificate|unable to get (local )?issuer/,
    "the server's certificate is of another CA: correct `tlsRoots` of its organization in the profile, or the port",
  ],
  [
    /does not match certificate's altnames/,
    "the server's certificate has another name: set `tlsHostname` of this peer in the profile to one of them",
  ],
  [/wrong version number|packet length too long/, "no TLS is spoken there: `peers` must name the gRPC port"],
  [
    /creator org unknown, creator is malformed/,
    "the channel does not know this certificate: `mspId` of the profile must be the organization of the CA that issued it",
  ],
  [
    /access denied: channel \S+ creator org \[/,
    "the organization is known, the certificate refused: revoked, or without its organizational unit; enrol it anew",
  ],
  [/identity expired/, "the certificate has ended: put a new one into the wallet"],
  [
    /SIGNER_NOT_ALLOWED/,
    "the certificate must be of the operator's MSP and carry gxc_role: enrol it with --id.attrs 'gxc_role=…:ecert'",
  ],
  [
    /failed to get config for channel|GetChainInfo failed \(404\)/,
    "the peer is not on this channel: correct `channel` in the profile, or let the peer join it",
  ],
  [
    /no peers available to evaluate chaincode|No metadata was found for chaincode/,
    "this chaincode is not committed on the channel, or no peer has it installed: correct `chaincode` in the profile, " +
      "or deploy it",
  ],
  [
    /no peer combination can satisfy/,
    "the endorsement policy needs peers of more organizations than can be reached: start them; where they run, look at " +
      "anchor peers and external gossip endpoints",
  ],
  [/no orderers could successfully process/, "no orderer is reached, or orderers have no leader: start most of them"],
  [
    /could not launch chaincode|chaincode stream terminated/,
    "the chaincode service of an endorsing organization does not run: start it",
  ],
  [/incorrect timestamp/, "clocks are more than 15 minutes apart: let all machines follow a time server"],
  [/status=FORBIDDEN/, "the channel's Writers policy does not admit this identity"],
  [/message payload is \d+ bytes/, "a transaction is larger than the channel's AbsoluteMaxBytes: lower BATCH_BYTES"],
  [/too many requests/, "the peer has as many calls as its concurrency limit allows: it is tried again, more slowly"],
];

/** What to do about a text of Fabric; undefined where it says enough, or nothing is known. */
export const adviceOn = (text: string): string | undefined => lines.find(([said]) => said.test(text))?.[1];
