// What the console computes before it shows or sends anything: amounts, forms, the same as GraphQL.
import { parse, validate } from "graphql";
import { composeServices } from "@apollo/composition";
import { MAX_SUPPLY } from "../../catalogue/economy.js";
import { commandOf, commands, furnishedDomains } from "../../catalogue/index.js";
import type { AnyCommand, Named } from "../../catalogue/language.js";
import { stepsOf } from "../../pages/console/command.js";
import { emptyFields, faultsIn, inputOf, isHash, mutationOf, replaced } from "../../pages/console/form-value.js";
import { nodesOf } from "../../pages/console/network.js";
import { durationOf, gxOf, percentOf, qiratOf } from "../../pages/console/format.js";
import { subgraphDocument } from "../../subgraphs/schema.js";

const named = (name: string) => commandOf(name) as Named<AnyCommand>;
const KEY = "a-good-key";
const ID = "0b1d0000-0000-4000-8000-00000000000a";

describe("amounts", () => {
  it.each([
    ["0", "0"],
    ["1", "0.000001"],
    ["12500000", "12.5"],
    ["299500000", "299.5"],
    ["1234567000001", "1,234,567.000001"],
    [String(MAX_SUPPLY), "1,250,000,000,000"],
    ["9007199254740993", "9,007,199,254.740993"],
  ])("%s Qirat are %s GX, and back", (qirat, gx) => {
    expect(gxOf(qirat)).toBe(gx);
    expect(qiratOf(gx)).toBe(qirat);
  });

  it.each(["", ".", "1.0000001", "-1", "1e3", "x", "1.2.3"])("%j is no amount in GX", (text) => {
    expect(qiratOf(text)).toBeUndefined();
  });

  it("more than nothing never looks like nothing", () => {
    expect([percentOf(0n, 10n), percentOf(1n, MAX_SUPPLY), percentOf(2n, 3n), percentOf(3n, 3n)]).toEqual([
      ...["0 %", "< 0.1 %", "66.6 %", "100.0 %"],
    ]);
  });

  it.each([
    [-3, "0 ms"],
    [340, "340 ms"],
    [2_140, "2.1 s"],
    [200_000, "3 min"],
    [90_000_000, "1 d"],
  ])("%d milliseconds are shown as %s", (ms, text) => expect(durationOf(ms)).toBe(text));
});

describe("a form", () => {
  it("leaves out what was left empty, and says so where it is needed", () => {
    const transfer = named("tokenomics.transfer");
    const empty = emptyFields(transfer.fields);
    expect(inputOf(transfer.fields, empty)).toEqual({});
    expect(faultsIn(transfer, empty, KEY).map(({ path }) => path)).toEqual(["to", "amount"]);
    expect(faultsIn(transfer, { ...empty, to: ID, amount: "1" }, KEY)).toEqual([]);
  });

  it("keeps text that is no number, so that the rule names it", () => {
    const { fields } = named("identity.createUser");
    expect(inputOf(fields, { ageYears: "33" })).toEqual({ ageYears: 33 });
    expect(inputOf(fields, { ageYears: "old" })).toEqual({ ageYears: "old" });
  });

  it("names a broken rule deep in a list by its path", () => {
    const countries = named("admin.initializeCountryData");
    const good = { code: "NG", name: "Nigeria", region: "", share: "0.03384748" };
    const typed = { countries: [good, { ...good, code: "us", share: "1" }] };
    expect(faultsIn(countries, typed, "short").map(({ path }) => path)).toEqual([
      ...["countries.1.code", "countries.1.share", "idempotencyKey"],
    ]);
    const mended = replaced(
      replaced(typed, ["countries", "1", "code"], "US"),
      ["countries", "1", "share"],
      "0.00000001",
    );
    expect(faultsIn(countries, mended as typeof typed, KEY)).toEqual([]);
    expect(typed.countries[1]?.code).toBe("us");
  });

  it("knows a hash by what it takes", () => {
    const { biometricHash, nationality } = named("identity.createUser").fields;
    expect(
      [biometricHash, nationality, named("tokenomics.transfer").fields["remark"]].map((kind) => kind && isHash(kind)),
    ).toEqual([true, false, false]);
  });

  const { schema, errors } = composeServices(
    furnishedDomains.map((name) => ({ name, url: `http://${name}`, typeDefs: subgraphDocument(name) })),
  );
  it.each(commands.map((command) => [command.name, command] as const))(
    "shows a mutation of the graph that sends the same as %s",
    (_, command) => {
      expect(errors).toBeUndefined();
      const { document, variables } = mutationOf(command, command.mutation, emptyFields(command.fields), KEY);
      const api = schema?.toAPISchema().toGraphQLJSSchema();
      expect(api && validate(api, parse(document))).toEqual([]);
      expect(JSON.parse(variables)).toMatchObject({ idempotencyKey: KEY });
    },
  );
});

