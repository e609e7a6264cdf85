// Given events in blocks, then rows in PostgreSQL.
import { randomUUID } from "node:crypto";
import { admin } from "../../catalogue/events/admin.js";
import { identity } from "../../catalogue/events/identity.js";
import { tax } from "../../catalogue/events/tax.js";
import { tokenomics } from "../../catalogue/events/tokenomics.js";
import { slotsOf } from "../../catalogue/economy.js";
import { ChainMismatch } from "../../platform/blocks.js";
import { project } from "../../workers/projector/project.js";
import { newDatabase, type TestDatabase } from "../environment.js";
import { historyOf, NOW, outcome, type Event, type History } from "./history.js";

const {
  SystemBootstrapped,
  CountryDataInitialized,
  SystemPaused,
  SystemResumed,
  SystemParameterUpdated,
  AdminAppointed,
  DeltasFolded,
} = admin;
const { BalanceChanged, AccountCredited, TransferCompleted, GenesisDistributed, TreasuryAllocated } = tokenomics;
const { FeeCharged, TaxTimerChanged } = tax;

let database: TestDatabase;
let history: History;

beforeEach(async () => {
  database = await newDatabase();
  history = historyOf(database.pool);
});
afterEach(() => database.close());

const rows = async (sql: string, ...values: unknown[]): Promise<Record<string, unknown>[]> =>
  (await database.pool.query<Record<string, unknown>>(sql, values)).rows;

const A = "0b1d0000-0000-4000-8000-00000000000a";
const B = "0b1d0000-0000-4000-8000-00000000000b";
const ADMIN = "0b1d0000-0000-4000-8000-0000000000ad";
const TX = "f".repeat(64);
const AT = new Date(NOW * 1_000);

const countryRow = (code: string, units: number) => ({
  ...{ code, name: `Land ${code}`, region: null, units, slots: slotsOf(units) },
  share: `0.${String(units).padStart(8, "0")}`,
});
const bootstrap: readonly Event[] = [
  SystemBootstrapped({ profile: "devnet", operatorMsp: "Org1MSP", admins: [ADMIN] }),
  AdminAppointed({ adminId: ADMIN, appointedBy: ADMIN }),
  SystemParameterUpdated({ parameterId: "feeP2pLocalMidBps", value: 5, previousValue: null, source: "BOOTSTRAP" }),
  SystemParameterUpdated({ parameterId: "quorumVotes", value: 3, previousValue: null, source: "BOOTSTRAP" }),
];
const countries: readonly Event[] = [
  CountryDataInitialized({
    countries: [countryRow("NG", 3_384_748), countryRow("VA", 7)],
    totalCountries: 2,
    totalUnits: 3_384_755,
  }),
];
const created = (userId: string, deltaKey = `${TX}~0`): readonly Event[] => [
  identity.UserCreated({
    ...{ userId, nationality: "NG", ageYears: 30, status: "ACTIVE", trustScore: 10 },
    genesisOutcome: "DISTRIBUTED",
  }),
  BalanceChanged({ accountId: userId, balance: "500000000" }),
  TaxTimerChanged({ accountId: userId, timerStart: NOW }),
  GenesisDistributed({ userId, nationality: "NG", ageYears: 30, phase: 1, amount: "500000000" }),
  TreasuryAllocated({ countryCode: "NG", accountId: "treasury_NG", userId, phase: 1, amount: "50000000" }),
  AccountCredited({ accountId: "treasury_NG", deltaKey, amount: "50000000" }),
  AccountCredited({ accountId: "MINTED_USER_GENESIS", deltaKey, amount: "500000000" }),
  AccountCredited({ accountId: "MINTED_GOVT_GENESIS", deltaKey, amount: "50000000" }),
];
const transferred: readonly Event[] = [
  TransferCompleted({
    ...{ from: A, to: B, amount: "5000000", fee: "7500", kind: "P2P", scope: "CROSS_BORDER", rateBps: 15 },
    ...{ remark: "rent", multiSigTxId: null },
  }),
  FeeCharged({ payer: A, amount: "7500", kind: "P2P", scope: "CROSS_BORDER", rateBps: 15 }),
  BalanceChanged({ accountId: A, balance: "494992500" }),
  BalanceChanged({ accountId: B, balance: "505000000" }),
  AccountCredited({ accountId: "SYSTEM_OPERATIONS_FUND", deltaKey: `${TX}~3`, amount: "7500" }),
];

