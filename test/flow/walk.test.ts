// docs/walk.md as a test: one transfer from the mutation to the query, each process started only when its turn comes.
import { randomUUID } from "node:crypto";
import { developmentIdentities } from "../../platform/development-identities.js";
import { main as projector } from "../../workers/projector/main.js";
import { main as submitter } from "../../workers/submitter/main.js";
import { eventually } from "../environment.js";
import { jobsOf } from "../gateway/graph.js";
import { describeOnLedgers } from "../ledgers.js";
import { newFlow, type Flow } from "./flow.js";

describeOnLedgers("a transfer", (kind) => {
  let flow: Flow;
  beforeAll(async () => {
    flow = await newFlow(kind);
  }, 60_000);
  afterAll(() => flow.close());

  const status = async (id: string, token: string) => {
    const query = "query ($id: UUID!) { command(id: $id) { status txId blockNumber events error { code } } }";
    return (await flow.graph.ask<{ command: { status: string; txId: string | null } }>(query, { id }, token)).data
      ?.command;
  };

  it("takes a transfer from the mutation to the query", async () => {
    const superAdmin = await flow.graph.token("SUPER_ADMIN", developmentIdentities.SUPER_ADMIN);
    const partner = await flow.graph.token("PARTNER_API");
    const [ada, emma] = [randomUUID(), randomUUID()];
    const emmas = await flow.graph.token("USER", emma);
    const committed = async (mutation: string, token: string) => {
      const { data, errors } = await flow.graph.ask<{ sent: { commandId: string } | { commandId: string }[] }>(
        `mutation { sent: ${mutation} { commandId } }`,
        {},
        token,
      );
      expect(errors).toEqual([]);
      const [ticket] = [data?.sent ?? []].flat();
      await eventually(
        async () => (await status(ticket?.commandId ?? "", superAdmin))?.status === "COMMITTED",
        mutation,
      );
    };
    const person = (id: string, cc: string) =>
      `createUser(userId: "${id}", biometricHash: "${(randomUUID() + randomUUID()).replaceAll("-", "")}", nationality: "${cc}", ageYears: 30, idempotencyKey: "${id}")`;

    // A ledger with two countries and two persons.
    const stops = [await flow.start(submitter), await flow.start(projector)];
    await committed(
      `bootstrapSystem(profile: devnet, admins: ["${developmentIdentities.ADMIN}"], idempotencyKey: "bootstrap")`,
      superAdmin,
    );
    await committed(
      `initializeCountryData(countries: [{ code: "NG", name: "Nigeria", share: "0.03384748" }, { code: "US", name: "United States", share: "0.03194263" }], idempotencyKey: "countries")`,
      superAdmin,
    );
    await committed(person(ada, "NG"), partner);
    await committed(person(emma, "US"), partner);
    for (const process of stops) await process.stop();

    // The mutation: may you, is it valid, one row, one job.
    const sent = await flow.graph.ask<{ transfer: { commandId: string; status: string } }>(
      `mutation { transfer(to: "${ada}", amount: "200000000", remark: "rent", idempotencyKey: "rent-0001") { commandId status } }`,
      {},
      emmas,
    );
    const id = sent.data?.transfer.commandId ?? "";
    expect(sent.data?.transfer.status).toBe("ACCEPTED");
    await jobsOf({ ...flow.graph, redis: flow.world.redis }, "gx_partner_api", 1);
    expect(await status(id, emmas)).toMatchObject({ status: "ACCEPTED", txId: null });

    // The submitter: endorse, SUBMITTED, order. The ledger holds the outcome; nobody reads it yet.
    const submitting = await flow.start(submitter);
    const outcome = await eventually(
      async () => (await flow.world.outcomes()).find(({ commandId }) => commandId === id),
      "the outcome on the ledger",
    );
    expect(outcome).toMatchObject({ status: "committed", command: "tokenomics.transfer" });
    expect(outcome.events.map(({ name }) => name)).toEqual([
      "TransferCompleted",
      "FeeCharged",
      "BalanceChanged",
      "BalanceChanged",
      "AccountCredited",
    ]);
    expect(await status(id, emmas)).toMatchObject({ status: "SUBMITTED", txId: outcome.txId });
    const wallets = `{ a: wallet(id: "${ada}") { balance } e: wallet(id: "${emma}") { balance owner { ... on User { nationality { name treasury { balance } } } } } }`;
    const admin = await flow.graph.token("ADMIN");
    expect((await flow.graph.ask(wallets, {}, admin)).data).toMatchObject({
      a: { balance: "500000000" },
      e: { balance: "500000000" },
    });
    await submitting.stop();

    // The projector: outcome, rows and checkpoint at once; then queries see the transfer.
    await flow.start(projector);
    await eventually(async () => (await status(id, emmas))?.status === "COMMITTED", "the command to be committed");
    expect(await status(id, emmas)).toMatchObject({ txId: outcome.txId, blockNumber: outcome.block, error: null });
    expect((await flow.graph.ask(wallets, {}, admin)).data).toEqual({
      a: { balance: "700000000" },
      e: { balance: "299500000", owner: { nationality: { name: "United States", treasury: { balance: "50000000" } } } },
    });
  }, 60_000);
});
