// What an answer says of one place in it: a value, or null and why.
import type { GraphError } from "../gateway/graph.js";
import { admins, type Letter, type Who } from "./law.js";

/** The first element of every list; undefined below a null. */
export interface Found {
  readonly value: unknown;
  /** Where it is, or where the way to it ends. */
  readonly path: readonly (string | number)[];
}

export function find(data: unknown, way: readonly string[]): Found {
  let value = data;
  const path: (string | number)[] = [];
  for (const step of [...way, undefined]) {
    if (Array.isArray(value) && step !== undefined) {
      value = value[0] as unknown;
      path.push(0);
    }
    if (step === undefined || value == null) break;
    value = (value as Record<string, unknown>)[step];
    path.push(step);
  }
  return { value: path.filter((step) => step !== 0).length === way.length ? value : undefined, path };
}

/** The code with which a place was refused; undefined where it was answered. */
export function refusedAt(
  answer: { data: unknown; errors: readonly GraphError[] },
  way: readonly string[],
): string | undefined {
  const { value, path } = find(answer.data, way);
  if (value != null) return undefined;
  // A field that may not be null takes its parent with it: then the error stands below the place.
  const error = answer.errors.find(({ path: at = [] }) => path.every((step, index) => at[index] === step));
  return error?.extensions.code;
}

/** What the law answers: undefined where the value is to be seen. */
export function refusalOf(letter: Letter, who: Who, concerns: readonly Who[]): string | undefined {
  if (letter === "P") return undefined;
  if (who === "nobody") return "UNAUTHENTICATED";
  if (letter === "U" || admins.includes(who)) return undefined;
  return letter === "S" && concerns.includes(who) ? undefined : "FORBIDDEN";
}
