// The catalogue as a whole: names, roles, numbers and tables of protocol.md, and what decodes.
import { readFileSync } from "node:fs";
import { catalogue, commandOf, commands, decodeEvent, eventOf, eventTypes } from "../../catalogue/index.js";
import {
  ALL_UNITS,
  feeLineOf,
  feeOf,
  feeSchedule,
  MAX_SUPPLY,
  phases,
  pools,
  shareOfUnits,
  slotsOf,
  unitsOfShare,
} from "../../catalogue/economy.js";
import { parameterIds, parameters } from "../../catalogue/parameters.js";
import { refusals } from "../../catalogue/refusals.js";
import { canonical, wireBatch } from "../../catalogue/wire.js";

const ID = "6f0c1f6e-0000-7000-8000-00000000000a";
const OTHER = "6f0c1f6e-0000-7000-8000-00000000000b";

/** Section 12 of the protocol: name, operation, signing role, who may ask. */
const protocol = [
  ["admin.bootstrapSystem", "BOOTSTRAP_SYSTEM", "gx_super_admin", "superAdmin"],
  ["admin.initializeCountryData", "INITIALIZE_COUNTRY_DATA", "gx_super_admin", "superAdmin"],
  ["admin.pauseSystem", "PAUSE_SYSTEM", "gx_super_admin", "superAdmin"],
  ["admin.resumeSystem", "RESUME_SYSTEM", "gx_super_admin", "superAdmin"],
  ["admin.updateSystemParameter", "UPDATE_SYSTEM_PARAMETER", "gx_super_admin", "superAdmin"],
  ["admin.revokeAdmin", "REVOKE_ADMIN", "gx_super_admin", "superAdmin"],
  ["admin.disburseFromPool", "DISBURSE_FROM_POOL", "gx_super_admin", "superAdmin"],
  ["admin.appointAdmin", "APPOINT_ADMIN", "gx_admin", "admin"],
  ["admin.activateTreasury", "ACTIVATE_TREASURY", "gx_admin", "admin"],
  ["admin.foldDeltas", "FOLD_DELTAS", "gx_admin", "admin"],
  ["identity.createUser", "CREATE_USER", "gx_partner_api", "partner"],
  ["identity.lockUser", "LOCK_USER", "gx_admin", "admin"],
  ["identity.unlockUser", "UNLOCK_USER", "gx_admin", "admin"],
  ["identity.requestRelationship", "REQUEST_RELATIONSHIP", "gx_partner_api", "activeUser"],
  ["identity.confirmRelationship", "CONFIRM_RELATIONSHIP", "gx_partner_api", "self"],
  ["identity.rejectRelationship", "REJECT_RELATIONSHIP", "gx_partner_api", "self"],
  ["identity.nominateGuardians", "NOMINATE_GUARDIANS", "gx_partner_api", "self"],
  ["identity.initiateRecovery", "INITIATE_RECOVERY", "gx_partner_api", "guardian"],
  ["identity.confirmRecovery", "CONFIRM_RECOVERY", "gx_partner_api", "guardian"],
  ["identity.cancelRecovery", "CANCEL_RECOVERY", "gx_partner_api", "self"],
  ["tokenomics.transfer", "TRANSFER_TOKENS", "gx_partner_api", "activeUser"],
  ["tokenomics.distributeGenesis", "DISTRIBUTE_GENESIS", "gx_admin", "admin"],
  ["tokenomics.transferInternal", "TRANSFER_INTERNAL", "gx_admin", "admin"],
  ["tokenomics.freezeWallet", "FREEZE_WALLET", "gx_admin", "admin"],
  ["tokenomics.unfreezeWallet", "UNFREEZE_WALLET", "gx_admin", "admin"],
  ["organization.proposeOrganization", "PROPOSE_ORGANIZATION", "gx_partner_api", "stakeholder"],
  ["organization.proposeGovernmentOrganization", "PROPOSE_GOVERNMENT_ORGANIZATION", "gx_admin", "admin"],
  ["organization.endorseMembership", "ENDORSE_MEMBERSHIP", "gx_partner_api", "stakeholder"],
  ["organization.activateOrganization", "ACTIVATE_ORGANIZATION", "gx_partner_api", "stakeholder"],
  ["organization.defineAuthRule", "DEFINE_AUTH_RULE", "gx_partner_api", "stakeholder"],
  ["organization.initiateMultiSigTx", "INITIATE_MULTISIG_TX", "gx_partner_api", "stakeholder"],
  ["organization.approveMultiSigTx", "APPROVE_MULTISIG_TX", "gx_partner_api", "stakeholder"],
  ["organization.rejectMultiSigTx", "REJECT_MULTISIG_TX", "gx_partner_api", "stakeholder"],
  ["organization.lockOrganization", "LOCK_ORGANIZATION", "gx_admin", "admin"],
  ["organization.unlockOrganization", "UNLOCK_ORGANIZATION", "gx_admin", "admin"],
  ["loanpool.applyForLoan", "APPLY_FOR_LOAN", "gx_partner_api", "self"],
  ["loanpool.approveLoan", "APPROVE_LOAN", "gx_admin", "admin"],
  ["loanpool.rejectLoan", "REJECT_LOAN", "gx_admin", "admin"],
  ["loanpool.repayLoan", "REPAY_LOAN", "gx_partner_api", "self"],
  ["loanpool.markLoanDefaulted", "MARK_LOAN_DEFAULTED", "gx_admin", "admin"],
  ["governance.submitProposal", "SUBMIT_PROPOSAL", "gx_admin", "admin"],
  ["governance.castVote", "CAST_VOTE", "gx_partner_api", "activeUser"],
  ["governance.executeProposal", "EXECUTE_PROPOSAL", "gx_admin", "admin"],
  ["tax.applyVelocityTax", "APPLY_VELOCITY_TAX", "gx_admin", "admin"],
  ["tax.setTaxExemption", "SET_TAX_EXEMPTION", "gx_admin", "admin"],
  ["tax.redistribute", "REDISTRIBUTE_TAX", "gx_admin", "admin"],
];

