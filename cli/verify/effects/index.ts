// What each event of the protocol means for the read models, written from protocol.md 13 a second time on purpose:
// it must not share code with the projector, or both would share its faults.
import type { EventName } from "../../../catalogue/index.js";
import type { Recorded } from "../../../catalogue/language.js";
import type { State } from "../state.js";
import { adminEffects } from "./admin.js";
import type { Where } from "./effect.js";
import { governanceEffects } from "./governance.js";
import { identityEffects } from "./identity.js";
import { loanpoolEffects } from "./loanpool.js";
import { organizationEffects } from "./organization.js";
import { taxEffects } from "./tax.js";
import { tokenomicsEffects } from "./tokenomics.js";

const domains = [
  identityEffects,
  adminEffects,
  tokenomicsEffects,
  organizationEffects,
  loanpoolEffects,
  governanceEffects,
  taxEffects,
] as const;

type EventsOf<F> = F extends (state: State) => infer E ? keyof E : never;
type None<T extends never> = T;
/** Does not compile, and names the event, as long as nobody says what an event means. */
export type Meaningless = None<Exclude<EventName, EventsOf<(typeof domains)[number]>>>;

type Handler = (event: Recorded, where: Where) => void;

/** Carries out an event on the rows of every domain that it concerns. */
export function effectsOn(state: State): Handler {
  const made = domains.map((effects) => effects(state) as unknown as Readonly<Record<string, Handler | undefined>>);
  return (event, where) => made.forEach((effects) => effects[event.name]?.(event, where));
}
