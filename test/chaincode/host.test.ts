// Batches, signers, receipts and the order of the common checks (protocol.md 1.5), on the shim's own handler.
import { randomUUID } from "node:crypto";
import {
  batchOf,
  bootstrap,
  countries,
  createUser,
  foundSystem,
  named,
  pause,
  resume,
  startLedger,
  SUPER_ADMIN,
  transfer,
  verdict,
  type Ask,
  type TestLedger,
} from "./ledger.js";
import { inMemory } from "./wires.js";

const EXECUTE = "gx:execute";
let ledger: TestLedger;

beforeAll(async () => {
  ledger = await startLedger(inMemory);
});
beforeEach(async () => {
  ledger.peer.state.clear();
  await foundSystem(ledger);
});
afterAll(() => ledger.close());

const command = (more: object = {}) => ({
  ...{ id: randomUUID(), command: "admin.pauseSystem", actor: SUPER_ADMIN, input: { reason: "x" } },
  ...more,
});
const batch = (...commands: unknown[]) => ({ version: 1, commands });

describe("a batch", () => {
  it.each<[string, unknown]>([
    ["is not JSON", "{"],
    ["is JSON of another shape", "[]"],
    ["is of another version", { version: 2, commands: [command()] }],
    ["says its version as text", { version: "1", commands: [command()] }],
    ["has no command", batch()],
    ["has 101 commands", batch(...Array.from({ length: 101 }, () => command()))],
    ["has a command without an id", batch(command({ id: undefined }))],
    ["has a command with an id in capitals", batch(command({ id: randomUUID().toUpperCase() }))],
    ["has a command whose actor is no uuid", batch(command({ actor: "me" }))],
    ["has a command without a name", batch(command({ command: "" }))],
    ["has a command with a name of 61 characters", batch(command({ command: "a".repeat(61) }))],
    ["has a command with a name that is no text", batch(command({ command: "a\u0000" }))],
    ["has a command without an input", batch(command({ input: undefined }))],
    ["has a command whose input is a list", batch(command({ input: [] }))],
    ["has a command whose input is null", batch(command({ input: null }))],
    ["has a good command before a bad one", batch(command(), command({ id: 1 }))],
    ["has more than 800,000 bytes", batch(command({ input: { reason: "é".repeat(400_000) } }))],
  ])("fails as a whole when it %s", async (_what, argument) => {
    const { status, message, writes, event } = await ledger.call(EXECUTE, argument, ledger.signers.gx_super_admin);
    expect([status, message]).toEqual([500, expect.stringMatching(/^BATCH_INVALID: ./)]);
    expect([writes.size, event]).toEqual([0, undefined]);
  });

  it.each([[[]], [["{}", "{}"]]])("fails when the function gets other than one argument", async (args) => {
    const call = { name: EXECUTE, args, signer: ledger.signers.gx_super_admin, at: ledger.now };
    expect((await ledger.peer.simulate(call)).message).toMatch(/^BATCH_INVALID: one argument is needed/);
  });

  it("names the member that is wrong", async () => {
    const argument = batch(command(), command({ actor: "me" }));
    const { message } = await ledger.call(EXECUTE, argument, ledger.signers.gx_super_admin);
    expect(message).toMatch(/^BATCH_INVALID: commands\.1\.actor/);
  });

  it("may hold members that nobody knows", async () => {
    const argument = { ...batch(command({ note: 1 })), note: 1 };
    expect((await ledger.call(EXECUTE, argument, ledger.signers.gx_super_admin)).status).toBe(200);
  });

  it("may hold 100 commands, and its answer counts them", async () => {
    const asks = Array.from({ length: 100 }, () => resume);
    const { simulated, outcomes } = await ledger.run(...asks);
    expect(simulated.payload).toBe('{"version":1,"count":100}');
    expect(outcomes.map(verdict)).toEqual(asks.map(() => "NOT_PAUSED"));
  });
});

