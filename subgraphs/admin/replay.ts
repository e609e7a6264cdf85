// `replayCommand`: an admin has a command tried again that the system gave up (protocol.md 14 and 16.3).
import { faultsOf, uuid } from "../../catalogue/language.js";
import type { Context } from "../context.js";
import { conflict, forbidden, invalidInput, unauthenticated } from "../errors.js";

/** A ticket of the same id; null where there is no such command. Who may not ask learns nothing of it. */
export async function replayCommand(_: unknown, { id }: { readonly id: string }, context: Context) {
  const { admin, caller, rows, reads, replay } = context;
  if (!admin) throw caller.sub === undefined ? unauthenticated() : forbidden();
  const parsed = uuid().zod.safeParse(id);
  if (!parsed.success) throw invalidInput(faultsOf(parsed.error).map((fault) => ({ ...fault, path: "id" })));
  const command = await rows.one("Command", id);
  if (!command) return null;
  if (command.role === "gx_super_admin" && !caller.roles.includes("SUPER_ADMIN")) throw forbidden();
  const ticket = await replay(id);
  if (ticket) return ticket;
  const now = await reads.first("Command", { where: { id } });
  throw conflict(now?.status ?? command.status);
}
