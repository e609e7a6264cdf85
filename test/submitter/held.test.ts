// Commands and events that the chaincode on the channel does not know yet: held back, named, and let go by a newer chaincode.
import { randomUUID } from "node:crypto";
import { describeCatalogue } from "../../catalogue/description.js";
import type { WireCatalogue } from "../../catalogue/wire.js";
import { openCatalogue } from "../../workers/channel.js";
import { eventually } from "../environment.js";
import { ourChaincode } from "../ledgers.js";
import { buildOlder, withoutNationality, withoutTransfer, type OlderChaincode } from "../older-chaincode.js";
import { newLines } from "../platform/parts.js";
import { startSubmitter, type SubmitterProcess } from "./child.js";
import { startRole } from "./leading.js";
import { ADMIN, bootstrap, country, newWorld, onLedger, person, type World } from "./world.js";

let older: OlderChaincode;
let world: World;
let submitter: SubmitterProcess;
beforeAll(async () => {
  older = buildOlder(withoutTransfer, withoutNationality);
  world = await newWorld({ chaincodePath: older.path });
  submitter = await startSubmitter(world);
});
afterAll(async () => {
  await submitter.end("SIGKILL");
  await world.close();
  older.remove();
});

const stateOf = async () =>
  JSON.parse((await submitter.get("/readyz")).body || "{}") as { status?: string; chaincode?: string };
const transfer = (to: string) => ({ to, amount: "1000000", remark: null });

test("what the channel lacks is named at the start and held back in its lanes, the rest goes on", async () => {
  await eventually(async () => (await stateOf()).status === "ready", "readiness");
  expect((await stateOf()).chaincode).toBe(
    `${older.version}; holds back identity.createUser (event UserCreated: field nationality is unknown to the channel), ` +
      "tokenomics.transfer (unknown to the channel); " +
      "differs: command identity.createUser: event UserCreated: field nationality is unknown to the channel, " +
      "command tokenomics.transfer: unknown to the channel, " +
      "event UserCreated: field nationality is unknown to the channel",
  );
  const other = randomUUID();
  const [founding, countries] = [
    await world.accept("admin.bootstrapSystem", bootstrap),
    await world.accept("admin.initializeCountryData", country),
  ];
  const held = [
    ...(await world.acceptAs(ADMIN, "tokenomics.transfer", transfer(other))),
    ...(await world.accept("identity.createUser", person())),
  ];
  // Younger, and on lanes of its own.
  const passing = await world.acceptAs(ADMIN, "organization.activateOrganization", { organizationId: randomUUID() });
  await onLedger(world, [...founding, ...countries, ...passing]);
  const waiting = await eventually(async () => {
    const rows = await world.rows(held);
    return rows.every((row) => row.last_error?.startsWith("HELD_BACK: ")) ? rows : undefined;
  }, "the reasons in the rows");
  expect(waiting.map(({ status, attempt, last_error }) => [status, attempt, last_error])).toEqual([
    [
      ...["ACCEPTED", 0],
      "HELD_BACK: tokenomics.transfer waits for a newer chaincode on the channel (unknown to the channel)",
    ],
    [
      ...["ACCEPTED", 0],
      "HELD_BACK: identity.createUser waits for a newer chaincode on the channel " +
        "(event UserCreated: field nationality is unknown to the channel)",
    ],
  ]);
  const measured = (await submitter.get("/metrics")).body
    .split("\n")
    .filter((line) => /^outbox_submitter_held/.test(line));
  expect(measured.find((line) => line.includes('role="gx_partner_api"'))).toMatch(/ 2$/);
});

test("a newer chaincode lets them go by themselves, once and in the order of acceptance", async () => {
  const to = randomUUID();
  const ids = await world.acceptAs(ADMIN, "tokenomics.transfer", transfer(to), transfer(to), transfer(to));
  await eventually(
    async () => (await world.rows(ids)).every((row) => row.last_error?.startsWith("HELD_BACK: ")),
    "the reasons in the rows",
  );
  await world.stopLedger();
  await world.startLedger(ourChaincode.path);
  const outcomes = (await onLedger(world, ids, 60_000)).filter(({ commandId }) => ids.includes(commandId));
  expect(outcomes.map(({ commandId, code, repeatOf }) => [commandId, code, repeatOf])).toEqual(
    ids.map((id) => [id, "ACTOR_NOT_ACTIVE", undefined]),
  );
  expect((await world.rows(ids)).every((row) => row.last_error === null)).toBe(true);
  await eventually(async () => !(await stateOf()).chaincode?.includes("holds back"), "nothing to be held back");
  expect((await stateOf()).chaincode).not.toContain("differs");
});

describe("asking a channel", () => {
  const answering = (...answers: (() => Promise<string>)[]) => {
    const lines = newLines();
    const evaluate = async () => Buffer.from((await (answers.length > 1 ? answers.shift() : answers[0])?.()) ?? "");
    return { lines, catalogue: openCatalogue({ fabric: () => ({ evaluate }), log: lines.log }) };
  };
  const told = (change: (known: WireCatalogue) => void = () => undefined) => {
    const known = describeCatalogue("2.0.0");
    change(known);
    return Promise.resolve(JSON.stringify(known));
  };
  const lacking = () => told((known) => void delete known.commands["tokenomics.transfer"]);

  test("holds back until two answers in a row know the command: peers learn of a definition one after the other", async () => {
    const { catalogue } = answering(lacking, () => told());
    await catalogue.ask();
    expect([catalogue.held, catalogue.heldBack("tokenomics.transfer")]).toEqual([1, "unknown to the channel"]);
    await catalogue.ask();
    expect(catalogue.heldBack("tokenomics.transfer")).toBe("unknown to the channel");
    await catalogue.ask();
    expect([catalogue.held, catalogue.heldBack("tokenomics.transfer")]).toEqual([0, undefined]);
  });

  test("holds back at once what the channel knows no more", async () => {
    const { catalogue, lines } = answering(() => told(), lacking);
    await catalogue.ask();
    await catalogue.ask();
    expect(catalogue.heldBack("tokenomics.transfer")).toBe("unknown to the channel");
    expect(lines.with("The catalogue differs from the channel's")).toHaveLength(1);
  });

  test("names a chaincode that does not tell its catalogue, and holds nothing back", async () => {
    const { catalogue, lines } = answering(() => Promise.resolve("null"));
    expect(catalogue.summary()).toBeUndefined();
    await catalogue.ask();
    expect([catalogue.summary(), catalogue.held]).toEqual(["an older one, catalogue unknown", 0]);
    expect(lines.with("The chaincode on the channel does not tell its catalogue, nothing is held back")).toHaveLength(
      1,
    );
  });
});

test("what endorsers do not know although the channel seemed to is not ordered: it would be refused for ever", async () => {
  const other = await newWorld({ chaincodePath: older.path });
  try {
    const hurried = { count: 0 };
    const channel = { version: 0, held: 0, heldBack: () => undefined, hurry: () => void (hurried.count += 1) };
    const role = await startRole(other, undefined, { channel });
    const ids = await other.accept("tokenomics.transfer", transfer(randomUUID()));
    await eventually(() => hurried.count > 1, "the channel to be asked again");
    expect(await other.rows(ids)).toMatchObject([{ status: "ACCEPTED", attempt: 0, failures: 0 }]);
    expect(await other.outcomes()).toEqual([]);
    await other.stopLedger();
    await other.startLedger(ourChaincode.path);
    expect((await onLedger(other, ids, 30_000)).map(({ code }) => code)).toEqual(["NOT_BOOTSTRAPPED"]);
    await role.stop();
  } finally {
    await other.close();
  }
});
