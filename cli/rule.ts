// The rule of a kind of value in words, as whoever breaks it is told.
import { faultsOf, type Fault, type Kind } from "../catalogue/language.js";

/** The rule that a value breaks which is nothing at all; of a list the rule of its elements too. */
export function ruleOf(kind: Kind): string {
  const parsed = kind.zod.safeParse(Symbol("nothing"));
  const [fault]: (Fault | undefined)[] = parsed.success ? [] : faultsOf(parsed.error);
  const item = kind.item && !kind.item.fields ? `; each ${ruleOf(kind.item)}` : "";
  return `${fault?.message ?? "anything"}${item}`;
}
