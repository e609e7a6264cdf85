// The catalogue as a whole: look up a command or an event by its name on the wire.
import { admin } from "./admin.js";
import { identity } from "./identity.js";
import { tax } from "./tax.js";
import { tokenomics } from "./tokenomics.js";
import type { AnyEvent, Domain, DomainName, Named, AnyCommand, Recorded } from "./language.js";

export const catalogue = { identity, admin, tokenomics, tax } as const;
export type Catalogue = typeof catalogue;
/** The domains that have entries. */
export type FurnishedDomain = keyof Catalogue;
export const furnishedDomains = Object.keys(catalogue) as readonly FurnishedDomain[];

const domains: readonly Domain[] = Object.values(catalogue) as unknown as readonly Domain[];

export const commands: readonly Named<AnyCommand>[] = domains.flatMap((domain) => Object.values(domain.commands));
const commandsByName = new Map(commands.map((command) => [command.name, command]));
/** The entry of `<domain>.<command>`. */
export const commandOf = (name: string): Named<AnyCommand> | undefined => commandsByName.get(name);

export const eventTypes: readonly AnyEvent[] = domains.flatMap((domain) => Object.values(domain.events));
const eventsByName = new Map(eventTypes.map((event) => [event.event, event]));
export const eventOf = (name: string): AnyEvent | undefined => eventsByName.get(name);

type EventTables = { [D in FurnishedDomain]: Catalogue[D]["events"] }[FurnishedDomain];
type ValuesOf<T> = T extends unknown ? T[keyof T] : never;
/** The declaration of any event of the catalogue. */
export type CatalogueEvent = ValuesOf<EventTables>;
export type EventName = CatalogueEvent["event"];
/** The declaration named `N`. */
export type EventNamed<N extends EventName> = Extract<CatalogueEvent, { readonly event: N }>;

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

export type { DomainName };
