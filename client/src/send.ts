// Sending a command: until the gateway has said yes or no, always under the same key, so that nothing is done twice.
import { NoAnswerError, type AnyCode, type Fault, type FieldFault } from "./errors.js";
import { commands, type CommandInputs, type CommandTicket } from "./graph.js";
import type { Keys } from "./keys.js";
import { Again, persist, type Patience } from "./persist.js";
import type { Answer, Post, Question } from "./post.js";

/** Name of a command, which is the name of its mutation. */
export type CommandName = keyof CommandInputs;

/** What became of sending: look at `accepted`. */
export type Sent = Accepted | Rejected;

/** The command is stored, and will come to an end whatever crashes: `follow` it. */
export interface Accepted {
  readonly accepted: true;
  /** Id of the command; of a command that becomes several, the first one's. */
  readonly commandId: string;
  /** The key was used before, for the same command and input: this is the first ticket. */
  readonly existing: boolean;
  /** Time of the acceptance, ISO 8601 in UTC. */
  readonly acceptedAt: string;
  /** One ticket; of a command with rows (initializeCountryData) one for each command that it became. */
  readonly tickets: readonly CommandTicket[];
  readonly key: string;
}

/** The gateway turned it away: nothing is stored, nothing will happen, and the key is unused. */
export interface Rejected {
  readonly accepted: false;
  readonly error: Rejection;
  readonly key: string;
}

export interface Rejection {
  /** INVALID_INPUT, UNAUTHENTICATED, FORBIDDEN, IDEMPOTENCY_CONFLICT, … */
  readonly code: AnyCode;
  readonly message: string;
  /** For INVALID_INPUT: every field that breaks a rule; empty otherwise. */
  readonly fields: readonly FieldFault[];
  readonly requestId: string | undefined;
}

export interface SendPorts {
  readonly post: Post;
  readonly keys: Keys;
}

export interface Sending {
  readonly command: CommandName;
  readonly input: Readonly<Record<string, unknown>>;
  /** The caller's own key. */
  readonly key: string | undefined;
}

/** @throws NoAnswerError when nobody answers: then nobody knows whether it was accepted. */
export async function send({ post, keys }: SendPorts, sending: Sending, patience: Patience): Promise<Sent> {
  const { command, input } = sending;
  const unknown = Object.keys(input).filter((name) => !(name in commands[command]));
  const key = sending.key ?? keys.keyOf(command, input);
  const question = { document: mutationOf(command, input), variables: { ...input, idempotencyKey: key } };
  // A field that the command does not have has no place in its mutation: the gateway would not see it.
  const ask = () => attempt(post, question, key, patience.signal);
  const answer = unknown.length > 0 ? strange(unknown) : await persist(ask, patience);
  if (sending.key === undefined) keys.answered(command, input);
  const tickets = [answer.data?.[command] ?? []].flat() as CommandTicket[];
  const [ticket] = tickets;
  if (!ticket) return { accepted: false, error: rejectionOf(answer.faults), key };
  const { commandId, existing, acceptedAt } = ticket;
  return { accepted: true, commandId, existing, acceptedAt, tickets, key };
}

async function attempt(post: Post, question: Question, key: string, signal: AbortSignal): Promise<Answer | Again> {
  const answer = await post(question, signal);
  if (answer instanceof Again) return new Again(new NoAnswerError(answer.error.message, key), answer.waitMs);
  // An error that nobody expected may have come before or after the command was stored: only another attempt tells.
  const defect = answer.faults.find(({ extensions }) => extensions.code === "INTERNAL");
  return defect ? new Again(new NoAnswerError(`INTERNAL: ${defect.message}`, key)) : answer;
}

function mutationOf(command: CommandName, input: object): string {
  const types: Readonly<Record<string, string>> = commands[command];
  const given = Object.entries(types).filter(([name]) => name in input);
  const variables = given.map(([name, type]) => `$${name}: ${type}, `).join("");
  const values = given.map(([name]) => `${name}: $${name}, `).join("");
  return `mutation (${variables}$idempotencyKey: String!) {
  ${command}(${values}idempotencyKey: $idempotencyKey) { commandId name status acceptedAt existing }
}`;
}

const INVALID = "A field of the input is missing, unknown or malformed.";

function strange(names: readonly string[]): Answer {
  const fields = names.map((path) => ({ path, message: "is unknown" }));
  return {
    data: null,
    faults: [{ message: INVALID, extensions: { code: "INVALID_INPUT", fields } }],
    block: undefined,
  };
}

function rejectionOf([fault]: readonly Fault[]): Rejection {
  const { code = "INTERNAL", fields = [], requestId } = fault?.extensions ?? {};
  return { code, message: fault?.message ?? "The gateway gave no ticket.", fields, requestId };
}
