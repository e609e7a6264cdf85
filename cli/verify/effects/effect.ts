// What an event means for the read models: the form in which each domain says it, and how rows tell times and lines.
import type { EventName, EventNamed } from "../../../catalogue/index.js";
import type { RecordedOf } from "../../../catalogue/language.js";
import type { Cell, State } from "../state.js";

export interface Where {
  readonly block: number;
  readonly txId: string;
  readonly commandId: string;
  readonly index: number;
  /** Of the event: block-transaction-command-event. */
  readonly position: string;
}

/** What events mean for the tables of one domain. */
export type Effects = { readonly [N in EventName]?: (event: RecordedOf<EventNamed<N>>, where: Where) => void };
export type EffectsOn = (state: State) => Effects;

/** Times are compared in milliseconds. */
export const ms = (seconds: number | null): Cell => (seconds === null ? null : String(seconds * 1_000));
/** The position of one of several rows of an event. */
export const line = (position: string, number: number) => `${position}-${String(number).padStart(3, "0")}`;
/** MINTED_LOAN → LOAN; undefined for accounts. */
export const minted = (accountId: string) => (accountId.startsWith("MINTED_") ? accountId.slice(7) : undefined);
