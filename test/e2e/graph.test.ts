// Shown to a newcomer: two persons, a transfer, and one operation that crosses the subgraphs.
import { newSystem, type System } from "../../bench/system.js";
import { createUser, ended, newPerson } from "../../bench/load.js";

let system: System;
beforeAll(async () => {
  system = await newSystem(1100);
}, 120_000);
afterAll(() => system.remove(), 60_000);

it("loads the 234 countries by the ordinary mutation", async () => {
  const answer = await system.ask<{
    systemStatus: { countries: number; shareTotal: string; profile: string };
    counters: { countries: number };
  }>("{ systemStatus { countries shareTotal profile } counters { countries } }", {});
  expect(answer.data).toEqual({
    systemStatus: { countries: 234, shareTotal: "1.00000000", profile: "devnet" },
    counters: { countries: 234 },
  });
});

it("returns wallets, owners and countries of both parties of a transfer in one operation", async () => {
  const partner = system.tokens("PARTNER_API")[0] as string;
  const admin = system.tokens("ADMIN")[0] as string;
  const [ada, emma] = [newPerson(), newPerson()];
  const created = [await createUser(system, partner, ada, "NG"), await createUser(system, partner, emma, "US")];
  expect((await ended(system, admin, created)).map(({ status }) => status)).toEqual(["COMMITTED", "COMMITTED"]);

  const [token] = system.tokens("USER", [emma]);
  const sent = await system.ask<{ transfer: { commandId: string } }>(
    `mutation ($to: ID!) { transfer(to: $to, amount: "200000000", remark: "rent", idempotencyKey: "rent-001") { commandId } }`,
    { to: ada },
    token,
  );
  expect(await ended(system, token as string, [sent.data?.transfer.commandId as string])).toEqual([
    { status: "COMMITTED", error: null },
  ]);

  const answer = await system.ask(
    `query ($a: ID!, $e: ID!) {
      from: wallet(id: $e) { balance owner { ... on User { id nationality { name residents treasury { balance } } } } }
      to: wallet(id: $a) { balance owner { ... on User { id nationality { name } } } }
    }`,
    { a: ada, e: emma },
    admin,
  );
  expect(answer.errors).toEqual([]);
  expect(answer.data).toEqual({
    from: {
      balance: "299500000",
      owner: { id: emma, nationality: { name: "United States", residents: 1, treasury: { balance: "50000000" } } },
    },
    to: { balance: "700000000", owner: { id: ada, nationality: { name: "Nigeria" } } },
  });
});

it("gives genesis coins later to whoever was too young, by the admin's own queue", async () => {
  const partner = system.tokens("PARTNER_API")[0] as string;
  const admin = system.tokens("ADMIN")[0] as string;
  const child = newPerson();
  await ended(system, admin, [await createUser(system, partner, child, "DE", 12)]);
  const given = await system.ask<{ distributeGenesis: { commandId: string } }>(
    `mutation ($id: UUID!) { distributeGenesis(userId: $id, ageYears: 13, idempotencyKey: "grown-up-1") { commandId } }`,
    { id: child },
    admin,
  );
  const id = given.data?.distributeGenesis.commandId as string;
  expect(await ended(system, admin, [id])).toEqual([{ status: "COMMITTED", error: null }]);
  const answer = await system.ask(
    `query ($id: UUID!, $command: UUID!) {
      user(id: $id) { ageYears genesisOutcome genesis { phase amount } wallet { balance } }
      command(id: $command) { signingRole operation }
    }`,
    { id: child, command: id },
    admin,
  );
  expect(answer.data).toEqual({
    user: {
      ...{ ageYears: 13, genesisOutcome: "DISTRIBUTED", genesis: { phase: 1, amount: "500000000" } },
      wallet: { balance: "500000000" },
    },
    command: { signingRole: "gx_admin", operation: "DISTRIBUTE_GENESIS" },
  });
});
