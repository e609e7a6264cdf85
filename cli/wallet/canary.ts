// Whether a peer takes a call signed by an identity, before any process signs by it (operations.md 3.5, step 2).
import { functions, WIRE_VERSION, type WireQuery } from "../../catalogue/wire.js";
import { openConnection } from "../../platform/connection.js";
import { actAs } from "../../platform/fabric.js";
import { mayCall } from "../../platform/kept-identity.js";
import type { Profile } from "../../platform/profile.js";
import type { Identity } from "../../platform/wallet.js";

const PATIENCE_MS = 3_000;
const STATUS = JSON.stringify({ version: WIRE_VERSION, name: "systemStatus", args: {} } satisfies WireQuery);

/** False when no peer can be reached. @throws GxError SIGNER_REFUSED, and EvaluateError of a peer that answers otherwise */
export async function isTaken(profile: Profile, identity: Identity): Promise<boolean> {
  const connection = openConnection(profile);
  try {
    const reached = await connection.ready(PATIENCE_MS).then(
      () => true,
      () => false,
    );
    if (!reached) return false;
    await mayCall(identity, async (as) => void (await actAs(connection, as).evaluate(functions.query, STATUS)));
    return true;
  } finally {
    connection.close();
  }
}
