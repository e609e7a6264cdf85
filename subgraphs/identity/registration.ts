// The way of a person to the ledger (protocol.md 16.3): registration, review, and the commands that make approved persons users.
// What the ledger decides is never stored beside it: it is looked up when it is asked for.
import DataLoader from "dataloader";
import { identity as commands } from "../../catalogue/identity.js";
import { faultsOf, recordSchema, type Fault, type RecordOf } from "../../catalogue/language.js";
import { ageYears, registration as fields } from "../../catalogue/registration.js";
import type { Input } from "../../platform/accept.js";
import type { Context } from "../context.js";
import type { Resolver } from "../entities.js";
import { conflict, forbidden, invalidInput, notFound, unauthenticated } from "../errors.js";
import { keyFaults } from "../mutations.js";
import { personOf, registrant, registrationOf, type Person, type Registration } from "./persons.js";

type Asked = keyof typeof fields;
type Given<N extends Asked> = RecordOf<(typeof fields)[N]>;

/** @throws INVALID_INPUT with every fault. */
function parsed<N extends Asked>(name: N, args: unknown, more: (given: Given<N>) => readonly Fault[] = () => []) {
  const found = recordSchema(fields[name]).safeParse(args);
  if (!found.success) throw invalidInput(faultsOf(found.error));
  const given = found.data as Given<N>;
  const faults = more(given);
  if (faults.length > 0) throw invalidInput(faults);
  return given;
}

function callerOf({ caller }: Context): string {
  if (caller.sub === undefined) throw unauthenticated();
  return caller.sub;
}
function adminOf(context: Context): string {
  const sub = callerOf(context);
  if (!context.admin) throw forbidden();
  return sub;
}

const today = () => new Date().toISOString().slice(0, 10);
const dayOf = (birthDate: Date) => birthDate.toISOString().slice(0, 10);
const MOST_YEARS = 150;

function faultsOfAge({ birthDate }: Given<"registerUser">): readonly Fault[] {
  const years = ageYears(birthDate, today());
  if (years >= 0 && years <= MOST_YEARS) return [];
  return [{ path: "birthDate", message: `must not be in the future or more than ${MOST_YEARS} years ago` }];
}

/** As it is now, whatever this request has read before. */
const latest = ({ reads }: Context, id: string) => reads.first("Registration", { where: { id } });

const stateOf = async ({ id, state }: Registration, { rows }: Context) =>
  (await rows.one("User", id)) ? "ACTIVE" : state;

/** The person after a change; @throws CONFLICT with the state that did not allow it. */
async function changed(context: Context, id: string, made: boolean): Promise<Person> {
  const registration = await latest(context, id);
  if (made && registration) return registrant(registration);
  const onLedger = await context.rows.one("User", id);
  throw conflict(onLedger ? "ACTIVE" : (registration?.state ?? null));
}

/** The same for somebody else than the caller: @throws NOT_FOUND for one who never came here. */
async function reviewed(context: Context, id: string, made: boolean): Promise<Person> {
  if (!made && !(await personOf(id, context))) throw notFound("registration");
  return changed(context, id, made);
}

export const mutations = {
  registerUser: async (_: unknown, args: unknown, context: Context) => {
    const id = callerOf(context);
    const profile = parsed("registerUser", args, faultsOfAge);
    return changed(context, id, await context.registrations.register(id, profile));
  },
  submitKyc: async (_: unknown, args: unknown, context: Context) => {
    const id = callerOf(context);
    const { evidenceHash } = parsed("submitKyc", args);
    return changed(context, id, await context.registrations.submit(id, evidenceHash));
  },
  approveUser: async (_: unknown, args: unknown, context: Context) => {
    const admin = adminOf(context);
    const { id } = parsed("approveUser", args);
    return reviewed(context, id, await context.registrations.approve(id, admin));
  },
  denyUser: async (_: unknown, args: unknown, context: Context) => {
    const admin = adminOf(context);
    const { id, reason } = parsed("denyUser", args);
    return reviewed(context, id, await context.registrations.deny(id, admin, reason));
  },
  registerOnChain: async (_: unknown, args: Readonly<Record<string, unknown>>, context: Context) => {
    const actor = adminOf(context);
    const { idempotencyKey: key, ...rest } = args;
    const wrongKey = keyFaults(key);
    const found = recordSchema(fields.registerOnChain).safeParse(rest);
    if (!found.success) throw invalidInput([...faultsOf(found.error), ...wrongKey]);
    if (wrongKey.length > 0) throw invalidInput(wrongKey);
    const content = found.data;
    // A repeated request gets the first tickets, whatever has become of the persons since.
    const inputs = () => Promise.all(content.ids.map((id) => approved(context, id)));
    const { createUser: command } = commands.commands;
    return context.accept({
      ...{
        command,
        actor,
        key: key as string,
        content,
        inputs,
        requestId: context.requestId,
        traceId: context.traceId,
      },
    });
  },
} satisfies Readonly<Record<Asked, Resolver>>;

/** The input of createUser for an approved person: the age is that of today, UTC. */
async function approved(context: Context, userId: string): Promise<Input> {
  const person = await personOf(userId, context);
  const registration = person && (await registrationOf(person, context));
  if (!registration) throw person ? conflict("ACTIVE") : notFound("registration");
  const state = await stateOf(registration, context);
  if (state !== "APPROVED_PENDING_ONCHAIN") throw conflict(state);
  const { biometricHash, nationality, birthDate } = registration;
  return { userId, biometricHash, nationality, ageYears: ageYears(dayOf(birthDate), today()) };
}

const refusals = new WeakMap<Context, DataLoader<string, string | null>>();

/** Those of all persons of a request in one statement. */
function refusalOf(context: Context, id: string): Promise<string | null> {
  const loader =
    refusals.get(context) ??
    new DataLoader<string, string | null>(async (ids) => {
      const codes = await context.registrations.refusals(ids);
      return ids.map((each) => codes.get(each) ?? null);
    });
  refusals.set(context, loader);
  return loader.load(id);
}

/** What a person told, seen by those who are concerned. */
export const told = {
  displayName: async (person: Person, _: unknown, context: Context) =>
    (await registrationOf(person, context))?.displayName ?? null,
  email: async (person: Person, _: unknown, context: Context) => (await registrationOf(person, context))?.email ?? null,
  birthDate: async (person: Person, _: unknown, context: Context) => {
    const registration = await registrationOf(person, context);
    return registration && dayOf(registration.birthDate);
  },
  registration: (person: Person, _: unknown, context: Context) => registrationOf(person, context),
} satisfies Readonly<Record<string, Resolver>>;

export const registration = {
  status: (row: Registration, _: unknown, context: Context) => stateOf(row, context),
  onChainRefusal: async (row: Registration, _: unknown, context: Context) =>
    (await context.rows.one("User", row.id)) ? null : refusalOf(context, row.id),
} satisfies Readonly<Record<string, Resolver>>;
