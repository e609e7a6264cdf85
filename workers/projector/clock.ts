// What a group of blocks says about time, so that a span of time can be found as a span of blocks. Pure.
// Clocks of signers differ: a time may be behind an earlier one, and nothing here assumes otherwise.
import type { PlacedEvent } from "./decode.js";

/** Seconds of one step of the clock. */
const STEP = 60;

/** Times in Unix seconds. */
export interface Clock {
  readonly latest: number;
  readonly earliest: number;
  /** How far a time was behind the latest one before it in this group, at most. */
  readonly behind: number;
  /** Each step that the latest time newly reached, with the block in which it did. */
  readonly steps: readonly { readonly at: number; readonly block: number }[];
}

const stepOf = (at: number) => at - (at % STEP);

/** Undefined when nothing happened. */
export function clockOf(events: readonly PlacedEvent[]): Clock | undefined {
  const [first] = events;
  if (!first) return undefined;
  let [latest, earliest, behind] = [-1, first.event.at, 0];
  const steps: { at: number; block: number }[] = [];
  for (const { event, place } of events) {
    const { at } = event;
    earliest = Math.min(earliest, at);
    if (at <= latest) {
      behind = Math.max(behind, latest - at);
      continue;
    }
    if (latest < 0 || stepOf(at) > stepOf(latest)) steps.push({ at: stepOf(at), block: place.block });
    latest = at;
  }
  return { latest, earliest, behind, steps };
}

/** The steps that nobody reached before `latest`. */
export const newSteps = ({ steps }: Clock, latest: number | undefined): Clock["steps"] =>
  latest === undefined ? steps : steps.filter(({ at }) => at > stepOf(latest));
