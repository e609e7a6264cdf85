// One sentence of a check that an object does not pass. What is refused never reaches a cluster by accident.
import { nameOf, type KubeObject } from "./kube-object.js";

export interface Refusal {
  /** The check, in a few words. */
  rule: string;
  /** Kind and name, or the overlay where it is about the whole. */
  of: string;
  why: string;
}

/** Speaks for one rule. */
export const refuses =
  (rule: string) =>
  (of: KubeObject | string, why: string): Refusal => ({ rule, of: typeof of === "string" ? of : nameOf(of), why });