describe("the system", () => {
  test("bootstrap makes the system row, five system wallets, six pools with caps, and counters of 0", async () => {
    await history.happened(bootstrap);
    expect(await rows("select * from read.system")).toEqual([
      {
        ...{ id: "system", profile: "devnet", operator_msp: "Org1MSP", bootstrapped_at: AT, paused: false },
        ...{ pause_reason: null, paused_at: null, countries: 0, units: "0" },
      },
    ]);
    expect(await rows("select id, kind, owner_id, stored, pending, frozen from read.wallet order by id")).toEqual(
      ["CHARITABLE_POOL", "GX_POOL", "LOAN_POOL", "OPERATIONS_FUND", "REDISTRIBUTION_POOL"].map((name) => ({
        ...{ id: `SYSTEM_${name}`, kind: "SYSTEM", owner_id: null, stored: "0", pending: "0", frozen: false },
      })),
    );
    expect(await rows("select id, cap, stored, pending from read.pool order by ordinal")).toEqual([
      { id: "USER_GENESIS", cap: "577500000000000000", stored: "0", pending: "0" },
      { id: "GOVT_GENESIS", cap: "152000000000000000", stored: "0", pending: "0" },
      { id: "CHARITABLE", cap: "158000000000000000", stored: "0", pending: "0" },
      { id: "LOAN", cap: "300000000000000000", stored: "0", pending: "0" },
      { id: "GX", cap: "31250000000000000", stored: "0", pending: "0" },
      { id: "OPERATIONS", cap: "31250000000000000", stored: "0", pending: "0" },
    ]);
    expect(await rows("select name, value from read.counter order by name")).toEqual(
      ["countries", "organizations", "users", ...[1, 2, 3, 4, 5, 6].map((phase) => `usersPhase${phase}`)].map(
        (name) => ({ name, value: "0" }),
      ),
    );
    expect(await rows("select id, status, appointed_by from read.admin_appointment")).toEqual([
      { id: ADMIN, status: "ACTIVE", appointed_by: ADMIN },
    ]);
  });

  test("a parameter has its value, its history, and a rate where fees or the tax use it", async () => {
    await history.happened(bootstrap);
    const id = await history.happened([
      SystemParameterUpdated({ parameterId: "quorumVotes", value: 4, previousValue: 3, source: "SUPER_ADMIN" }),
    ]);
    expect(await rows("select id, value from read.parameter order by id")).toEqual([
      { id: "feeP2pLocalMidBps", value: "5" },
      { id: "quorumVotes", value: "4" },
    ]);
    expect(
      await rows("select value, previous_value, source from read.parameter_change where command_id = $1", id),
    ).toEqual([{ value: "4", previous_value: "3", source: "SUPER_ADMIN" }]);
    expect(await rows("select * from read.rate")).toEqual([{ parameter_id: "feeP2pLocalMidBps", value: "5" }]);
  });

  test("pause shows reason and time, resume takes them away", async () => {
    await history.happened(bootstrap);
    await history.happened([SystemPaused({ reason: "drill", actor: ADMIN })]);
    expect(await rows("select paused, pause_reason, paused_at from read.system")).toEqual([
      { paused: true, pause_reason: "drill", paused_at: AT },
    ]);
    await history.happened([SystemResumed({ actor: ADMIN })]);
    expect(await rows("select paused, pause_reason, paused_at from read.system")).toEqual([
      { paused: false, pause_reason: null, paused_at: null },
    ]);
  });

  test("countries have slots and a locked treasury with a wallet", async () => {
    await history.happened(bootstrap);
    await history.happened(countries);
    expect(await rows("select code, units, slots, treasury_status from read.country order by position")).toEqual([
      {
        ...{ code: "NG", units: "3384748", treasury_status: "LOCKED" },
        slots: ["3384748", "6769496", "10154244", "13538992", "52463594", "82926326"],
      },
      { code: "VA", units: "7", slots: ["7", "14", "21", "28", "108", "171"], treasury_status: "LOCKED" },
    ]);
    expect(await rows("select id, owner_id from read.wallet where kind = 'TREASURY' order by id")).toEqual([
      { id: "treasury_NG", owner_id: "NG" },
      { id: "treasury_VA", owner_id: "VA" },
    ]);
    expect(await rows("select countries, units from read.system")).toEqual([{ countries: 2, units: "3384755" }]);
    expect(await rows("select value from read.counter where name = 'countries'")).toEqual([{ value: "2" }]);
  });
});

