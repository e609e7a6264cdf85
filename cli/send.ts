// gx send: one command through the gateway, followed to its end if wanted.
import { randomUUID } from "node:crypto";
import type { Command } from "commander";
import { commandOf, commands } from "../catalogue/index.js";
import { faultsOf, type AnyCommand, type Fields, type Named } from "../catalogue/language.js";
import { tokenRoles, tokenRolesFor, type TokenRole } from "../catalogue/roles.js";
import { readConfig, type Config } from "../platform/config.js";
import { developmentIdentities } from "../platform/development-identities.js";
import { developmentToken } from "../platform/devkeys.js";
import { GxError } from "../platform/errors.js";
import { follow, GraphRefusal, send, type Graph, type Standing, type Ticket } from "./graph.js";
import { canWriteOver } from "./live-list.js";
import { ruleOf } from "./rule.js";
import { showWay } from "./send-way.js";
import { UsageError } from "./usage.js";

interface Options {
  input: string;
  as?: string;
  sub?: string;
  key?: string;
  wait?: boolean;
  json?: boolean;
}

export function register(program: Command): void {
  program
    .command("send")
    .description("Send one command through the gateway.")
    .argument("<command>", "its name with its domain, for example tokenomics.transfer")
    .option("--input <json>", "its input as a JSON object", "{}")
    .option("--as <role>", `one of ${tokenRoles.join(", ")} (default: the role that may ask)`)
    .option("--sub <uuid>", "who asks (default: the development identity of the role; for USER a new uuid)")
    .option("--key <key>", "idempotency key of 8 to 128 characters (default: a new one)")
    .option("--wait", "follow it to its end: exit status 0 only when it is committed")
    .option("--json", "one JSON object on stdout")
    .addHelpText("after", () => `\nCommands:\n${commands.map(described).join("\n")}`)
    .action(sendCommand);
}

async function sendCommand(name: string, options: Options): Promise<void> {
  const command = commandNamed(name);
  const input = inputOf(options.input);
  const graph = await graphFor(readConfig(), command, options);
  const begin = Date.now();
  try {
    const tickets = await send(graph, command, known(command, input), options.key ?? randomUUID());
    if (options.wait) await wait(graph, tickets, begin, options);
    else for (const ticket of tickets) tell(options, { ...ticket }, accepted(ticket));
  } catch (error) {
    if (!(error instanceof GraphRefusal)) throw error;
    refused(error, options);
  }
}

function commandNamed(name: string): Named<AnyCommand> {
  const command = commandOf(name);
  if (command) return command;
  throw new UsageError(`send: ${name} is not one of ${commands.map((each) => each.name).join(", ")}`);
}

function inputOf(text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`--input: is not JSON: ${(error as Error).message}`);
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new UsageError("--input: must be a JSON object");
}

/** A field that the command does not have would have no place in its mutation: all faults are told here then. */
function known(command: Named<AnyCommand>, input: Readonly<Record<string, unknown>>) {
  if (Object.keys(input).every((name) => name in command.fields)) return input;
  const parsed = command.schema.safeParse(input);
  const fields = parsed.success ? [] : faultsOf(parsed.error);
  throw new GraphRefusal({ message: INVALID, extensions: { code: "INVALID_INPUT", fields } });
}
const INVALID = "A field of the input is missing, unknown or malformed.";

async function graphFor(config: Config, command: Named<AnyCommand>, { as, sub }: Options): Promise<Graph> {
  if (config.env !== "development") {
    throw new GxError("DEVELOPMENT_ONLY", `GX_ENV is ${config.env}: gx send speaks with the development key only`);
  }
  const role = as === undefined ? (tokenRolesFor[command.asks][0] ?? "USER") : roleNamed(as);
  const subject = sub ?? (role === "USER" ? randomUUID() : developmentIdentities[role]);
  const token = await developmentToken(config, { sub: subject, roles: [role], ttlSeconds: 3_600 });
  return { url: `http://127.0.0.1:${config.ports.gateway}/graphql`, token };
}

