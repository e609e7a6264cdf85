// All projections: what an event changes, whichever domains it concerns.
import type { EventName } from "../../catalogue/index.js";
import type { Recorded } from "../../catalogue/language.js";
import { admin } from "./admin.js";
import type { Change, Place, Projection } from "./change.js";
import { governance } from "./governance.js";
import { identity } from "./identity.js";
import { loanpool } from "./loanpool.js";
import { organization } from "./organization.js";
import type { TableOwner } from "./tables.js";
import { tax } from "./tax.js";
import { tokenomics } from "./tokenomics.js";

export const projections = { identity, admin, tokenomics, organization, loanpool, governance, tax } as const satisfies {
  [D in TableOwner]: Projection<D>;
};

type Projections = typeof projections;
type Projected = { [D in keyof Projections]: keyof Projections[D] }[keyof Projections];
type None<T extends never> = T;
/** Does not compile, and names the event, as long as an event of the catalogue is projected by nobody. */
export type Unprojected = None<Exclude<EventName, Projected>>;

type Handler = (event: Recorded, place: Place) => readonly Change[];

/** The changes of one decoded event in all tables. */
export function changesOfEvent(event: Recorded, place: Place): readonly Change[] {
  return Object.values(projections).flatMap((projection) => {
    // The event was decoded by the declaration of that name, which types its handler.
    const handle = (projection as unknown as Readonly<Record<string, Handler | undefined>>)[event.name];
    return handle?.(event, place) ?? [];
  });
}