describe("coins", () => {
  beforeEach(async () => {
    await history.happened(bootstrap);
    await history.happened(countries);
  });

  test("a new user stands in every domain's tables", async () => {
    const id = await history.happened(created(A));
    expect(
      await rows(`select id, nationality, age_years, status, trust_score, genesis_outcome from read."user"`),
    ).toEqual([
      { id: A, nationality: "NG", age_years: 30, status: "ACTIVE", trust_score: 10, genesis_outcome: "DISTRIBUTED" },
    ]);
    expect(await rows("select * from read.residence")).toEqual([{ country: "NG", residents: "1" }]);
    expect(await rows("select owner_id, stored, pending from read.wallet where kind = 'USER'")).toEqual([
      { owner_id: A, stored: "500000000", pending: "0" },
    ]);
    expect(await rows("select stored, pending from read.wallet where id = 'treasury_NG'")).toEqual([
      { stored: "0", pending: "50000000" },
    ]);
    expect(await rows("select id, stored + pending as minted from read.pool where pending > 0 order by id")).toEqual([
      { id: "GOVT_GENESIS", minted: "50000000" },
      { id: "USER_GENESIS", minted: "500000000" },
    ]);
    expect(await rows("select * from read.genesis")).toEqual([
      { user_id: A, country: "NG", phase: 1, amount: "500000000", at: AT },
    ]);
    expect(await rows("select * from read.slot_use")).toEqual([{ country: "NG", phase: 1, used: "1" }]);
    expect(await rows("select name from read.counter where value = 1 order by name")).toEqual([
      { name: "users" },
      { name: "usersPhase1" },
    ]);
    expect(
      await rows("select id, country, organization_type, balance, timer_start, exempt from read.tax_account"),
    ).toEqual([
      { id: A, country: "NG", organization_type: null, balance: "500000000", timer_start: AT, exempt: false },
    ]);
    expect(await rows("select id, wallet_id, type, amount, counterparty_id from read.entry order by id")).toEqual([
      { id: `${id}~3~${A}~GENESIS`, wallet_id: A, type: "GENESIS", amount: "500000000", counterparty_id: null },
      {
        ...{ id: `${id}~4~treasury_NG~TREASURY_SHARE`, wallet_id: "treasury_NG", type: "TREASURY_SHARE" },
        ...{ amount: "50000000", counterparty_id: null },
      },
    ]);
  });

  test("a transfer writes signed lines for both sides, the fee and its income", async () => {
    await history.happened(created(A));
    await history.happened(created(B, `${TX}~1`));
    const id = await history.happened(transferred);
    const lines = await rows(
      "select id, type, amount, counterparty_id, remark, tx_id is not null as tx, block from read.entry where command_id = $1 order by position",
      id,
    );
    const common = { tx: true, block: "4" };
    const fees = "SYSTEM_OPERATIONS_FUND";
    expect(lines).toEqual([
      { ...common, id: `${id}~0~${A}~SENT`, type: "SENT", amount: "-5000000", counterparty_id: B, remark: "rent" },
      {
        ...common,
        id: `${id}~0~${B}~RECEIVED`,
        type: "RECEIVED",
        amount: "5000000",
        counterparty_id: A,
        remark: "rent",
      },
      { ...common, id: `${id}~1~${A}~FEE`, type: "FEE", amount: "-7500", counterparty_id: fees, remark: null },
      {
        ...common,
        id: `${id}~1~${fees}~FEE_INCOME`,
        type: "FEE_INCOME",
        amount: "7500",
        counterparty_id: null,
        remark: null,
      },
    ]);
    expect(await rows("select stored, pending from read.wallet where id = any($1) order by id", [A, B, fees])).toEqual([
      { stored: "494992500", pending: "0" },
      { stored: "505000000", pending: "0" },
      { stored: "0", pending: "7500" },
    ]);
    expect(await rows("select payer, amount, kind, scope, rate_bps from read.fee")).toEqual([
      { payer: A, amount: "7500", kind: "P2P", scope: "CROSS_BORDER", rate_bps: 15 },
    ]);
    expect(await rows("select balance from read.tax_account where id = $1", A)).toEqual([{ balance: "494992500" }]);
    expect(await rows("select sum(amount) as sum from read.entry where wallet_id = $1", A)).toEqual([
      { sum: "494992500" },
    ]);
  });

  describe("folding", () => {
    const OTHER_TX = "e".repeat(64);
    const credit = (txId: string, position: number, amount: string) =>
      AccountCredited({ accountId: "treasury_NG", deltaKey: `${txId}~${position}`, amount });
    const credits = [credit(TX, 0, "5"), credit(TX, 1, "7"), credit(OTHER_TX, 0, "11")];
    const elsewhere = AccountCredited({ accountId: "treasury_VA", deltaKey: `${TX}~0`, amount: "13" });
    const folded = DeltasFolded({ accountId: "treasury_NG", txIds: [TX], amount: "12", stored: "12" });
    const treasuries = () =>
      rows("select id, stored, pending from read.wallet where kind = 'TREASURY' and stored + pending > 0 order by id");
    const deltas = () =>
      rows("select account_id as of, delta_key as key, folded, at from read.delta order by account_id, delta_key");

    const expected = async () => {
      expect(await treasuries()).toEqual([
        { id: "treasury_NG", stored: "12", pending: "11" },
        { id: "treasury_VA", stored: "0", pending: "13" },
      ]);
      expect(await deltas()).toEqual([
        { of: "treasury_NG", key: `${OTHER_TX}~0`, folded: false, at: AT },
        { of: "treasury_NG", key: `${TX}~0`, folded: true, at: AT },
        { of: "treasury_NG", key: `${TX}~1`, folded: true, at: AT },
        { of: "treasury_VA", key: `${TX}~0`, folded: false, at: AT },
      ]);
    };

    test("marks the credits of the transactions, and moves their amount from what waits to what is stored", async () => {
      await history.happened(bootstrap);
      await history.happened(countries);
      await history.happened([...credits, elsewhere]);
      await history.happened([folded]);
      await expected();
    });

    test("in the block of the credits gives the same", async () => {
      await history.block(
        ...[bootstrap, countries, [...credits, elsewhere], [folded]].map((events) => [outcome({ events })]),
      );
      await expected();
    });

    test("of a genesis counter moves what was minted, and leaves the sum", async () => {
      await history.happened(bootstrap);
      await history.happened(countries);
      await history.happened(created(A));
      const accountId = "MINTED_USER_GENESIS";
      await history.happened([DeltasFolded({ accountId, txIds: [TX], amount: "500000000", stored: "500000000" })]);
      expect(await rows("select stored, pending from read.pool where id = 'USER_GENESIS'")).toEqual([
        { stored: "500000000", pending: "0" },
      ]);
    });
  });

  test("blocks projected together give the same rows as one by one", async () => {
    await history.block(
      [outcome({ events: created(A) })],
      [outcome({ events: created(B, `${TX}~1`) }), outcome({ events: transferred })],
    );
    await history.block([outcome({ status: "refused", code: "INSUFFICIENT_FUNDS" })]);
    await history.block({ valid: false, code: 11 });
    await history.block([outcome({ events: [SystemPaused({ reason: "x", actor: ADMIN })] })]);
    const together = await newDatabase();
    await project(together.pool, history.blocks);
    expect(await dumpOf(together)).toEqual(await dumpOf(database));
    await together.close();
  });
});

