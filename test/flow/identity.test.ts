// Four persons from their registration to the ledger, through gateway, ledger and rows; then a relationship and a recovery.
import { randomUUID } from "node:crypto";
import { developmentIdentities } from "../../platform/development-identities.js";
import { main as projector } from "../../workers/projector/main.js";
import { main as submitter } from "../../workers/submitter/main.js";
import { eventually } from "../environment.js";
import { describeOnLedgers } from "../ledgers.js";
import { newFlow, type Flow } from "./flow.js";

describeOnLedgers("the way of a person", (kind) => {
  let flow: Flow;
  const people = [randomUUID(), randomUUID(), randomUUID(), randomUUID()] as const;
  const [ada, bola, chi, dayo] = people;
  const { SUPER_ADMIN, ADMIN } = developmentIdentities;

  beforeAll(async () => {
    flow = await newFlow(kind);
    await Promise.all([flow.start(submitter), flow.start(projector)]);
    await ended(SUPER_ADMIN, `bootstrapSystem(profile: devnet, admins: ["${ADMIN}"]`, "SUPER_ADMIN");
    const country = `countries: [{ code: "NG", name: "Nigeria", share: "0.03000000" }]`;
    await ended(SUPER_ADMIN, `initializeCountryData(${country}`, "SUPER_ADMIN");
  }, 60_000);
  afterAll(() => flow.close());

  const ask = async <T = Record<string, unknown>>(actor: string, query: string, role = "USER") => {
    const { data, errors } = await flow.graph.ask<T>(query, {}, await flow.graph.token(role, actor));
    expect(errors).toEqual([]);
    return data as T;
  };

  interface Ended {
    id: string;
    status: string;
    error: { code: string } | null;
  }
  /** Sends a mutation, written up to its last argument, and waits for the end of its commands. */
  async function ended(actor: string, mutation: string, role = "USER"): Promise<Ended[]> {
    const key = `idempotencyKey: "${randomUUID()}"`;
    const sent = await ask<{ sent: { commandId: string } | { commandId: string }[] }>(
      actor,
      `mutation { sent: ${mutation}, ${key}) { commandId } }`,
      role,
    );
    return Promise.all(
      [sent.sent].flat().map(({ commandId }) =>
        eventually(async () => {
          const found = `{ command(id: "${commandId}") { id status error { code } } }`;
          const { command } = await ask<{ command: Ended }>(actor, found, role);
          return command.status === "COMMITTED" || command.status === "REFUSED" ? command : undefined;
        }, mutation),
      ),
    );
  }
  async function committed(actor: string, mutation: string, role?: string): Promise<string> {
    const [command] = await ended(actor, mutation, role);
    expect([mutation, command?.status, command?.error]).toEqual([mutation, "COMMITTED", null]);
    return command?.id ?? "";
  }
  const hashOf = (id: string) => id.replaceAll("-", "").repeat(2);
  const onChain = (...ids: readonly string[]) =>
    ended(ADMIN, `registerOnChain(ids: [${ids.map((id) => `"${id}"`).join(", ")}]`, "ADMIN");

  async function register(id: string, biometricHash: string): Promise<void> {
    const told = `displayName: "Ada", email: "ada@example.org", birthDate: "1990-06-01", nationality: "NG"`;
    await ask(id, `mutation { registerUser(${told}, biometricHash: "${biometricHash}") { id } }`);
    await ask(id, `mutation { submitKyc(evidenceHash: "${hashOf(id)}") { id } }`);
    await ask(ADMIN, `mutation { approveUser(id: "${id}") { id } }`, "ADMIN");
  }

  it("brings registered persons onto the ledger, and shows what the ledger refused", async () => {
    for (const id of people) await register(id, hashOf(id));
    const commands = await onChain(...people);
    expect(commands.map(({ status }) => status)).toEqual(people.map(() => "COMMITTED"));
    const me = "{ me { status registration { status onChainRefusal } wallet { balance } genesis { phase } } }";
    for (const id of people) {
      expect(await ask(id, me)).toEqual({
        me: {
          ...{ status: "ACTIVE", registration: { status: "ACTIVE", onChainRefusal: null } },
          ...{ wallet: { balance: "500000000" }, genesis: { phase: 1 } },
        },
      });
    }
    const double = randomUUID();
    await register(double, hashOf(ada));
    expect(await onChain(double)).toMatchObject([{ status: "REFUSED", error: { code: "BIOMETRIC_IN_USE" } }]);
    expect(await ask(double, me)).toEqual({
      me: {
        ...{ status: null, wallet: null, genesis: null },
        registration: { status: "APPROVED_PENDING_ONCHAIN", onChainRefusal: "BIOMETRIC_IN_USE" },
      },
    });
  });

  it("relates two of them, and both are trusted more", async () => {
    const id = await committed(ada, `requestRelationship(objectId: "${bola}", type: PARENT`);
    await committed(bola, `confirmRelationship(relationshipId: "${id}"`);
    const shown = `{ me { trustScore trust { parents children } relationships(status: CONFIRMED) { edges { node { id } } } } }`;
    const relationships = { edges: [{ node: { id } }] };
    expect(await ask(ada, shown)).toEqual({
      me: { trustScore: 40, trust: { parents: 1, children: 0 }, relationships },
    });
    expect(await ask(bola, shown)).toEqual({
      me: { trustScore: 20, trust: { parents: 0, children: 1 }, relationships },
    });
  });

  it("gives a locked user the access back that guardians confirm", async () => {
    await committed(ada, `nominateGuardians(guardians: ["${bola}", "${chi}", "${dayo}"]`);
    await committed(ADMIN, `lockUser(userId: "${ada}", reason: SUSPICIOUS_ACTIVITY`, "ADMIN");
    const session = await committed(
      chi,
      `initiateRecovery(userId: "${ada}", newBiometricHash: "${hashOf(randomUUID())}"`,
    );
    const open = await ask<{ me: { guardianOf: object } }>(
      dayo,
      `{ me { guardianOf { edges { node { id } } } } recoverySession(id: "${session}") { status confirmations { id } } }`,
    );
    expect(open).toEqual({
      me: { guardianOf: { edges: [{ node: { id: ada } }] } },
      recoverySession: { status: "OPEN", confirmations: [{ id: chi }] },
    });
    expect(await ended(ada, `cancelRecovery(sessionId: "${session}"`)).toMatchObject([
      { status: "REFUSED", error: { code: "ACTOR_NOT_ACTIVE" } },
    ]);
    await committed(dayo, `confirmRecovery(sessionId: "${session}"`);
    await committed(ADMIN, `unlockUser(userId: "${ada}"`, "ADMIN");
    expect(
      await ask(ada, "{ me { status recoverySessions { edges { node { id status confirmations { id } } } } } }"),
    ).toEqual({
      me: {
        status: "ACTIVE",
        recoverySessions: {
          edges: [{ node: { id: session, status: "COMPLETED", confirmations: [{ id: chi }, { id: dayo }] } }],
        },
      },
    });
  });
});
