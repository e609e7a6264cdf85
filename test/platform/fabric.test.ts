import { functions } from "../../catalogue/wire.js";
import { openConnection } from "../../platform/connection.js";
import {
  actAs,
  EndorseError,
  EvaluateError,
  SubmitError,
  type Fabric,
  type FabricError,
} from "../../platform/fabric.js";
import { readProfile, type Profile } from "../../platform/profile.js";
import { readIdentity } from "../../platform/wallet.js";
import { eventually, freePort } from "../environment.js";
import { newWorld, type World } from "../submitter/world.js";

let world: World;
let profile: Profile;
let fabric: Fabric;
beforeAll(async () => {
  world = await newWorld();
  profile = readProfile(world.profilePath);
  fabric = actAs(world.connection, readIdentity(profile, "org1-partner-api"));
});
afterAll(() => world.close());

const batch = JSON.stringify({
  version: 1,
  commands: [
    {
      id: "0199aaaa-0000-7000-8000-000000000001",
      command: "tokenomics.transfer",
      actor: "0199aaaa-0000-7000-8000-000000000002",
      input: { to: "0199aaaa-0000-7000-8000-000000000003", amount: "1", remark: null },
    },
  ],
});
const query = JSON.stringify({ version: 1, name: "systemStatus", args: {} });
const caught = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe("a submitting identity", () => {
  test("gets the answer of a query, which is null before bootstrap", async () => {
    expect((await fabric.evaluate(functions.query, query)).toString()).toBe("null");
  });

  test("endorses, submits, and finds its transaction in a block", async () => {
    const endorsed = await fabric.endorse(functions.execute, batch);
    expect(endorsed.txId).toMatch(/^[0-9a-f]{64}$/);
    await endorsed.submit();
    const found = await eventually(
      async () => (await world.transactions()).find(({ txId }) => txId === endorsed.txId),
      "the block",
    );
    expect(found.valid).toBe(true);
  });

  test("makes a new transaction id for each proposal", async () => {
    const [one, two] = [await fabric.endorse(functions.execute, batch), await fabric.endorse(functions.execute, batch)];
    expect(one.txId).not.toBe(two.txId);
  });
});

describe("a failed call is the error of its stage, with code, id and details", () => {
  test("evaluate", async () => {
    const error = await caught(fabric.evaluate(functions.query, "{"));
    expect(error).toBeInstanceOf(EvaluateError);
    expect(error).toMatchObject({
      stage: "evaluate",
      status: 2,
      txId: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
    expect((error as FabricError).text).toContain("chaincode response 500, QUERY_INVALID");
  });

  test("endorse: what the chaincode said stands in the details", async () => {
    const error = await caught(fabric.endorse(functions.execute, '{"version":2}'));
    expect(error).toBeInstanceOf(EndorseError);
    expect(error).toMatchObject({ stage: "endorse", status: 10 });
    expect((error as FabricError).details.join()).toContain("chaincode response 500, BATCH_INVALID");
  });

  test("endorse: an identity without a role", async () => {
    const reader = actAs(world.connection, readIdentity(profile, "reader"));
    const error = await caught(reader.endorse(functions.execute, batch));
    expect((error as FabricError).text).toContain("SIGNER_NOT_ALLOWED");
  });

  test("submit: the peer went away after the endorsement", async () => {
    const endorsed = await fabric.endorse(functions.execute, batch);
    await world.stopLedger();
    const error = await caught(endorsed.submit());
    await world.startLedger();
    expect(error).toBeInstanceOf(SubmitError);
    expect(error).toMatchObject({ stage: "submit", status: 14, txId: endorsed.txId });
  });

  test("a peer that nobody answers for", async () => {
    const away = { address: `127.0.0.1:${await freePort()}`, mspId: profile.mspId };
    const nowhere = openConnection({ ...profile, peers: [away] });
    const error = await caught(actAs(nowhere, fabric.identity).evaluate(functions.query, query));
    nowhere.close();
    expect(error).toMatchObject({ stage: "evaluate", status: 14 });
  });
});
