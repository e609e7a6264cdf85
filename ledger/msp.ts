// Membership: which creators this channel accepts, and whether a signature is theirs (ledger.md 1.2, 1.13).
import { verify, X509Certificate, type KeyObject } from "node:crypto";
import { msp as protos } from "@hyperledger/fabric-protos";
import { unitsOf } from "../platform/certificate.js";
import { isLowS } from "../platform/wallet.js";
import { bytesField } from "./wire.js";

export interface Member {
  mspId: string;
  /** Node OU: client, admin, peer, orderer; undefined = none of them. */
  unit: string | undefined;
  publicKey: KeyObject;
  notAfter: number;
}

export interface Msp {
  /** The member behind SerializedIdentity bytes, whatever its age; undefined = unknown MSP, foreign or malformed certificate. */
  member(creator: Uint8Array): Member | undefined;
  /** True when `signature` over `message` is the member's, in DER with low S, and the member has a known unit. */
  signed(member: Member, message: Uint8Array, signature: Uint8Array): boolean;
  /** True when the creator is a member and the signature is this member's. */
  isAuthor(creator: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;
  /** True for a member whose certificate has ended. Peers look at that in some places and not in others. */
  isExpired(creator: Uint8Array): boolean;
}

const UNITS = ["client", "admin", "peer", "orderer"];
const REMEMBERED = 1_000;

export function newMsp(mspId: string, rootCertificate: string): Msp {
  const root = new X509Certificate(rootCertificate);
  const known = new Map<string, Member | undefined>();

  const lookUp = (creator: Uint8Array): Member | undefined => {
    try {
      const identity = protos.SerializedIdentity.deserializeBinary(creator);
      const certificate = new X509Certificate(identity.getIdBytes_asU8());
      const chains = certificate.checkIssued(root) && certificate.verify(root.publicKey);
      if (identity.getMspid() !== mspId || certificate.ca || !chains) return undefined;
      return {
        mspId,
        unit: unitsOf(certificate).find((unit) => UNITS.includes(unit)),
        publicKey: certificate.publicKey,
        notAfter: new Date(certificate.validTo).getTime(),
      };
    } catch {
      return undefined;
    }
  };

  const member: Msp["member"] = (creator) => {
    const name = Buffer.from(creator).toString("latin1");
    if (!known.has(name)) {
      if (known.size === REMEMBERED) known.clear();
      known.set(name, lookUp(creator));
    }
    return known.get(name);
  };
  const signed: Msp["signed"] = ({ unit, publicKey }, message, signature) =>
    unit !== undefined && isSignature(publicKey, message, signature);

  return {
    member,
    signed,
    isAuthor: (creator, message, signature) => {
      const author = member(creator);
      return author !== undefined && signed(author, message, signature);
    },
    isExpired: (creator) => (member(creator)?.notAfter ?? Infinity) <= Date.now(),
  };
}

/** SerializedIdentity bytes of a certificate. */
export const creatorOf = (mspId: string, certificate: string): Buffer =>
  Buffer.concat([bytesField(1, mspId), bytesField(2, certificate)]);

function isSignature(key: KeyObject, message: Uint8Array, signature: Uint8Array): boolean {
  try {
    return isLowS(signature) && verify("sha256", message, { key, dsaEncoding: "der" }, signature);
  } catch {
    return false;
  }
}
