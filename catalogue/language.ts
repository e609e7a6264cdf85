// The language in which the protocol is declared: kinds of values, events, commands, domains, and the types that follow.
// Values and types only: what a command does is the chaincode's, what an event changes is the projector's.
import * as z from "zod";
import { signingRoleOf, type Asker, type SigningRole } from "./roles.js";
import { recordSchema, time, type Fault, type Fields, type Kind, type RecordOf } from "./kinds.js";
import type { RefusalCode } from "./refusals.js";

export * from "./kinds.js";

export const domainNames = [
  "identity",
  "admin",
  "tokenomics",
  "organization",
  "loanpool",
  "governance",
  "tax",
] as const;
export type DomainName = (typeof domainNames)[number];

// ---------------------------------------------------------------- events (protocol.md 13)

/** What a rule returns and a projection receives: the host of the chaincode adds `at`. */
export type Happened<N extends string = string, F extends Fields = Fields> = {
  readonly name: N;
  readonly domain: DomainName;
} & RecordOf<F>;
/** An event as it stands in a block, decoded. `at` is Unix seconds. */
export type Recorded<N extends string = string, F extends Fields = Fields> = Happened<N, F> & { readonly at: number };

/** An event's declaration, which is also its constructor. */
export interface EventType<N extends string = string, F extends Fields = Fields> {
  (fields: RecordOf<F>): Happened<N, F>;
  readonly event: N;
  readonly domain: DomainName;
  readonly fields: F;
  /** Parses the wire form (with name, domain, at); an unknown or missing field is an error. */
  readonly wire: z.ZodType<Recorded<N, F>>;
}
// Constructors take their own fields only, so a table of events is typed by what all of them share.
export type AnyEvent = Omit<EventType, never> & { readonly event: string };
export type Events = Readonly<Record<string, AnyEvent>>;

/** In an event no field is ever absent: "none" is null. */
function present(of: Kind): Kind {
  const given = z.custom<unknown>((value) => value !== undefined, { error: "is missing" });
  return of.optional ? { ...of, zod: given.pipe(of.zod) } : of;
}

function event<N extends string, F extends Fields>(domain: DomainName, name: N, fields: F): EventType<N, F> {
  const make = (values: RecordOf<F>): Happened<N, F> => ({ name, domain, ...values });
  const common = { name: { zod: z.literal(name) }, domain: { zod: z.literal(domain) }, at: time() };
  const always = Object.fromEntries(Object.entries(fields).map(([field, of]) => [field, present(of)]));
  const wire = recordSchema({ ...common, ...always } as unknown as Fields) as unknown as z.ZodType<Recorded<N, F>>;
  return Object.assign(make, { event: name, domain, fields, wire });
}

/** Declares the events of a domain: one line each, name and fields in the order of the protocol. */
export function events<const T extends Readonly<Record<string, Fields>>>(
  domain: DomainName,
  table: T,
): { readonly [N in keyof T & string]: EventType<N, T[N]> } {
  const made = Object.entries(table).map(([name, fields]) => [name, event(domain, name, fields)]);
  return Object.fromEntries(made) as { readonly [N in keyof T & string]: EventType<N, T[N]> };
}

/** The value that a constructor makes. */
export type HappenedOf<E> = E extends {
  readonly event: infer N extends string;
  readonly fields: infer F extends Fields;
}
  ? Happened<N, F>
  : never;
/** The decoded value in a block. */
export type RecordedOf<E> = E extends {
  readonly event: infer N extends string;
  readonly fields: infer F extends Fields;
}
  ? Recorded<N, F>
  : never;

// ---------------------------------------------------------------- commands (protocol.md 12)

/** Who asks for a command and under which id: known before it runs. */
export interface Asked {
  /** The command's id, uuid version 7. */
  readonly id: string;
  /** `sub` of the verified token. */
  readonly actor: string;
}

export interface CommandSpec<
  F extends Fields = Fields,
  E extends readonly AnyEvent[] = readonly AnyEvent[],
  R extends readonly RefusalCode[] = readonly RefusalCode[],
