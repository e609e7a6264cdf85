// What an answer says to a subscription, and the looks at a command: the present row, then each other state of it.
// Never shows anything to somebody who may not see it any more: what cannot be read for good is the last value.
import type { FormattedExecutionResult, GraphQLFormattedError } from "graphql";
import type { Variables } from "../supergraph.js";
import type { Look, Looked } from "./feed.js";
import { MARKS, type Subscription } from "./subscriptions.js";

export type Result = FormattedExecutionResult;

/** Reads as the subscriber; what `block` wrote is in the answer. */
export type Read = (query: string, variables: Variables, block: number | undefined) => Promise<Result>;

/** What passes by itself. */
const PASSING: readonly unknown[] = ["UNAVAILABLE", "BEHIND", "RATE_LIMITED"];
const ENDS: readonly unknown[] = ["COMMITTED", "REFUSED"];
export const NOTHING: Looked<never> = { values: [] };
const AGAIN: Looked<never> = { values: [], again: true };

export type Value = Readonly<Record<string, unknown>>;
export interface Found {
  readonly value: Value | null;
  readonly errors: readonly GraphQLFormattedError[];
}

/** What `value` of the query is; a `Looked` where that says enough. */
export function found({ data, errors = [] }: Result, subscription: Subscription): Found | Looked<Result> {
  if (errors.some(({ extensions }) => PASSING.includes(extensions?.["code"]))) return AGAIN;
  const value = (data?.["value"] ?? null) as Value | null;
  if (value !== null || errors.length === 0) return { value, errors };
  return { values: [valueOf(subscription, null, errors)], ended: true };
}

export const isLooked = (answer: Found | Looked<Result>): answer is Looked<Result> => "values" in answer;

/** A value as its subscriber gets it; `depth`: how many steps of the errors' paths lead to it. */
export const valueOf = (
  { key }: Subscription,
  value: unknown,
  errors: readonly GraphQLFormattedError[],
  depth = 1,
): Result => ({
  ...(errors.length > 0 ? { errors: errors.map((error) => placed(error, key, depth)) } : {}),
  data: { [key]: value },
});

const placed = ({ path, locations: _, ...error }: GraphQLFormattedError, key: string, depth: number) => ({
  ...error,
  ...(path ? { path: [key, ...path.slice(depth)] } : {}),
});

/** The command as it is, then each other state in which it is seen. */
export function lookAtCommand(subscription: Subscription, read: Read): Look<Result> {
  const { query, variables } = subscription;
  let last: string | undefined;
  return async (block) => {
    const answer = found(await read(query, variables, block), subscription);
    if (isLooked(answer)) return answer;
    const { value, errors } = answer;
    const seen = JSON.stringify(value);
    if (seen === last) return NOTHING;
    last = seen;
    if (value === null) return { values: [valueOf(subscription, null, [])] };
    const { [MARKS.status]: status, [MARKS.attempts]: _, ...shown } = value;
    return { values: [valueOf(subscription, shown, errors)], ended: ENDS.includes(status) };
  };
}
