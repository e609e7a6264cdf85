// The identity of one role towards the peer: proved by a signed call, exchanged when the wallet holds a newer one.
import { functions, WIRE_VERSION, type WireQuery } from "../../catalogue/wire.js";
import type { Connection } from "../../platform/connection.js";
import { GxError } from "../../platform/errors.js";
import { actAs, type Fabric } from "../../platform/fabric.js";
import { keepIdentity, mayCall } from "../../platform/kept-identity.js";
import type { Logger } from "../../platform/log.js";
import type { Profile } from "../../platform/profile.js";
import { readIdentity, type Identity } from "../../platform/wallet.js";
import type { Measures } from "./measures.js";

export interface Signer {
  /** Signs now. */
  fabric(): Fabric;
  /**
   * Evaluates gx:query systemStatus; before bootstrap the answer is null, which proves as much.
   * @throws GxError IDENTITY_EXPIRED, IDENTITY_NOT_YET_VALID, SIGNER_REFUSED; EvaluateError
   */
  prove(): Promise<void>;
  /** Takes a newer pair of the wallet into use when a peer answers it. Never rejects. */
  look(): Promise<void>;
  /** Looks for a newer pair, and proves the present one where there is none. @throws as prove */
  renew(): Promise<void>;
  /** Why the files in the wallet are not used; undefined while they are. */
  waiting(): string | undefined;
  /** Unix milliseconds of the last proof; 0 before the first. */
  provedAt(): number;
}

export interface SignerParts {
  profile: Profile;
  connection: Connection;
  measures: Measures;
  log: Logger;
  role: string;
  /** Name in the wallet. */
  name: string;
}

const STATUS = JSON.stringify({ version: WIRE_VERSION, name: "systemStatus", args: {} } satisfies WireQuery);

/** @throws GxError BAD_WALLET; WRONG_ROLE when the certificate names another role. */
export function openSigner(parts: SignerParts): Signer {
  const { connection, measures, log, role } = parts;
  let provedAt = 0;
  const canary = async (identity: Identity) => {
    const begin = Date.now();
    const { peer } = connection;
    await actAs(connection, identity).evaluate(functions.query, STATUS);
    provedAt = Date.now();
    measures.proved(role, true);
    connection.saw(peer, { rttMs: provedAt - begin });
  };
  const kept = keepIdentity({ role, read: () => readSigner(parts), canary, measures: measures.identity, log });
  let fabric = actAs(connection, kept.current());
  const look = async () => {
    const exchanged = await kept.look();
    if (exchanged) fabric = actAs(connection, kept.current());
    return exchanged;
  };
  const prove = async () => {
    try {
      await mayCall(kept.current(), canary);
    } catch (error) {
      measures.proved(role, false);
      throw error;
    }
  };
  return {
    fabric: () => fabric,
    prove,
    look: async () => void (await look()),
    renew: async () => {
      if (!(await look())) await prove();
    },
    waiting: kept.waiting,
    provedAt: () => provedAt,
  };
}

function readSigner({ profile, role, name }: SignerParts): Identity {
  const identity = readIdentity(profile, name);
  if (identity.role === role) return identity;
  throw new GxError(
    "WRONG_ROLE",
    `the certificate of ${name} carries gxc_role ${identity.role ?? "(none)"}, but the queue is ${role}; enrol it with gxc_role=${role}`,
  );
}
