// `gx:query` (protocol.md 15) on the shim's own handler.
import { createHash, randomUUID } from "node:crypto";
import { createUser, foundSystem, pause, startLedger, transfer, type TestLedger } from "./ledger.js";
import { inMemory } from "./wires.js";

let ledger: TestLedger;

beforeAll(async () => {
  ledger = await startLedger(inMemory);
});
beforeEach(async () => {
  ledger.peer.state.clear();
  await foundSystem(ledger);
});
afterAll(() => ledger.close());

const txIdOf = (n: number) => createHash("sha256").update(String(n)).digest("hex");
const deltas = (accountId: string, count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`delta~${accountId}~${txIdOf(n)}`, "3"]));

it("answers every query with the state object", async () => {
  const userId = randomUUID();
  const { txId, outcomes } = await ledger.run(createUser(userId, "VA"));
  expect(await ledger.query("systemStatus")).toEqual({
    ...ledger.at<object>("system"),
    countries: { count: 4, units: 6579019 },
  });
  expect(await ledger.query("parameters")).toEqual(ledger.at("params"));
  expect(await ledger.query("country", { code: "VA" })).toEqual({
    ...{ code: "VA", name: "Land VA", region: null, units: 7 },
    slots: { total: [7, 14, 21, 28, 108, 171], used: [1, 0, 0, 0, 0, 0] },
  });
  expect(await ledger.query("user", { userId })).toEqual(ledger.at(`user~${userId}`));
  expect(await ledger.query("trust", { userId })).toEqual({
    ...{ parents: 0, spouses: 0, siblings: 0, children: 0, friends: 0, loanAdjustment: 0 },
  });
  const commandId = outcomes[0]?.commandId;
  expect(await ledger.query("receipt", { commandId })).toEqual({
    ...{ command: "identity.createUser", outcome: { status: "committed" }, txId },
  });
  expect(await ledger.query("account", { accountId: userId })).toEqual({
    ...ledger.at<object>(`acct~${userId}`),
    ...{ pending: "0", balance: "500000000", complete: true },
  });
  expect(await ledger.query("account", { accountId: "treasury_VA" })).toMatchObject({
    ...{ kind: "TREASURY", status: "LOCKED", stored: "0", pending: "50000000", balance: "50000000", complete: true },
  });
  expect(await ledger.query("account", { accountId: "MINTED_USER_GENESIS" })).toEqual({
    ...{ accountId: "MINTED_USER_GENESIS", stored: "0", pending: "500000000", balance: "500000000", complete: true },
  });
});

it.each([
  ["country", { code: "FR" }],
  ["account", { accountId: randomUUID() }],
  ["account", { accountId: "treasury_FR" }],
  ["user", { userId: randomUUID() }],
  ["trust", { userId: randomUUID() }],
  ["receipt", { commandId: randomUUID() }],
])("answers null where there is no %s", async (name, args) => {
  expect(await ledger.query(name, args)).toBeNull();
});

it("answers null for system, parameters and supply before the bootstrap", async () => {
  ledger.peer.state.clear();
  for (const name of ["systemStatus", "parameters", "supply"]) expect(await ledger.query(name)).toBeNull();
});

it("answers while paused, for the reader, and for nobody of another MSP", async () => {
  await ledger.run(pause());
  expect(await ledger.query("systemStatus")).toMatchObject({ paused: true });
  const argument = { version: 1, name: "systemStatus" };
  const foreign = await ledger.call("gx:query", argument, ledger.signers.foreignAdmin);
  expect([foreign.status, foreign.message]).toEqual([500, expect.stringMatching(/^SIGNER_NOT_ALLOWED: /)]);
});