describe("a command", () => {
  it("is found by its name on the wire, with operation and signing role", () => {
    const rows = commands.map(({ name, operation, role, asks }) => [name, operation, role, asks]);
    const byName = (some: readonly string[][]) => [...some].sort(([a = ""], [b = ""]) => (a < b ? -1 : 1));
    expect(byName(rows)).toEqual(byName(protocol));
    expect([commands.length, eventTypes.length]).toEqual([46, 57]);
    for (const command of commands) expect(commandOf(command.name)).toBe(command);
    expect(commandOf("transfer")).toBeUndefined();
    expect(commandOf("constructor")).toBeUndefined();
  });

  it("has lanes for what it reads and writes with a value", () => {
    const { transfer } = catalogue.tokenomics.commands;
    const lanes = (to: string) => transfer.lanes({ to, amount: "1", remark: null }, { id: OTHER, actor: ID });
    expect(lanes(OTHER)).toEqual([`account:${ID}`, `account:${OTHER}`]);
    expect(lanes(`org_${OTHER}`)).toEqual([`account:${ID}`, `account:org_${OTHER}`]);
    expect(lanes("treasury_NG")).toEqual([`account:${ID}`]);
    expect(lanes("SYSTEM_GX_POOL")).toEqual([`account:${ID}`]);
    expect(lanes(ID)).toEqual([`account:${ID}`]);
    const user = { userId: ID, biometricHash: "", nationality: "NG", ageYears: 1 };
    expect(catalogue.identity.commands.createUser.lanes(user, { id: OTHER, actor: OTHER })).toEqual([
      ...["country:NG", `user:${ID}`, `account:${ID}`],
    ]);
  });

  it("has one lane for all that folds an account", () => {
    const { foldDeltas } = catalogue.admin.commands;
    const lanes = (accountId: string) => foldDeltas.lanes({ accountId, txIds: [] }, { id: OTHER, actor: ID });
    expect([lanes("treasury_NG"), lanes("MINTED_GOVT_GENESIS")]).toEqual([
      ["account:treasury_NG"],
      ["account:MINTED_GOVT_GENESIS"],
    ]);
  });

  it("fits into a transaction a hundred at a time where it is a transfer", () => {
    const { transfer } = catalogue.tokenomics.commands;
    expect(100 * transfer.weight({ to: ID, amount: "1", remark: null })).toBeLessThanOrEqual(2_000);
  });

  it("lists refusals of the protocol only, and events that are declared", () => {
    for (const { refusals: codes, emits } of commands) {
      for (const code of codes) expect(refusals[code].sentence).toMatch(/\.$/);
      for (const { event } of emits) expect(eventOf(event)).toBeDefined();
    }
  });
});

