// The catalogue as a whole: look up a command by its name on the wire.
import { admin } from "./admin.js";
import { governance } from "./governance.js";
import { identity } from "./identity.js";
import { loanpool } from "./loanpool.js";
import { organization } from "./organization.js";
import { tax } from "./tax.js";
import { tokenomics } from "./tokenomics.js";
import type { Domain, DomainName, Named, AnyCommand } from "./language.js";

export const catalogue = { identity, admin, tokenomics, organization, loanpool, governance, tax } as const;
export type Catalogue = typeof catalogue;
/** The domains that have entries. */
export type FurnishedDomain = keyof Catalogue;
export const furnishedDomains = Object.keys(catalogue) as readonly FurnishedDomain[];

const domains: readonly Domain[] = Object.values(catalogue) as unknown as readonly Domain[];

export const commands: readonly Named<AnyCommand>[] = domains.flatMap((domain) => Object.values(domain.commands));
const commandsByName = new Map(commands.map((command) => [command.name, command]));
/** The entry of `<domain>.<command>`. */
export const commandOf = (name: string): Named<AnyCommand> | undefined => commandsByName.get(name);

type EventTables = { [D in FurnishedDomain]: Catalogue[D]["events"] }[FurnishedDomain];
type ValuesOf<T> = T extends unknown ? T[keyof T] : never;
/** The declaration of any event of the catalogue. */
export type CatalogueEvent = ValuesOf<EventTables>;
export type EventName = CatalogueEvent["event"];
/** The declaration named `N`. */
export type EventNamed<N extends EventName> = Extract<CatalogueEvent, { readonly event: N }>;

export { decodeEvent, eventOf, eventTypes, type Undecoded } from "./events/index.js";
export type { DomainName };
