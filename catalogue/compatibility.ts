// Our catalogue against the one of the chaincode on the channel: what only one side knows, and what cannot be executed there.
// Pure. Compares shapes: a rule that decides otherwise with the same input and events is not seen.
import type { WireCatalogue } from "./wire.js";

export interface Compatibility {
  /** One sentence for each difference, ours first. */
  readonly differences: readonly string[];
  /** Commands of ours that the channel cannot execute yet, with the reason. */
  readonly heldBack: ReadonlyMap<string, string>;
}

type Shape = Readonly<Record<string, string>>;
type WireEntry = WireCatalogue["commands"][string];

/**
 * A command is held back where the channel would refuse what we accept, or answer with an event that we cannot read because
 * it lacks a field of ours or has another form of it. What the channel knows beyond that is named only.
 */
export function compare(ours: WireCatalogue, channel: WireCatalogue): Compatibility {
  const heldBack = new Map<string, string>();
  const differences: string[] = [];
  for (const [name, command] of Object.entries(ours.commands)) {
    const reason = reasonOf(command, channel.commands[name], ours.events, channel.events);
    if (reason === undefined) continue;
    heldBack.set(name, reason);
    differences.push(`command ${name}: ${reason}`);
  }
  differences.push(...beyond("command", ours.commands, channel.commands));
  differences.push(...beyond("event", ours.events, channel.events));
  for (const [name, shape] of Object.entries(ours.events)) {
    const there = channel.events[name];
    differences.push(...(there ? eventDifferences(name, shape, there) : [`event ${name}: unknown to the channel`]));
  }
  for (const [name, { input }] of Object.entries(ours.commands)) {
    const more = fieldsBeyond(input, channel.commands[name]?.input ?? {});
    if (!heldBack.has(name))
      differences.push(...more.map((field) => `command ${name}: input ${field} is unknown here`));
  }
  return { differences, heldBack };
}

/** What only the channel knows. */
const beyond = (what: string, ours: object, channel: object): string[] =>
  Object.keys(channel)
    .filter((name) => !Object.hasOwn(ours, name))
    .map((name) => `${what} ${name}: unknown here`);

const fieldsBeyond = (ours: Shape, channel: Shape): string[] =>
  Object.keys(channel).filter((field) => !Object.hasOwn(ours, field));

/** Why the channel cannot execute a command as we ask for it. */
function reasonOf(
  ours: WireEntry,
  there: WireEntry | undefined,
  events: WireCatalogue["events"],
  channelEvents: WireCatalogue["events"],
): string | undefined {
  if (!there) return "unknown to the channel";
  if (there.role !== ours.role) return `signed by ${there.role} on the channel, by ${ours.role} here`;
  const input = lacking(ours.input, there.input)[0] ?? required(ours.input, there.input);
  if (input !== undefined) return `input ${input}`;
  for (const name of there.emits) {
    const [fault] = lacking(events[name] ?? {}, channelEvents[name] ?? {});
    if (fault !== undefined) return `event ${name}: field ${fault}`;
  }
  return undefined;
}

/** A fault for each field of ours that the channel does not have, or has in another form. */
const lacking = (ours: Shape, channel: Shape): string[] =>
  Object.entries(ours).flatMap(([field, form]) => {
    const there = channel[field];
    if (there === undefined) return [`${field} is unknown to the channel`];
    return there === form ? [] : [`${field} is "${there}" on the channel, "${form}" here`];
  });

/** An input that the channel asks for and we never give. */
function required(ours: Shape, channel: Shape): string | undefined {
  const field = fieldsBeyond(ours, channel).find((name) => !channel[name]?.endsWith("?"));
  return field === undefined ? undefined : `${field} is unknown here and asked for by the channel`;
}

const eventDifferences = (name: string, ours: Shape, channel: Shape): string[] => [
  ...lacking(ours, channel).map((fault) => `event ${name}: field ${fault}`),
  ...fieldsBeyond(ours, channel).map((field) => `event ${name}: field ${field} is unknown here`),
];