describe("an event", () => {
  const paused = { name: "SystemPaused", domain: "admin", at: 1, reason: "x", actor: ID };

  it("has one name in the whole catalogue", () => {
    const names = eventTypes.map(({ event }) => event);
    expect(new Set(names).size).toBe(names.length);
    const declared = Object.values(catalogue).flatMap(({ events }) => Object.keys(events));
    expect(names.sort()).toEqual(declared.sort());
  });

  it("is made by its declaration, and decodes once the host has stamped it", () => {
    const { SystemPaused } = catalogue.admin.events;
    expect(SystemPaused({ reason: "x", actor: ID })).toEqual({
      name: "SystemPaused",
      domain: "admin",
      reason: "x",
      actor: ID,
    });
    expect(decodeEvent(paused)).toEqual({ event: paused });
  });

  it.each([
    ["UNKNOWN_EVENT", 'no event is named "SystemSung"', { ...paused, name: "SystemSung" }],
    ["UNKNOWN_EVENT", "no event is named undefined", {}],
    ["UNKNOWN_EVENT", "no event is named undefined", null],
    ["UNKNOWN_EVENT", "no event is named undefined", "text"],
    ["MALFORMED_EVENT", "SystemPaused.domain", { ...paused, domain: "identity" }],
    ["MALFORMED_EVENT", "SystemPaused.at", { ...paused, at: 1.5 }],
    ["MALFORMED_EVENT", "SystemPaused.reason", { ...paused, reason: undefined }],
    ["MALFORMED_EVENT", 'Unrecognized key: "more"', { ...paused, more: 1 }],
    [
      "MALFORMED_EVENT",
      "TaxTimerChanged.timerStart: is missing",
      { name: "TaxTimerChanged", domain: "tax", at: 1, accountId: ID },
    ],
  ])("does not decode as %s, %s", (reason, detail, raw) => {
    expect(decodeEvent(raw)).toEqual({ error: { reason, detail: expect.stringContaining(detail) as string } });
  });

  it("has each field present, and null for none", () => {
    const timer = { name: "TaxTimerChanged", domain: "tax", at: 1, accountId: ID, timerStart: null };
    expect(decodeEvent(timer)).toEqual({ event: timer });
  });
});

