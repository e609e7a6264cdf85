// Bootstrap, countries and pause (protocol.md 2, 3, 10, 11) on the shim's own handler.
import { randomUUID } from "node:crypto";
import { mintedCounters, systemAccounts } from "../../catalogue/language.js";
import { parameterIds, parameters } from "../../catalogue/parameters.js";
import {
  activateTreasury,
  ADMIN,
  bootstrap,
  countries,
  foundSystem,
  loadOf,
  named,
  pause,
  resume,
  startLedger,
  SUPER_ADMIN,
  verdict,
  weightOf,
  type Ask,
  type TestLedger,
} from "./ledger.js";
import { inMemory } from "./wires.js";

let ledger: TestLedger;

beforeAll(async () => {
  ledger = await startLedger(inMemory);
});
beforeEach(() => ledger.peer.state.clear());
afterAll(() => ledger.close());

const refusalOf = async (ask: Ask) => verdict((await ledger.run(ask)).outcomes[0]);

describe("bootstrapSystem", () => {
  const other = "00000000-0000-7000-8000-000000000000";

  it("creates accounts, counters, parameters and appointments, all of them empty or default", async () => {
    const ask = bootstrap({ profile: "mainnet", admins: [ADMIN, other] });
    const { outcomes, simulated } = await ledger.run(ask);
    expect(verdict(outcomes[0])).toBe("committed");
    expect(ledger.at("system")).toEqual({
      ...{ profile: "mainnet", operatorMsp: "Org1MSP", bootstrappedAt: ledger.now },
      ...{ paused: false, pauseReason: null, pausedAt: null },
    });
    expect(ledger.at("params")).toEqual(Object.fromEntries(parameterIds.map((id) => [id, parameters[id].default])));
    expect(ledger.at("admins")).toEqual({ active: [other, ADMIN] });
    expect(ledger.at(`admin~${other}`)).toEqual({
      ...{ adminId: other, status: "ACTIVE", appointedBy: SUPER_ADMIN, appointedAt: ledger.now, revokedAt: null },
    });
    expect(ledger.at("countries")).toEqual({ count: 0, units: 0 });
    for (const accountId of systemAccounts) {
      expect(ledger.at(`acct~${accountId}`)).toEqual({
        ...{ accountId, kind: "SYSTEM", country: null, stored: "0", frozen: false, freezeReason: null },
        ...{ taxExempt: false, taxTimerStart: null, status: null },
      });
    }
    for (const counter of mintedCounters) expect(ledger.at(`acct~${counter}`)).toEqual({ stored: "0" });
    // system, params, admins, countries, receipt, two appointments, five accounts, six counters.
    expect(simulated.writes.size).toBe(18);
  });

  it("tells of it in order: the system, each admin as listed, all twenty parameters", async () => {
    const { outcomes } = await ledger.run(bootstrap({ admins: [ADMIN, other] }));
    expect(outcomes[0]?.events).toEqual([
      expect.objectContaining({ name: "SystemBootstrapped", admins: [ADMIN, other], operatorMsp: "Org1MSP" }),
      expect.objectContaining({ name: "AdminAppointed", adminId: ADMIN, appointedBy: SUPER_ADMIN }),
      expect.objectContaining({ name: "AdminAppointed", adminId: other, appointedBy: SUPER_ADMIN }),
      ...parameterIds.map((parameterId) => ({
        ...{ name: "SystemParameterUpdated", domain: "admin", at: ledger.now, parameterId },
        ...{ value: parameters[parameterId].default, previousValue: null, source: "BOOTSTRAP" },
      })),
    ]);
  });

  it("takes overrides on a devnet only, down to the minimum of the devnet", async () => {
    const overrides = { parameters: [{ id: "quorumVotes", value: 1 }] };
    expect(await refusalOf(bootstrap({ profile: "testnet", ...overrides }))).toBe("OVERRIDES_NOT_ALLOWED");
    expect(await refusalOf(bootstrap(overrides))).toBe("committed");
    expect(ledger.at("params")).toMatchObject({ quorumVotes: 1, approvalBps: 6000 });
  });

  it.each([
    [
      "NOT_FOUND",
      [
        { id: "quorumVotes", value: -1 },
        { id: "quorum", value: 1 },
      ],
    ],
    ["NOT_FOUND", [{ id: "toString", value: 1 }]],
    ["PARAMETER_OUT_OF_RANGE", [{ id: "quorumVotes", value: 0 }]],
    ["PARAMETER_OUT_OF_RANGE", [{ id: "feeB2bCrossBps", value: 1001 }]],
    ["PARAMETER_OUT_OF_RANGE", [{ id: "velocityTaxMinBps", value: 601 }]],
    [
      "INVALID_INPUT",
      [
        { id: "quorumVotes", value: 1 },
        { id: "quorumVotes", value: 2 },
      ],
    ],
    ["INVALID_INPUT", []],
  ])("refuses as %s the overrides %j", async (code, overrides) => {
    expect(await refusalOf(bootstrap({ parameters: overrides }))).toBe(code);
    expect(ledger.at("system")).toBeUndefined();
  });

  it("runs once", async () => {
    const { outcomes } = await ledger.run(bootstrap(), bootstrap({ profile: "mainnet" }));
    expect(outcomes.map(verdict)).toEqual(["committed", "ALREADY_BOOTSTRAPPED"]);
  });
});

