// The system's state and parameters, countries, admins, counters, the command log and the state of the projection.
import { phases, shareOfUnits } from "../../catalogue/economy.js";
import { commandOf, commands } from "../../catalogue/index.js";
import { parameterIds, parameters, type Parameter } from "../../catalogue/parameters.js";
import { refusals, type RefusalCode } from "../../catalogue/refusals.js";
import { canonical } from "../../catalogue/wire.js";
import type { RowOf } from "../../platform/reads.js";
import type { Context } from "../context.js";
import { byId, column, given, page, reference } from "../entities.js";
import { replayCommand } from "./replay.js";

type Command = RowOf<"Command">;
type Country = RowOf<"Country">;
type SystemParameter = RowOf<"Parameter">;

const beforeBootstrap = { profile: null, paused: false, pauseReason: null, pausedAt: null, countries: 0, units: 0n };

async function systemStatus(_: unknown, _args: unknown, { reads }: Context) {
  const system = await reads.first("System");
  const known = system ?? beforeBootstrap;
  return { ...known, bootstrapped: system !== undefined, shareTotal: shareOfUnits(Number(known.units)) };
}

async function systemParameters(_: unknown, _args: unknown, { rows }: Context) {
  const found = await Promise.all(parameterIds.map((id) => rows.one("Parameter", id)));
  return found.filter((parameter) => parameter !== null);
}

const declared = ({ id }: SystemParameter): Parameter | undefined =>
  (parameters as Readonly<Record<string, Parameter>>)[id];

/** A ledger with profile devnet allows smaller values (protocol.md 10). */
async function least(parameter: SystemParameter, _: unknown, { reads }: Context): Promise<number | undefined> {
  const { profile } = (await reads.first("System")) ?? {};
  return profile === "devnet" ? declared(parameter)?.devnetMin : declared(parameter)?.min;
}

async function slotsOf({ code, slots }: Country, _: unknown, { rows }: Context) {
  const uses = await rows.group("SlotUse", code);
  return phases.map((_phase, index) => {
    const total = slots[index] ?? 0n;
    const used = uses.find(({ phase }) => phase === index + 1)?.used ?? 0n;
    return { phase: index + 1, total, used, left: total - used };
  });
}

const currentPhase = async (country: Country, args: unknown, context: Context) =>
  (await slotsOf(country, args, context)).find(({ left }) => left > 0n)?.phase ?? null;

const GIVEN_UP = {
  code: "FAILED",
  message: "The system gave this command up; nothing was written on the ledger.",
  category: "UNAVAILABLE",
  status: 503,
};

function errorOf({ status, code }: Command) {
  if (status === "FAILED") return GIVEN_UP;
  if (status !== "REFUSED" || code === null) return null;
  const { sentence, category, status: http } = refusals[code as RefusalCode] ?? refusals.UNKNOWN_COMMAND;
  return { code, message: sentence, category, status: http };
}

async function counters(_: unknown, _args: unknown, { rows }: Context) {
  const count = async (name: string) => (await rows.one("Counter", name))?.value ?? 0n;
  const [users, organizations, countries, ...usersByPhase] = await Promise.all(
    ["users", "organizations", "countries", ...phases.map((_phase, index) => `usersPhase${index + 1}`)].map(count),
  );
  return { users, organizations, countries, usersByPhase };
}

async function projectionStatus(_: unknown, _args: unknown, { reads }: Context) {
  const [checkpoint, head] = await Promise.all([reads.first("Checkpoint"), reads.first("ChainHead")]);
  const processed = checkpoint?.block ?? -1n;
  const processedBlock = processed < 0n ? null : processed;
  if (!head) return { processedBlock };
  // The rows may be newer than the last look at the chain.
  const chainHeight = head.height > processed ? head.height : processed + 1n;
  return { processedBlock, chainHeight, lagBlocks: chainHeight - 1n - processed, lagMs: head.lagMs, at: head.seenAt };
}

/** Every role with the domains of which it signs commands: the command log has an index for each such pair. */
const queues = [...new Set(commands.map(({ role, domain }) => `${role} ${domain}`))].map((pair) => {
  const [role = "", domain = ""] = pair.split(" ");
  return { role, domain };
});

function queuesOf(role: string | null | undefined, domain: string | null | undefined) {
  if (role == null && domain == null) return undefined;
  return queues.filter((queue) => (role ?? queue.role) === queue.role && (domain ?? queue.domain) === queue.domain);
}

export const admin = {
  persons: {
    Command: { concerns: ({ actor }: Command, sub: string) => actor === sub },
  },
  resolvers: {
    Query: {
      systemStatus,
      systemParameter: byId("Parameter"),
      systemParameters,
      country: byId("Country", "code"),
      countries: page("Country", { order: "position", where: (_, { region }) => given({ region }) }),
      counters,
      projectionStatus,
      command: byId("Command"),
      myCommands: page("Command", {
        order: "seq",
        where: (_, { status }, { caller }) => ({ actor: caller.sub ?? "", ...given({ status }) }),
        scope: (_, _args, { caller }) => caller.sub ?? "",
      }),
      commands: page("Command", {
        order: "seq",
        where: (_, { status, signingRole, domain }) => given({ status, role: signingRole, domain }),
        parts: (_, { signingRole, domain }) => queuesOf(signingRole, domain),
      }),
      adminAppointments: page("AdminAppointment", { order: "position", where: (_, { status }) => given({ status }) }),
    },
    Mutation: { replayCommand },
    SystemParameter: {
      ...reference("SystemParameter", "Parameter"),
      type: (parameter: SystemParameter) => declared(parameter)?.type,
      default: (parameter: SystemParameter) => declared(parameter)?.default,
      min: least,
      max: (parameter: SystemParameter) => declared(parameter)?.max,
      changeableBy: (parameter: SystemParameter) => declared(parameter)?.changeableBy,
      value: ({ value }: SystemParameter) => Number(value),
    },
    Country: {
      ...reference("Country", "Country"),
      share: ({ units }: Country) => shareOfUnits(Number(units)),
      slots: slotsOf,
      currentPhase,
    },
    AdminAppointment: reference("AdminAppointment", "AdminAppointment"),
    Command: {
      ...reference("Command", "Command"),
      operation: ({ name }: Command) => commandOf(name)?.operation ?? null,
      signingRole: column("role"),
      error: errorOf,
      attempts: column("attempt"),
      blockNumber: column("block"),
      events: column("eventNames"),
      actorId: column("actor"),
      input: ({ input }: Command) => canonical(input),
    },
  },
};
