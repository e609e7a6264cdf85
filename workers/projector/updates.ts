// Whom to tell of what a block wrote: the commands with an outcome, the wallets with new lines in their statement.
// Names the one table that is a list to somebody; everything else is known from the changes themselves.
import type { Changed } from "../../platform/updates.js";
import type { Projected } from "./project.js";
import { tables } from "./tables.js";

const { entry: statement } = tables.tokenomics;
const WALLET = "walletId" satisfies keyof (typeof statement)["columns"];

export function changedBy({ outcomes, tables: changed }: Pick<Projected, "outcomes" | "tables">): Changed {
  const lines = changed.filter(({ table }) => table === statement).flatMap(({ rows }) => [...rows.values()]);
  return {
    commands: [...new Set(outcomes.map(({ commandId }) => commandId))],
    wallets: [...new Set(lines.map(({ set }) => String(set[WALLET])))],
  };
}