async function dumpOf({ pool }: TestDatabase): Promise<Record<string, unknown>> {
  const { rows: tables } = await pool.query<{ name: string }>(
    "select table_name as name from information_schema.tables where table_schema = 'read' order by 1",
  );
  const dumped: Record<string, unknown> = {};
  for (const { name } of tables) {
    dumped[name] = (await pool.query(`select t::text as row from read."${name}" as t order by 1`)).rows;
  }
  return dumped;
}

describe("exactly once", () => {
  test("the checkpoint names the last block, its hash and its time", async () => {
    await history.block([outcome({})]);
    const { block } = await history.block({ valid: false, code: 11, timeMs: 5 });
    expect(await rows("select block, block_hash, block_time from read.checkpoint")).toEqual([
      { block: "1", block_hash: block.hash, block_time: AT },
    ]);
  });

  test("a block of another chain is refused before anything is written", async () => {
    await history.block([outcome({})]);
    const stranger = { ...history.make([outcome({ events: bootstrap })]), previousHash: "b".repeat(64) };
    await expect(project(database.pool, [stranger])).rejects.toThrow(ChainMismatch);
    expect(await rows("select block from read.checkpoint")).toEqual([{ block: "0" }]);
    expect(await rows("select count(*)::int as events from read.event")).toEqual([{ events: 0 }]);
  });

  test("an error in the middle leaves nothing of the block", async () => {
    await history.happened(bootstrap);
    await database.pool.query("alter table read.wallet add constraint planted check (kind <> 'TREASURY')");
    await expect(history.happened(countries)).rejects.toThrow("planted");
    expect(await rows("select count(*)::int as countries from read.country")).toEqual([{ countries: 0 }]);
    expect(await rows("select block from read.checkpoint")).toEqual([{ block: "0" }]);
  });
});