describe("the economy", () => {
  it("has pools that make the whole supply", () => {
    expect(Object.values(pools).reduce((sum, { cap }) => sum + cap, 0n)).toBe(MAX_SUPPLY);
    expect(MAX_SUPPLY).toBe(1250000000000000000n);
  });

  it.each([
    ["IN", 13464767, [13464767, 26929534, 40394301, 53859068, 208703888, 329886791]],
    ["US", 3194263, [3194263, 6388526, 9582789, 12777052, 49511076, 78259443]],
    ["NG", 3384748, [3384748, 6769496, 10154244, 13538992, 52463594, 82926326]],
    ["DE", 850661, [850661, 1701322, 2551983, 3402644, 13185245, 20841194]],
    ["TV", 135, [135, 270, 405, 540, 2092, 3307]],
    ["VA", 7, [7, 14, 21, 28, 108, 171]],
    ["one unit", 1, [1, 2, 3, 4, 15, 24]],
  ])("gives %s with %d units its slots", (_country, units, slots) => {
    expect(slotsOf(units)).toEqual(slots);
  });

  it("gives the world of 234 countries no more than the genesis pools hold", () => {
    const rows = JSON.parse(readFileSync("data/countries.json", "utf8")) as { share: string }[];
    const units = rows.map(({ share }) => unitsOfShare(share));
    expect([rows.length, units.reduce((sum, one) => sum + one, 0)]).toEqual([234, ALL_UNITS]);
    const slots = phases.map((_, phase) => units.reduce((sum, one) => sum + (slotsOf(one)[phase] ?? 0), 0));
    expect(slots).toEqual([100_000_000, 200_000_000, 300_000_000, 400_000_000, 1_549_999_944, 2_449_999_944]);
    const given = (whom: "user" | "treasury") =>
      phases.reduce((sum, phase, n) => sum + phase[whom] * BigInt(slots[n] ?? 0), 0n);
    expect([given("user"), given("treasury")]).toEqual([577_499_991_600_000_000n, 151_999_996_640_000_000n]);
    expect(given("user") <= pools.USER_GENESIS.cap && given("treasury") <= pools.GOVT_GENESIS.cap).toBe(true);
  });

  it("writes shares as they were read", () => {
    for (const share of ["0.00000001", "0.13464767", "1.00000000"])
      expect(shareOfUnits(unitsOfShare(share))).toBe(share);
  });

  it("rounds a fee up to whole Qirat, beyond the precision of numbers too", () => {
    expect([feeOf(1n, 15), feeOf(10_000n, 15), feeOf(10_001n, 15), feeOf(5n, 0)]).toEqual([1n, 15n, 16n, 0n]);
    expect(feeOf(9007199254740993n, 25)).toBe(22517998136853n);
  });

  it("prices every amount by exactly one line", () => {
    const limits = [1n, 2_999_999n, 3_000_000n, 100_000_000n, 100_000_001n, MAX_SUPPLY];
    for (const { kind, scope } of feeSchedule) {
      for (const amount of limits) {
        const fitting = feeSchedule.filter(
          (line) =>
            line.kind === kind &&
            line.scope === scope &&
            amount >= line.amountFrom &&
            amount <= (line.amountTo ?? amount),
        );
        expect(fitting).toEqual([feeLineOf(kind, scope, amount)]);
      }
    }
    expect(feeLineOf("EXEMPT", "LOCAL", 1n)).toBeUndefined();
  });
});

describe("the parameters", () => {
  it("are twenty, each default within its range, each changed by governance", () => {
    expect(parameterIds).toHaveLength(20);
    for (const id of parameterIds) {
      const { default: value, min, max, devnetMin, changeableBy } = parameters[id];
      expect([id, devnetMin <= min, min <= value, value <= max]).toEqual([id, true, true, true]);
      expect(changeableBy).toContain("governance");
    }
    const bySuperAdmin = parameterIds.filter((id) =>
      (parameters[id].changeableBy as readonly string[]).includes("superAdmin"),
    );
    expect(bySuperAdmin).toEqual(["loanMinTrust", "loanTermSeconds", "recoveryPeriodSeconds"]);
  });
});

describe("the wire", () => {
  it("has one text for one value", () => {
    expect(canonical({ b: [{ z: null, a: "é" }], a: 1, c: undefined })).toBe('{"a":1,"b":[{"a":"é","z":null}]}');
    expect(canonical("text")).toBe('"text"');
    expect(canonical([])).toBe("[]");
  });

  it("leaves the input of a command as it came, for the catalogue to judge", () => {
    const text = `{"version":1,"commands":[{"id":"${ID}","command":"a.b","actor":"${ID}","input":{"__proto__":1,"b":2},"x":1}]}`;
    const [command] = wireBatch.parse(JSON.parse(text)).commands;
    expect(JSON.stringify(command)).toBe(
      `{"id":"${ID}","command":"a.b","actor":"${ID}","input":{"__proto__":1,"b":2}}`,
    );
  });
});