function roleNamed(text: string): TokenRole {
  const role = tokenRoles.find((each) => each === text.toUpperCase());
  if (!role) throw new UsageError(`--as: ${text} is not one of ${tokenRoles.join(", ")}`);
  return role;
}

// ---------------------------------------------------------------- following

async function wait(graph: Graph, tickets: readonly Ticket[], begin: number, options: Options): Promise<void> {
  const way = options.json || !canWriteOver() ? undefined : showWay(tickets, begin);
  const follows = tickets.map(({ commandId }) => follow(graph, commandId, (now) => way?.see(commandId, now)));
  const ends = await Promise.all(follows).finally(() => way?.done());
  tickets.forEach(({ commandId, existing }, index) => {
    const end = ends[index] as Standing;
    tell(options, { commandId, existing, ...end }, ended(commandId, end));
  });
  if (ends.some(({ status }) => status !== "COMMITTED")) process.exitCode = 1;
  if (!options.json) for (const line of next(graph, tickets, ends)) console.log(line);
}

// ---------------------------------------------------------------- words

function tell({ json }: Options, facts: object, lines: readonly string[]): void {
  console.log(json ? JSON.stringify(facts) : lines.join("\n"));
}

const accepted = ({ commandId, status, existing }: Ticket): string[] => [
  `${status} ${commandId}${existing ? " (the key was used before: this is the first ticket)" : ""}`,
];

function ended(commandId: string, { status, error, blockNumber, txId, events }: Standing): string[] {
  const place = blockNumber === null ? "" : ` in block ${blockNumber}, transaction ${txId ?? ""}`;
  return [
    `${status} ${commandId}${place}`,
    ...(error ? [`  ${error.code}: ${error.message}`] : []),
    ...(events?.length ? [`  events: ${events.join(", ")}`] : []),
  ];
}

/** What to do now: where to look, and what helps against the worst of the ends. */
function next({ url }: Graph, tickets: readonly Ticket[], ends: readonly Standing[]): string[] {
  const [only, ...others] = tickets;
  const view = only && others.length === 0 ? `command/${only.commandId}` : "commands";
  const look = `See its way: ${new URL(`/#/${view}`, url).href} (a key for it: npm run gx -- console)`;
  if (ends.some(({ status }) => status === "FAILED")) {
    return [look, "See why: npm run gx -- logs submitter; when the cause is gone: npm run gx -- again <id>"];
  }
  if (ends.every(({ status }) => status === "COMMITTED")) return [look];
  return [look, "Its key stands for this refusal: when the cause is gone, send it under another one."];
}

/** A wrong input is wrong usage; everything else that the gateway refuses has failed. */
function refused({ fault }: GraphRefusal, { json }: Options): void {
  const { code, requestId, fields = [] } = fault.extensions;
  process.exitCode = code === "INVALID_INPUT" ? 2 : 1;
  if (json) return console.log(JSON.stringify({ error: { code, message: fault.message, fields, requestId } }));
  console.error(`gx: ${code}: ${fault.message}`);
  for (const { path, message } of fields) console.error(`  ${path}: ${message}`);
}

// ---------------------------------------------------------------- help

function described(command: Named<AnyCommand>): string {
  const role = tokenRolesFor[command.asks][0] ?? "USER";
  return [`  ${command.name} (as ${role}): ${command.sentence}`, ...fieldsOf(command.fields, "      ")].join("\n");
}

function fieldsOf(fields: Fields, indent: string): string[] {
  return Object.entries(fields).flatMap(([name, kind]) => {
    const inner = kind.fields ?? kind.item?.fields;
    const line = `${indent}${name}${kind.optional ? "?" : ""}: ${ruleOf(kind)}`;
    return [line, ...(inner ? fieldsOf(inner, `${indent}  `) : [])];
  });
}
