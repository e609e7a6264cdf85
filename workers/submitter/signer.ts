// The identity of one role towards the peer: proved by a signed call, read again from the wallet while it is refused.
import { functions, WIRE_VERSION, type WireQuery } from "../../catalogue/wire.js";
import type { Connection } from "../../platform/connection.js";
import { GxError } from "../../platform/errors.js";
import { actAs, type Fabric } from "../../platform/fabric.js";
import type { Profile } from "../../platform/profile.js";
import { readIdentity } from "../../platform/wallet.js";
import type { Measures } from "./measures.js";

export interface Signer {
  /** As of the last reading of the wallet. */
  fabric(): Fabric;
  /** Evaluates gx:query systemStatus; before bootstrap the answer is null, which proves as much. @throws EvaluateError */
  prove(): Promise<void>;
  /** Reads certificate and key again and proves them. @throws GxError BAD_WALLET, EvaluateError */
  renew(): Promise<void>;
  /** Unix milliseconds of the last proof; 0 before the first. */
  provedAt(): number;
}

export interface SignerParts {
  profile: Profile;
  connection: Connection;
  measures: Measures;
  role: string;
  /** Name in the wallet. */
  name: string;
}

const STATUS = JSON.stringify({ version: WIRE_VERSION, name: "systemStatus", args: {} } satisfies WireQuery);

/** @throws GxError BAD_WALLET; WRONG_ROLE when the certificate names another role. */
export function openSigner(parts: SignerParts): Signer {
  const { connection, measures, role } = parts;
  const peer = connection.peer.address;
  let fabric = asRole(parts);
  let provedAt = 0;
  const prove = async () => {
    const begin = Date.now();
    try {
      await fabric.evaluate(functions.query, STATUS);
    } catch (error) {
      measures.connected.set({ role, peer }, 0);
      throw error;
    }
    provedAt = Date.now();
    measures.connected.set({ role, peer }, 1);
    measures.roundTrip.set({ peer }, (provedAt - begin) / 1_000);
  };
  return {
    fabric: () => fabric,
    prove,
    renew: async () => {
      fabric = asRole(parts);
      await prove();
    },
    provedAt: () => provedAt,
  };
}

function asRole({ profile, connection, measures, role, name }: SignerParts): Fabric {
  const identity = readIdentity(profile, name);
  if (identity.role !== role) {
    throw new GxError(
      "WRONG_ROLE",
      `the certificate of ${name} carries gxc_role ${identity.role ?? "(none)"}, but the queue is ${role}; enrol it with gxc_role=${role}`,
    );
  }
  measures.notAfter.set({ role, kind: "sign" }, identity.notAfter.getTime() / 1_000);
  return actAs(connection, identity);
}