describe("a signer", () => {
  it.each(["reader", "stranger", "foreignAdmin"] as const)("named %s can execute and preview nothing", async (name) => {
    for (const contractFunction of [EXECUTE, "gx:preview"]) {
      const result = await ledger.call(contractFunction, batch(command()), ledger.signers[name]);
      expect([result.status, result.writes.size]).toEqual([500, 0]);
      expect(result.message).toMatch(/^SIGNER_NOT_ALLOWED: /);
    }
  });

  it("without a right to one command runs the others of the batch (B2)", async () => {
    const [a, b] = [randomUUID(), randomUUID()];
    const { outcomes } = await ledger.run(createUser(a, "NG"), pause(), createUser(b, "NG"));
    expect(outcomes.map(verdict)).toEqual(["committed", "ROLE_NOT_ALLOWED", "committed"]);
  });
});

describe("the checks", () => {
  const unknown: Ask = { command: "admin.sing", input: {} };
  const malformed: Ask = { ...pause(), input: { reason: "" } };

  it("come in the order of the protocol", async () => {
    ledger.peer.state.clear();
    const partner = "gx_partner_api";
    expect(verdict((await ledger.runAs(partner, unknown)).outcomes[0])).toBe("UNKNOWN_COMMAND");
    expect(verdict((await ledger.runAs(partner, malformed)).outcomes[0])).toBe("ROLE_NOT_ALLOWED");
    expect(verdict((await ledger.run(malformed)).outcomes[0])).toBe("INVALID_INPUT");
    expect(verdict((await ledger.run(pause())).outcomes[0])).toBe("NOT_BOOTSTRAPPED");
    await foundSystem(ledger);
    await ledger.run(pause());
    const stranger = randomUUID();
    const payment = transfer(stranger, stranger, "1");
    expect(verdict((await ledger.run(payment)).outcomes[0])).toBe("PAUSED");
    await ledger.run(resume);
    expect(verdict((await ledger.run(payment)).outcomes[0])).toBe("ACTOR_NOT_ACTIVE");
    await ledger.run(createUser(stranger, "NG"));
    expect(verdict((await ledger.run(payment)).outcomes[0])).toBe("SELF_ACTION");
  });

  it.each([
    ["an unknown field", { reason: "x", more: 1 }],
    ["a member named __proto__", JSON.parse('{"reason":"x","__proto__":{}}') as object],
    ["a missing field", {}],
    ["a malformed field", { reason: 1 }],
  ])("refuse %s as INVALID_INPUT", async (_what, input) => {
    const ask: Ask = { ...pause(), input: input as Record<string, unknown> };
    const text = JSON.stringify({ version: 1, commands: [{ id: randomUUID(), ...ask }] });
    const { event } = await ledger.call(EXECUTE, text, ledger.signers.gx_super_admin);
    expect(event?.payload).toContain('"code":"INVALID_INPUT"');
  });

  it("refuse all but pause and resume while the system is paused", async () => {
    await ledger.run(pause());
    const { outcomes } = await ledger.run(bootstrap(), countries(["FR", "0.00000001"]), pause(), resume, pause());
    expect(outcomes.map(verdict)).toEqual(["PAUSED", "PAUSED", "ALREADY_PAUSED", "committed", "committed"]);
    expect(verdict((await ledger.run(createUser(randomUUID(), "NG"))).outcomes[0])).toBe("PAUSED");
  });

  it("know a locked user as not active, and let it receive", async () => {
    const [a, b] = [randomUUID(), randomUUID()];
    await ledger.run(createUser(a, "NG"), createUser(b, "NG"));
    ledger.given({ [`user~${a}`]: { ...ledger.at<object>(`user~${a}`), status: "LOCKED" } });
    const { outcomes } = await ledger.run(transfer(a, b, "1"), transfer(b, a, "1"));
    expect(outcomes.map(verdict)).toEqual(["ACTOR_NOT_ACTIVE", "committed"]);
  });
});

