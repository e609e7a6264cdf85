// The parent is killed by SIGKILL: the next start finds everything as it was.
import { newSystem, type System } from "../../bench/system.js";
import { createUser, ended, newPerson } from "../../bench/load.js";
import { connect } from "node:net";

let system: System;
beforeAll(async () => {
  system = await newSystem(1000, {}, "--empty");
}, 120_000);
afterAll(() => system.remove(), 60_000);

const listens = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" }, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });

it("keeps its data over kill -9 of the parent, and listens nowhere after a stop", async () => {
  await system.kill9();
  await system.start();
  const partner = system.tokens("PARTNER_API")[0] as string;
  const admin = system.tokens("ADMIN")[0] as string;
  const ada = newPerson();
  expect(await ended(system, admin, [await createUser(system, partner, ada, "NG")])).toEqual([
    { status: "COMMITTED", error: null },
  ]);

  await system.kill9();
  await system.start();
  const answer = await system.ask<{ user: { wallet: { balance: string } } }>(
    "query ($id: UUID!) { user(id: $id) { wallet { balance } } }",
    { id: ada },
    admin,
  );
  expect(answer.data?.user.wallet.balance).toBe("500000000");

  expect(await system.stop()).toBe(0);
  const ports = [4000, 3001, 3002, 3003, 3007, 9090, 9091, 7051, 7052, 7053, 15432, 16379].map((port) => port + 1000);
  const open = (await Promise.all(ports.map(async (port) => ((await listens(port)) ? [port] : [])))).flat();
  expect(open).toEqual([]);
}, 240_000);
