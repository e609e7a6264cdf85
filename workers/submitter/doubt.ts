// Whether a command that is to be given up may have been written all the same, or may still be: FAILED says that it was not.
import { functions, WIRE_VERSION, type WireQuery } from "../../catalogue/wire.js";
import { FabricError } from "../../platform/fabric.js";
import type { Entry } from "./backlog.js";
import type { Work } from "./work.js";

/** What is known of a command that no further transaction shall carry. */
export type Finding = "never" | "on the ledger" | "unknown";

/** Blocks must have come for this share of the doubt: a ledger that stands still proves nothing. */
const SHARE = 6;

/**
 * "never": all its submissions stand in blocks or are too old to come, and the ledger holds no receipt of it, as a signed query
 * says after that.
 */
export async function mayStillCome(
  { signer, outcomes, every }: Pick<Work, "signer" | "outcomes" | "every">,
  { id, unsettled }: Pick<Entry, "id" | "unsettled">,
): Promise<Finding> {
  const isOld = Date.now() - unsettled >= every.doubtMs && outcomes.seenAt() >= unsettled + every.doubtMs / SHARE;
  if (unsettled > 0 && !isOld) return "unknown";
  try {
    const query: WireQuery = { version: WIRE_VERSION, name: "receipt", args: { commandId: id } };
    const answer = await signer.fabric().evaluate(functions.query, JSON.stringify(query));
    return answer.toString("utf8") === "null" ? "never" : "on the ledger";
  } catch (error) {
    if (error instanceof FabricError) return "unknown";
    throw error;
  }
}