describe("an outcome", () => {
  it("stands in the one event of the transaction, timed in whole seconds of its timestamp", async () => {
    ledger.now = 1_700_000_000.999;
    const { simulated, outcomes } = await ledger.run(pause());
    ledger.now = 1_800_000_000;
    expect(simulated.event?.name).toBe("gx");
    expect(named(outcomes[0], "SystemPaused")).toEqual([
      { name: "SystemPaused", domain: "admin", at: 1_700_000_000, reason: "Maintenance", actor: SUPER_ADMIN },
    ]);
  });

  it("of a refusal has the code, the sentence and no event, and leaves only the receipt", async () => {
    const id = randomUUID();
    const { outcomes, simulated, txId } = await ledger.run({ ...resume, id });
    const result = { status: "refused", code: "NOT_PAUSED", message: "The system is not paused." };
    expect(outcomes).toEqual([{ commandId: id, command: "admin.resumeSystem", ...result, events: [] }]);
    expect([...simulated.writes.keys()]).toEqual([`cmd~${id}`]);
    expect(ledger.at(`cmd~${id}`)).toEqual({ command: "admin.resumeSystem", outcome: result, txId });
  });

  it("is given again for the same id, in a later transaction and in the same batch", async () => {
    const [id, refusedId] = [randomUUID(), randomUUID()];
    const first = await ledger.run({ ...pause(), id }, { ...pause(), id: refusedId }, { ...pause(), id });
    const again = await ledger.run({ ...resume, id }, { ...resume, id: refusedId });
    const repeated = { command: "admin.pauseSystem", repeatOf: first.txId, events: [] };
    expect(first.outcomes[2]).toEqual({ commandId: id, status: "committed", ...repeated });
    expect(again.outcomes).toEqual([
      { commandId: id, status: "committed", ...repeated },
      {
        ...{
          commandId: refusedId,
          status: "refused",
          code: "ALREADY_PAUSED",
          message: "The system is paused already.",
        },
        ...repeated,
      },
    ]);
    expect(again.simulated.writes.size).toBe(0);
  });

  it("sees what earlier commands of the batch wrote, and nothing of those that were refused", async () => {
    const [a, b, c] = [randomUUID(), randomUUID(), randomUUID()];
    const { outcomes } = await ledger.run(
      createUser(a, "NG"),
      createUser(b, "NG", { ageYears: 12 }),
      transfer(b, a, "1"),
      transfer(a, b, "100000000"),
      transfer(b, a, "99900000"),
      transfer(c, a, "1"),
    );
    expect(outcomes.map(verdict)).toEqual([
      ...["committed", "committed", "INSUFFICIENT_FUNDS"],
      ...["committed", "committed", "ACTOR_NOT_ACTIVE"],
    ]);
    expect(ledger.at(`acct~${b}`)).toMatchObject({ stored: "50050", taxTimerStart: null });
  });
});

describe("a transaction", () => {
  it("asks for each key once and writes in key order", async () => {
    const [a, b] = [randomUUID(), randomUUID()];
    await ledger.run(createUser(a, "NG"), createUser(b, "NG"));
    const { simulated } = await ledger.run(
      ...[1, 2, 3, 4].map((n) => transfer(n % 2 ? a : b, n % 2 ? b : a, "5000000")),
    );
    expect(new Set(simulated.reads).size).toBe(simulated.reads.length);
    expect(simulated.reads).not.toContainEqual(expect.stringMatching(/^delta~|SYSTEM_OPERATIONS_FUND/));
    const written = [...simulated.writes.keys()];
    expect(written).toEqual([...written].sort());
  });

  it("previews exactly what it would do, and writes nothing", async () => {
    const argument = batchOf([createUser(randomUUID(), "NG"), pause()]);
    const preview = await ledger.call("gx:preview", argument, ledger.signers.gx_partner_api);
    const execute = await ledger.call(EXECUTE, argument, ledger.signers.gx_partner_api);
    expect([preview.status, preview.writes.size, preview.event]).toEqual([200, 0, undefined]);
    expect(execute.event?.payload.replaceAll(execute.txId, preview.txId)).toBe(preview.payload);
  });

  it("fails as a whole when something happens that nobody foresaw", async () => {
    const [a, b] = [randomUUID(), randomUUID()];
    await ledger.run(createUser(a, "NG"), createUser(b, "NG"));
    ledger.peer.state.delete("params");
    const argument = batchOf([transfer(a, b, "1")]);
    const result = await ledger.call(EXECUTE, argument, ledger.signers.gx_partner_api);
    expect([result.status, result.message]).toEqual([500, "INTERNAL: the parameters do not exist"]);
    expect([result.writes.size, result.event]).toEqual([0, undefined]);
  });

  it("keeps its states as JSON with sorted keys", async () => {
    for (const text of ledger.peer.state.values()) {
      const order = Object.keys(JSON.parse(text) as object);
      expect(order).toEqual([...order].sort());
      expect(text).toBe(JSON.stringify(JSON.parse(text)));
    }
  });
});
