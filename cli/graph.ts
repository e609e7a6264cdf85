// The graph as the command line uses it: a command as its mutation, and its way to the end.
import { setTimeout as pause } from "node:timers/promises";
import type { AnyCommand, Named } from "../catalogue/language.js";
import { GxError, messageOf } from "../platform/errors.js";

/** Where the gateway is, and as whom it is asked. */
export interface Graph {
  /** Address of its /graphql. */
  readonly url: string;
  /** None: as nobody. */
  readonly token?: string;
}

const TOO_MANY = 429;

export interface GraphFault {
  readonly message: string;
  readonly extensions: {
    readonly code: string;
    readonly requestId?: string;
    /** Of the object, where that is what forbids it. */
    readonly state?: string | null;
    readonly fields?: readonly { path: string; message: string }[];
  };
}

/** The gateway answered with an error instead of data. */
export class GraphRefusal extends GxError {
  override readonly name = "GraphRefusal";
  readonly fault: GraphFault;
  constructor(fault: GraphFault) {
    super(fault.extensions.code, `${fault.extensions.code}: ${fault.message}`);
    this.fault = fault;
  }
}

/** Waits where the gateway asks for it. @throws GraphRefusal; GxError NO_GATEWAY when nobody listens. */
export async function ask<T>(graph: Graph, query: string, variables: object): Promise<T> {
  const { url, token } = graph;
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify({ query, variables }),
  }).catch((cause: unknown) => {
    const why = messageOf(cause instanceof Error ? (cause.cause ?? cause) : cause);
    throw new GxError("NO_GATEWAY", `no gateway at ${url} (${why}); start the system with: npm start`, { cause });
  });
  if (response.status === TOO_MANY) {
    await response.body?.cancel();
    await pause(1_000 * Number(response.headers.get("retry-after") ?? 1));
    return ask(graph, query, variables);
  }
  const answer = (await response.json().catch(() => ({}))) as { data?: T | null; errors?: GraphFault[] };
  const fault = answer.errors?.[0];
  if (fault) throw new GraphRefusal(fault);
  if (!answer.data) throw new GxError("NO_GATEWAY", `${url} answered ${response.status} and is no gateway of ours`);
  return answer.data;
}

export interface Ticket {
  readonly commandId: string;
  readonly status: string;
  readonly existing: boolean;
}

/** Sends a command; one ticket for each command that it becomes. Errors as `ask`. */
export async function send(graph: Graph, command: Named<AnyCommand>, input: object, key: string): Promise<Ticket[]> {
  const given = Object.keys(input).filter((name) => name in command.fields);
  const types = given.map((name) => `$${name}: ${typeOf(command, name)}, `).join("");
  const values = given.map((name) => `${name}: $${name}, `).join("");
  const mutation = `mutation (${types}$key: String!) {
    ${command.mutation}(${values}idempotencyKey: $key) { commandId status existing }
  }`;
  const answer = await ask<Record<string, Ticket | Ticket[]>>(graph, mutation, { ...input, key });
  return [answer[command.mutation] ?? []].flat();
}

function typeOf({ fields }: Named<AnyCommand>, name: string): string {
  const field = fields[name];
  return `${field?.sdl ?? ""}${field?.optional ? "" : "!"}`;
}

/** A command as it stands. */
export interface Standing {
  readonly status: "ACCEPTED" | "SUBMITTED" | "COMMITTED" | "REFUSED" | "FAILED";
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly submittedAt: string | null;
  readonly txId: string | null;
  readonly blockNumber: number | null;
  readonly events: readonly string[] | null;
}

const STANDING = `query ($id: UUID!) {
  command(id: $id) { status submittedAt error { code message } txId blockNumber events }
}`;
/** Milliseconds between two looks: at first soon, then ever later, so that who waits long does not slow down what he waits for. */
const LOOKS = { first: 25, most: 250, growth: 1.5 };
const ENDS: readonly string[] = ["COMMITTED", "REFUSED", "FAILED"];

/** Follows a command to its end, through outages of the system; `see` gets every look. */
export async function follow(
  graph: Graph,
  id: string,
  see: (now: Standing) => void = () => undefined,
): Promise<Standing> {
  for (let wait = LOOKS.first; ; wait = Math.min(LOOKS.most, wait * LOOKS.growth)) {
    const now = await look(graph, id);
    if (now) see(now);
    if (now && ENDS.includes(now.status)) return now;
    await pause(wait);
  }
}

/** Undefined while the system cannot say. */
async function look(graph: Graph, id: string): Promise<Standing | undefined> {
  try {
    return (await ask<{ command: Standing | null }>(graph, STANDING, { id })).command ?? undefined;
  } catch (error) {
    if (error instanceof GraphRefusal && error.code !== "UNAVAILABLE") throw error;
    return undefined;
  }
}

/** A command with the key under which it is sent, always the same, and the code with which it must be refused, if it must. */
export interface Task {
  readonly command: Named<AnyCommand>;
  readonly input: object;
  readonly key: string;
  readonly refusedWith?: string;
  /** The code with which it may be refused instead, because it happened before under another key. */
  readonly orRefusedWith?: string;
}

/**
 * Sends a command and follows it to its end, as often as wanted: it happens once. Returns whether it was sent before.
 * @throws GxError UNEXPECTED when it ended otherwise than it must; errors as `ask`.
 */
export async function carryOut(graph: Graph, task: Task): Promise<boolean> {
  const { command, input, key, refusedWith, orRefusedWith } = task;
  const tickets = await send(graph, command, input, key);
  const ends = await Promise.all(tickets.map(({ commandId }) => follow(graph, commandId)));
  const refused = ({ status, error }: Standing, code: string) => status === "REFUSED" && error?.code === code;
  const wanted = (end: Standing) =>
    (refusedWith === undefined ? end.status === "COMMITTED" : refused(end, refusedWith)) ||
    (orRefusedWith !== undefined && refused(end, orRefusedWith));
  const bad = ends.find((end) => !wanted(end));
  if (bad) {
    const why = bad.error ? `${bad.error.code}: ${bad.error.message}` : bad.status;
    const advice = "start empty with: npm start -- --fresh";
    throw new GxError("UNEXPECTED", `${command.name} with key ${key} did not end as it must (${why}); ${advice}`);
  }
  return tickets.every(({ existing }) => existing);
}