describe("initializeCountryData", () => {
  it("inserts each country with unused slots and a locked, empty treasury", async () => {
    await ledger.run(bootstrap());
    const { outcomes } = await ledger.run(countries(["VA", "0.00000007"], ["IN", "0.13464767"]));
    expect(named(outcomes[0], "CountryDataInitialized")).toEqual([
      {
        ...{ name: "CountryDataInitialized", domain: "admin", at: ledger.now },
        countries: [
          {
            ...{ code: "VA", name: "Land VA", region: null, share: "0.00000007", units: 7 },
            slots: [7, 14, 21, 28, 108, 171],
          },
          {
            ...{ code: "IN", name: "Land IN", region: null, share: "0.13464767", units: 13464767 },
            slots: [13464767, 26929534, 40394301, 53859068, 208703888, 329886791],
          },
        ],
        ...{ totalCountries: 2, totalUnits: 13464774 },
      },
    ]);
    expect(ledger.at("country~VA")).toEqual({ code: "VA", name: "Land VA", region: null, units: 7 });
    expect(ledger.at("slots~VA")).toEqual({ used: [0, 0, 0, 0, 0, 0] });
    expect(ledger.at("acct~treasury_VA")).toMatchObject({
      kind: "TREASURY",
      country: "VA",
      stored: "0",
      status: "LOCKED",
    });
  });

  it("takes all rows of a command or none", async () => {
    await foundSystem(ledger);
    const before = ledger.at("countries");
    const { outcomes } = await ledger.run(
      countries(["FR", "0.00000001"], ["NG", "0.00000001"]),
      countries(["FR", "0.50000000"], ["DE", "0.50000000"]),
      countries(["NG", "1.00000000"]),
    );
    expect(outcomes.map(verdict)).toEqual(["ALREADY_EXISTS", "SHARE_SUM_EXCEEDED", "ALREADY_EXISTS"]);
    expect([ledger.at("countries"), ledger.at("country~FR")]).toEqual([before, undefined]);
  });

  it("takes the whole world to the last unit", async () => {
    await ledger.run(bootstrap());
    const { outcomes } = await ledger.run(countries(["FR", "1.00000000"]), countries(["DE", "0.00000001"]));
    expect(outcomes.map(verdict)).toEqual(["committed", "SHARE_SUM_EXCEEDED"]);
  });
});

it("is never heavier than the catalogue says", async () => {
  const admins = Array.from({ length: 10 }, () => randomUUID());
  const codes = Array.from({ length: 50 }, (_, n) => `${n < 26 ? "A" : "B"}${String.fromCharCode(65 + (n % 26))}`);
  const rows = codes.map((code): [string, string] => [code, "0.00000001"]);
  const asks = [bootstrap({ admins: [ADMIN, ...admins.slice(1)] }), countries(...rows), activateTreasury("AA")];
  for (const ask of [...asks, pause(), resume]) {
    const ran = await ledger.run(ask);
    expect([verdict(ran.outcomes[0]), loadOf(ran) <= weightOf([ask])]).toEqual(["committed", true]);
  }
});

describe("activateTreasury", () => {
  it("lets the treasury of a country that is there spend, once and for ever", async () => {
    await foundSystem(ledger);
    const { outcomes } = await ledger.run(activateTreasury("NG"), activateTreasury("NG"), activateTreasury("XX"));
    expect(outcomes.map(verdict)).toEqual(["committed", "WRONG_STATE", "COUNTRY_NOT_INITIALIZED"]);
    expect(outcomes[0]?.events).toEqual([
      {
        ...{ name: "TreasuryActivated", domain: "admin", at: ledger.now },
        ...{ countryCode: "NG", accountId: "treasury_NG" },
      },
    ]);
    expect(ledger.at("acct~treasury_NG")).toMatchObject({ status: "ACTIVE", stored: "0" });
    expect(ledger.at("acct~treasury_US")).toMatchObject({ status: "LOCKED" });
  });
});

describe("pauseSystem and resumeSystem", () => {
  it("keep why and since when, until the end of the pause", async () => {
    await ledger.run(bootstrap());
    await ledger.run(pause("Upgrade"));
    expect(ledger.at("system")).toMatchObject({ paused: true, pauseReason: "Upgrade", pausedAt: ledger.now });
    const { outcomes } = await ledger.run({ ...pause(), id: randomUUID() }, resume, resume);
    expect(outcomes.map(verdict)).toEqual(["ALREADY_PAUSED", "committed", "NOT_PAUSED"]);
    expect(outcomes[1]?.events).toMatchObject([{ name: "SystemResumed", actor: SUPER_ADMIN }]);
    expect(ledger.at("system")).toMatchObject({ paused: false, pauseReason: null, pausedAt: null });
  });
});