describe("outcomes of commands", () => {
  const accept = async (status: string) => {
    const id = randomUUID();
    await database.pool.query(
      `insert into app.command (id, actor, request_key, content_hash, domain, name, role, input, lanes, weight, size, status, tx_id)
       values ($1, $2, $3, '', 'tokenomics', 'tokenomics.transfer', 'gx_partner_api', '{}', '{}', 1, 1, $4, 'of an attempt')`,
      [id, A, id, status],
    );
    return id;
  };
  const facts = (id: string) =>
    rows(
      "select status, code, block, tx_index, batch_index, committed_at, event_names, incomplete, tx_id from app.command where id = $1",
      id,
    );

  test("a committed command shows where and when it stands, whatever its status was", async () => {
    for (const status of ["ACCEPTED", "SUBMITTED", "FAILED"]) {
      const id = await accept(status);
      const { block } = await history.block({ valid: false, code: 11 }, [
        outcome({}),
        outcome({ commandId: id, events: [SystemPaused({ reason: "x", actor: ADMIN })] }),
      ]);
      expect(await facts(id)).toEqual([
        {
          ...{ status: "COMMITTED", code: null, block: String(block.number), tx_index: 1, batch_index: 1 },
          ...{ committed_at: AT, event_names: ["SystemPaused"], incomplete: false },
          tx_id: block.transactions[1]?.txId,
        },
      ]);
    }
  });

  test("a refused command shows its code", async () => {
    const id = await accept("SUBMITTED");
    await history.refused("INSUFFICIENT_FUNDS", { commandId: id });
    expect(await facts(id)).toMatchObject([{ status: "REFUSED", code: "INSUFFICIENT_FUNDS", event_names: [] }]);
  });

  test("a command of which an event went to quarantine is incomplete, and its other events are projected", async () => {
    const id = await accept("SUBMITTED");
    await history.block([outcome({ commandId: id, events: [...bootstrap, { name: "CoinEaten", domain: "tax" }] })]);
    expect(await facts(id)).toMatchObject([{ status: "COMMITTED", incomplete: true }]);
    expect(await rows("select count(*)::int as systems from read.system")).toEqual([{ systems: 1 }]);
  });
});

describe("quarantine", () => {
  const quarantined = () =>
    rows(
      "select position, command_id, reason, detail, convert_from(raw, 'UTF8') as raw from read.quarantine order by position",
    );

  test("an unknown event, a malformed one, an outcome and a payload are kept raw; the block advances", async () => {
    const commandId = randomUUID();
    const unknown = { at: NOW, name: "CoinEaten", domain: "tax", of: A };
    const malformed = { ...BalanceChanged({ accountId: A, balance: "01" }), at: NOW };
    await history.block(
      [outcome({ commandId, events: [unknown, malformed] }), { commandId: "nobody" }],
      Buffer.from("{"),
      Buffer.from('{"version":2,"outcomes":[]}'),
      { unreadable: { raw: Buffer.from("garbage"), detail: "no action" } },
    );
    expect(await quarantined()).toMatchObject([
      {
        position: "000000000000-000000-0000-000000",
        command_id: commandId,
        reason: "UNKNOWN_EVENT",
        raw: JSON.stringify(unknown),
      },
      { position: "000000000000-000000-0000-000001", command_id: commandId, reason: "MALFORMED_EVENT" },
      { position: "000000000000-000000-0001-000000", command_id: null, reason: "MALFORMED_OUTCOME" },
      { position: "000000000000-000001-0000-000000", command_id: null, reason: "MALFORMED_PAYLOAD", raw: "{" },
      {
        position: "000000000000-000002-0000-000000",
        command_id: null,
        reason: "MALFORMED_PAYLOAD",
        detail: "version 2 instead of 1",
      },
      {
        position: "000000000000-000003-0000-000000",
        command_id: null,
        reason: "UNREADABLE_TRANSACTION",
        raw: "garbage",
      },
    ]);
    expect(await rows("select block from read.checkpoint")).toEqual([{ block: "0" }]);
  });

  test("rows that an event wants to change but that are not there are counted", async () => {
    const { projected } = await history.block([outcome({ events: [BalanceChanged({ accountId: A, balance: "1" })] })]);
    expect(projected.missing).toEqual({ wallet: 1, taxAccount: 1 });
  });
});
