// The conformance suite on every ledger that suites run on, on a development ledger with slow blocks, and on any other
// network by its profile. What each of them did is the table in docs/fabric.md.
import { createPrivateKey, X509Certificate } from "node:crypto";
import { readProfile } from "../../platform/profile.js";
import { readIdentity } from "../../platform/wallet.js";
import { describeOnLedgers, developmentLedger, type LedgerKind, type LedgerUnderTest } from "../ledgers.js";
import { conformance, type NetworkUnderTest, type Power, type Results } from "./conformance/index.js";
import { askedChecks, shownTable, writeTable } from "./conformance/table.js";
import { CHAINCODE } from "./fixture.js";

const chaincode = { name: "test", path: CHAINCODE, proof: { name: "get", arguments: ["nothing"] } };
const columns = new Map<string, Results>();

function conforms(kind: LedgerKind, batchTimeoutMs: number, results: Results): void {
  let ledger: LedgerUnderTest;
  let network: NetworkUnderTest;
  beforeAll(async () => {
    ledger = await kind.start({ chaincode, batchTimeoutMs });
    network = networkOf(kind, ledger);
  });
  afterAll(() => ledger.stop());
  conformance(() => network, kind.line ? [] : ["organizations"], results);
}

function networkOf(kind: LedgerKind, { profilePath, restart, issue }: LedgerUnderTest): NetworkUnderTest {
  return {
    ...knownBy(profilePath),
    hasTimeWindow: kind.line !== "2.5",
    restart,
    issue: async (request) => {
      const { certificate, key } = await issue(request);
      const { validTo } = new X509Certificate(certificate);
      return {
        ...{ name: request.commonName, mspId: readProfile(profilePath).mspId, role: undefined },
        ...{ certificate: Buffer.from(certificate), key: createPrivateKey(key), notAfter: new Date(validTo) },
      };
    },
  };
}

function knownBy(profilePath: string): Pick<NetworkUnderTest, "profile" | "admin" | "partner" | "reader"> {
  const profile = readProfile(profilePath);
  const identity = (name: string) => readIdentity(profile, name);
  const [admin, partner] = [identity("org1-admin"), identity("org1-partner-api")];
  return { profile, admin, partner, reader: identity("reader") };
}

describeOnLedgers("conformance", (kind) => {
  const results: Results = new Map();
  columns.set(kind.name, results);
  conforms(kind, kind.line ? 100 : 10, results);
});

describe("conformance with blocks of 200 ms", () => conforms(developmentLedger, 200, new Map()));

const other = process.env["GX_CONFORMANCE_PROFILE"];
if (other !== undefined) {
  describe(`conformance of the network of ${other}`, () => {
    const profile = readProfile(other);
    const lacks: Power[] = ["restart", "authority", "supervision"];
    if (profile.organizations.length < 2) lacks.push("organizations", "twice");
    conformance(() => ({ ...knownBy(other), hasTimeWindow: undefined }), lacks, new Map());
  });
}

describe("the table in docs/fabric.md", () => {
  afterAll(() => {
    if (process.env["GX_CONFORMANCE_TABLE"] === "1") writeTable(columns);
  });

  it("has a line for each check, and a column for each ledger", () => {
    const { ledgers, checks } = shownTable();
    expect(checks).toEqual(askedChecks());
    expect(ledgers).toEqual([
      "the development ledger",
      expect.stringMatching(/^Fabric 2\.5\./),
      expect.stringMatching(/^Fabric 3\.1\./),
    ]);
  });
});
