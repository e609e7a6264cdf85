// The mutations of a domain: may you ask, is the input valid, accept. The same for every command.
// Never stores anything of a request that has a fault.
import { idempotencyKey } from "../catalogue/idempotency.js";
import { faultsOf, type AnyCommand, type Fault, type Named } from "../catalogue/language.js";
import { tokenRolesFor } from "../catalogue/roles.js";
import type { Input } from "../platform/accept.js";
import type { Context } from "./context.js";
import type { Resolver } from "./entities.js";
import { forbidden, invalidInput, unauthenticated } from "./errors.js";
import { lists, type ListMutation } from "./lists.js";

export function mutationResolvers(commands: readonly Named<AnyCommand>[]): Readonly<Record<string, Resolver>> {
  return Object.fromEntries(commands.map((command) => [command.mutation, mutation(command)]));
}

function mutation(command: Named<AnyCommand>): Resolver {
  const list = lists[command.name];
  return async (_: unknown, args: Readonly<Record<string, unknown>>, context) => {
    const actor = mayAsk(command, context);
    const { idempotencyKey: key, ...input } = args as { readonly idempotencyKey: string };
    const parsed = list ? parsedList(command, list, input) : parsedInput(command, input);
    const faults = [...parsed.faults, ...keyFaults(key)];
    if (faults.length > 0) throw invalidInput(faults);
    const { content, inputs } = parsed;
    const tickets = await context.accept({
      command,
      actor,
      key,
      content,
      inputs,
      requestId: context.requestId,
      traceId: context.traceId,
    });
    return list ? tickets : tickets[0];
  };
}

function mayAsk({ asks }: Named<AnyCommand>, { caller }: Context): string {
  if (caller.sub === undefined) throw unauthenticated();
  const needed = tokenRolesFor[asks];
  if (needed.length > 0 && !needed.some((role) => caller.roles.includes(role))) throw forbidden();
  return caller.sub;
}

interface Parsed {
  /** Canonical input of the whole request. */
  readonly content: Input;
  /** Canonical input of each command. */
  readonly inputs: readonly Input[];
  readonly faults: readonly Fault[];
}

function parsedInput(command: Named<AnyCommand>, input: Input): Parsed {
  const parsed = command.schema.safeParse(input);
  if (!parsed.success) return { content: {}, inputs: [], faults: faultsOf(parsed.error) };
  return { content: parsed.data, inputs: [parsed.data], faults: [] };
}

function parsedList(command: Named<AnyCommand>, { field, size }: ListMutation, input: Input): Parsed {
  const rows = Array.isArray(input[field]) ? (input[field] as readonly unknown[]) : [];
  const starts = Array.from({ length: Math.max(1, Math.ceil(rows.length / size)) }, (_, part) => part * size);
  const parts = starts.map((start) => {
    const { inputs, faults } = parsedInput(command, { ...input, [field]: rows.slice(start, start + size) });
    return { inputs, faults: faults.map((fault) => ({ ...fault, path: movedPath(fault.path, field, start) })) };
  });
  const inputs = parts.flatMap((part) => part.inputs);
  const content = { ...inputs[0], [field]: inputs.flatMap((part) => part[field] as readonly unknown[]) };
  return { content, inputs, faults: parts.flatMap(({ faults }) => faults) };
}

/** `countries.3.share` of the part that starts at row 50 is `countries.53.share` of the request. */
function movedPath(path: string, field: string, start: number): string {
  const [name, place, ...rest] = path.split(".");
  return name === field && place !== undefined ? [field, Number(place) + start, ...rest].join(".") : path;
}

/** What is wrong with an idempotency key. */
export function keyFaults(given: unknown): Fault[] {
  const parsed = idempotencyKey.zod.safeParse(given);
  return parsed.success ? [] : faultsOf(parsed.error).map(({ message }) => ({ path: "idempotencyKey", message }));
}
