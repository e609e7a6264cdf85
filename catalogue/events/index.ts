// All events: look one up by its name, decode one as it stands in a block. Knows no command.
import type { AnyEvent, Recorded } from "../language.js";
import { admin } from "./admin.js";
import { governance } from "./governance.js";
import { identity } from "./identity.js";
import { loanpool } from "./loanpool.js";
import { organization } from "./organization.js";
import { tax } from "./tax.js";
import { tokenomics } from "./tokenomics.js";

export const eventTypes: readonly AnyEvent[] = [
  identity,
  admin,
  tokenomics,
  organization,
  loanpool,
  governance,
  tax,
].flatMap((events) => Object.values<AnyEvent>(events));
const eventsByName = new Map(eventTypes.map((event) => [event.event, event]));
export const eventOf = (name: string): AnyEvent | undefined => eventsByName.get(name);

/** Why an event of a block could not be decoded. */
export type Undecoded = { readonly reason: "UNKNOWN_EVENT" | "MALFORMED_EVENT"; readonly detail: string };

/** Parses an event as it stands in a block: name known, domain right, every field present and well-formed. */
export function decodeEvent(raw: unknown): { readonly event: Recorded } | { readonly error: Undecoded } {
  const name = (raw as { name?: unknown } | null)?.name;
  const type = typeof name === "string" ? eventOf(name) : undefined;
  if (!type)
    return { error: { reason: "UNKNOWN_EVENT", detail: `no event is named ${JSON.stringify(name) ?? "undefined"}` } };
  const parsed = type.wire.safeParse(raw);
  if (parsed.success) return { event: parsed.data };
  const first = parsed.error.issues[0];
  return {
    error: {
      reason: "MALFORMED_EVENT",
      detail: `${type.event}.${first?.path.join(".") ?? ""}: ${first?.message ?? ""}`,
    },
  };
}
