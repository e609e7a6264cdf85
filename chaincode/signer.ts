// Who signed the transaction: the one source of a role is the certificate's attribute (protocol.md 1.2).
import type { Context } from "fabric-contract-api";
import { signingRoles, type SigningRole } from "../catalogue/roles.js";
import { ROLE_ATTRIBUTE } from "../catalogue/wire.js";
import { Fault } from "./fault.js";
import { OPERATOR_MSP } from "./operator.js";

type Identity = Pick<Context["clientIdentity"], "getMSPID" | "getAttributeValue">;

/** @throws Fault SIGNER_NOT_ALLOWED for a certificate of another MSP. */
export function assertOperator(identity: Identity): void {
  const mspId = identity.getMSPID();
  if (mspId !== OPERATOR_MSP)
    throw new Fault("SIGNER_NOT_ALLOWED", `the signer is of ${mspId}, not of ${OPERATOR_MSP}`);
}

/** @throws Fault SIGNER_NOT_ALLOWED for another MSP, and for a certificate without a valid role. */
export function signingRole(identity: Identity): SigningRole {
  assertOperator(identity);
  const value = identity.getAttributeValue(ROLE_ATTRIBUTE);
  const role = signingRoles.find((known) => known === value);
  if (!role) throw new Fault("SIGNER_NOT_ALLOWED", `the signer's certificate has no ${ROLE_ATTRIBUTE} that is known`);
  return role;
}
