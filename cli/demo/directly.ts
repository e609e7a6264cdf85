// A command submitted past the gateway, with the signing identity that the partner's queue uses, and its outcome in the block.
import { signers } from "../../catalogue/roles.js";
import { functions, WIRE_VERSION, wireOutcomes, type WireCommand, type WireOutcome } from "../../catalogue/wire.js";
import { chainInfo, followBlocks } from "../../platform/blocks.js";
import type { Config } from "../../platform/config.js";
import { openConnection } from "../../platform/connection.js";
import { GxError } from "../../platform/errors.js";
import { actAs } from "../../platform/fabric.js";
import { readProfile } from "../../platform/profile.js";
import { readIdentity } from "../../platform/wallet.js";

/** @throws GxError, EndorseError, SubmitError of the platform when the ledger is away. */
export async function submitDirectly({ fabricProfile }: Config, command: WireCommand): Promise<WireOutcome> {
  const profile = readProfile(fabricProfile);
  const connection = openConnection(profile);
  try {
    const identity = readIdentity(profile, signers.gx_partner_api.identity);
    const { height: from } = await chainInfo(connection, identity);
    const argument = JSON.stringify({ version: WIRE_VERSION, commands: [command] });
    const { txId, submit } = await actAs(connection, identity).endorse(functions.execute, argument);
    await submit();
    for await (const { transactions } of followBlocks({ connection, identity, from })) {
      const { payload } = transactions.find((transaction) => transaction.txId === txId) ?? {};
      const [outcome] = payload ? wireOutcomes.parse(JSON.parse(payload.toString("utf8"))).outcomes : [];
      if (outcome) return outcome;
    }
    throw new GxError("UNEXPECTED", "the stream of blocks ended");
  } finally {
    connection.close();
  }
}