> {
  readonly input: F;
  /** Faults of an input whose fields are each well-formed but do not go together: INVALID_INPUT too. */
  readonly faultsBetween?: (input: RecordOf<F>) => readonly Fault[];
  readonly emits: E;
  /** Codes of its own, in the order of the checks; those that every command can meet are not repeated. */
  readonly refusals: R;
  /** Commands of one queue that share a lane key run in the order of acceptance. */
  readonly lanes: (input: RecordOf<F>, asked: Asked) => readonly string[];
  /** Upper bound of keys read, keys written and events emitted (protocol.md 1.5, 8). */
  readonly weight: (input: RecordOf<F>) => number;
  /** Operators' name where it is not the command's name in UPPER_SNAKE. */
  readonly operation?: string;
}

/** One entry of the catalogue. */
export interface Command<
  F extends Fields = Fields,
  E extends readonly AnyEvent[] = readonly AnyEvent[],
  R extends readonly RefusalCode[] = readonly RefusalCode[],
> {
  readonly asks: Asker;
  readonly sentence: string;
  readonly fields: F;
  readonly emits: E;
  readonly refusals: R;
  lanes(input: RecordOf<F>, asked: Asked): readonly string[];
  weight(input: RecordOf<F>): number;
  readonly operation?: string;
  /** Parses an input to its canonical form: absent optional fields as null, nothing unknown. */
  readonly schema: z.ZodType<RecordOf<F>>;
}

/** Declares a command: who may ask, one sentence, and its row of protocol.md 12. */
export function command<
  const F extends Fields,
  const E extends readonly AnyEvent[],
  const R extends readonly RefusalCode[],
>(asks: Asker, sentence: string, spec: CommandSpec<F, E, R>): Command<F, E, R> {
  const { input, faultsBetween, ...rest } = spec;
  const schema = recordSchema(input).superRefine((value, found) => {
    for (const { path, message } of faultsBetween?.(value) ?? [])
      found.addIssue({ code: "custom", path: path.split("."), message });
  });
  return { asks, sentence, fields: input, schema, ...rest };
}

export type InputOf<C> = C extends Command<infer F, infer _E, infer _R> ? RecordOf<F> : never;
export type EmittedBy<C> = C extends { readonly emits: infer E extends readonly unknown[] }
  ? HappenedOf<E[number]>
  : never;
export type RefusalsOf<C> = C extends { readonly refusals: infer R extends readonly RefusalCode[] } ? R[number] : never;

// ---------------------------------------------------------------- domains

/** A command with everything that follows from its place in the catalogue. */
export type Named<C extends Command = Command> = C & {
  readonly domain: DomainName;
  /** The bare name: the mutation. */
  readonly mutation: string;
  /** `<domain>.<mutation>`: the name on the wire. */
  readonly name: string;
  /** UPPER_SNAKE name for operators. */
  readonly operation: string;
  /** The `gxc_role` that signs it: its queue's name. */
  readonly role: SigningRole;
};
// A rule's input is narrower than what a table of all commands can call, hence the method form in Command.
export type AnyCommand = Command<Fields, readonly AnyEvent[], readonly RefusalCode[]>;
export type Commands = Readonly<Record<string, AnyCommand>>;

export interface Domain<D extends DomainName = DomainName, E extends Events = Events, C extends Commands = Commands> {
  readonly domain: D;
  readonly events: E;
  readonly commands: { readonly [N in keyof C]: Named<C[N]> };
}

const upperSnake = (name: string) => name.replace(/([A-Z])/g, "_$1").toUpperCase();

/** Gives a domain's commands their names, operations and signing roles. */
export function domain<D extends DomainName, E extends Events, const C extends Commands>(
  name: D,
  happened: E,
  commands: C,
): Domain<D, E, C> {
  const named = Object.entries(commands).map(([mutation, entry]) => [
    mutation,
    {
      ...entry,
      domain: name,
      mutation,
      name: `${name}.${mutation}`,
      operation: entry.operation ?? upperSnake(mutation),
      role: signingRoleOf(entry.asks),
    },
  ]);
  return {
    domain: name,
    events: happened,
    commands: Object.fromEntries(named) as { readonly [N in keyof C]: Named<C[N]> },
  };
}