describe("the way of a command", () => {
  const [acceptedAt, submittedAt, committedAt] = [300, 340, 320].map((ms) => `2026-01-01T00:00:00.${ms}Z`) as [
    string,
    string,
    string,
  ];
  it.each([
    ["ACCEPTED", null, null, ["ACCEPTED", "SUBMITTED", "COMMITTED"], [true, false, false]],
    ["SUBMITTED", submittedAt, null, ["ACCEPTED", "SUBMITTED", "COMMITTED"], [true, true, false]],
    ["COMMITTED", submittedAt, committedAt, ["ACCEPTED", "SUBMITTED", "COMMITTED"], [true, true, true]],
    ["REFUSED", submittedAt, committedAt, ["ACCEPTED", "SUBMITTED", "REFUSED"], [true, true, true]],
    ["FAILED", submittedAt, null, ["ACCEPTED", "SUBMITTED", "FAILED"], [true, true, false]],
  ] as const)("%s has these steps", (status, submitted, committed, names, come) => {
    const steps = stepsOf({ status, acceptedAt, submittedAt: submitted, committedAt: committed });
    expect(steps.map((step) => step.status)).toEqual(names);
    expect(steps.map(({ at }) => at !== undefined)).toEqual(come);
    expect(steps[1]?.after).toBe(submitted ? 40 : undefined);
  });
});

describe("nodes of a network", () => {
  const part = (name: string, ...states: string[]) => {
    const peers = states.map((state, index) => ({ address: `127.0.0.1:${index}`, mspId: "Org1MSP", state }));
    return { name, facts: { peers } };
  };
  const node = (name: string, port: number, more: object = {}) => {
    const kind = name.replace(/\d.*|-.*/, "");
    return { name, kind, port, state: "running", mspId: "Org2MSP", ...more };
  };

  it("are its peers, once each, in the order of preference, with the parts that use them", () => {
    const rows = nodesOf([part("submitter", "standby", "current"), part("projector", "current", "standby")]);
    expect(rows.map(({ name, state, role }) => [name, state, role])).toEqual([
      ["127.0.0.1:0", "current", "projector"],
      ["127.0.0.1:1", "current", "submitter"],
    ]);
  });

  it("that nobody uses are in the state that was told last", () => {
    expect(nodesOf([part("submitter", "away"), part("projector", "behind")])).toMatchObject([
      { state: "behind", role: "" },
    ]);
  });

  it("have their names where the network runs on this machine, and orderers and chaincode stand behind the peers", () => {
    const nodes = [node("orderer0", 7, { leader: true, height: 4 }), node("peer0-org1", 0), node("chaincode-org1", 9)];
    const rows = nodesOf([{ name: "network", facts: { nodes } }, part("submitter", "current")]);
    expect(rows).toMatchObject([
      { name: "peer0-org1", address: "127.0.0.1:0", state: "current", role: "submitter" },
      { name: "orderer0", address: "127.0.0.1:7", state: "running", role: "leads", height: 4 },
      { name: "chaincode-org1", address: "127.0.0.1:9", state: "running", role: "", mspId: "Org2MSP" },
    ]);
  });

  it("are none where no part tells of any", () => {
    expect(nodesOf([{ name: "gateway", facts: {} }])).toEqual([]);
  });
});