it.each([
  [{ version: 1, name: "wallet" }, 'no query is named "wallet"; there are systemStatus, parameters,'],
  [{ version: 1, name: "constructor" }, 'no query is named "constructor"'],
  [{ version: 1 }, "name: "],
  [{ version: 2, name: "supply" }, "version: "],
  ["nothing", "the argument is not JSON"],
  [{ version: 1, name: "country", args: { code: "va" } }, "args.code must be two upper-case letters"],
  [{ version: 1, name: "country", args: {} }, "args.code is missing"],
  [{ version: 1, name: "supply", args: { all: true } }, "args.all is unknown"],
  [{ version: 1, name: "deltas", args: { accountId: randomUUID(), pageSize: 101 } }, "args.accountId must be"],
  [{ version: 1, name: "deltas", args: { accountId: "treasury_NG", pageSize: 101 } }, "args.pageSize must be a whole"],
])("says what is wrong with %j", async (argument, fault) => {
  const { status, message } = await ledger.call("gx:query", argument, ledger.signers.reader);
  expect([status, message]).toEqual([500, expect.stringContaining(`QUERY_INVALID: ${fault}`)]);
});

describe("unfolded deltas", () => {
  const account = () => ledger.query("account", { accountId: "SYSTEM_OPERATIONS_FUND" });

  it("count towards the balance as long as there are at most 1,000 of them", async () => {
    ledger.given(deltas("SYSTEM_OPERATIONS_FUND", 1000));
    ledger.given({
      "acct~SYSTEM_OPERATIONS_FUND": { ...ledger.at<object>("acct~SYSTEM_OPERATIONS_FUND"), stored: "7" },
    });
    expect(await account()).toMatchObject({ stored: "7", pending: "3000", balance: "3007", complete: true });
    ledger.given(deltas("SYSTEM_OPERATIONS_FUND", 1001));
    expect(await account()).toMatchObject({ pending: "3000", complete: false });
  });

  it("are those of the account alone", async () => {
    ledger.given(deltas("SYSTEM_GX_POOL", 2));
    ledger.given({ "delta~SYSTEM_GX_POOLS~aa": "5", "delta~SYSTEM_GX_POO~aa": "5" });
    expect(await ledger.query("account", { accountId: "SYSTEM_GX_POOL" })).toMatchObject({ pending: "6" });
  });

  it("come page by page, each once, in key order", async () => {
    ledger.given(deltas("treasury_NG", 250));
    const seen: { txId: string; amount: string }[] = [];
    const sizes: number[] = [];
    let bookmark: string | null = null;
    do {
      const args = { accountId: "treasury_NG", pageSize: 100, bookmark };
      const page = (await ledger.query("deltas", args)) as { deltas: typeof seen; bookmark: string | null };
      seen.push(...page.deltas);
      sizes.push(page.deltas.length);
      ({ bookmark } = page);
    } while (bookmark);
    expect(sizes).toEqual([100, 100, 50]);
    const all = Array.from({ length: 250 }, (_, n) => txIdOf(n)).sort();
    expect(seen).toEqual(all.map((txId) => ({ txId, amount: "3" })));
  });

  it("end with a full page where nothing follows it", async () => {
    ledger.given(deltas("treasury_NG", 2));
    const page = await ledger.query("deltas", { accountId: "treasury_NG", pageSize: 2 });
    expect(page).toMatchObject({ bookmark: null });
  });

  it("of both genesis counters share the bound of the supply", async () => {
    ledger.given({ ...deltas("MINTED_USER_GENESIS", 600), ...deltas("MINTED_GOVT_GENESIS", 400) });
    expect(await ledger.query("supply")).toMatchObject({ totalMinted: "3000", complete: true });
    ledger.given(deltas("MINTED_GOVT_GENESIS", 401));
    expect(await ledger.query("supply")).toMatchObject({ totalMinted: "3000", complete: false });
  });
});

it("gives the supply: what was minted from each pool, in all, and what may still be", async () => {
  const [a, b] = [randomUUID(), randomUUID()];
  await ledger.run(createUser(a, "NG"), createUser(b, "NG"), transfer(a, b, "1000000"));
  ledger.given({ "acct~MINTED_LOAN": { stored: "11" } });
  expect(await ledger.query("supply")).toEqual({
    ...{ maxSupply: "1250000000000000000", totalMinted: "1100000011", availableToMint: "1249999998899999989" },
    minted: {
      ...{ USER_GENESIS: "1000000000", GOVT_GENESIS: "100000000", CHARITABLE: "0" },
      ...{ LOAN: "11", GX: "0", OPERATIONS: "0" },
    },
    complete: true,
  });
});
