// The conformance suite on every ledger that suites run on, on a development ledger with slow blocks, and on any other
// network by its profile.
import { createPrivateKey, X509Certificate } from "node:crypto";
import { readProfile } from "../../platform/profile.js";
import { readIdentity } from "../../platform/wallet.js";
import { describeOnLedgers, developmentLedger, type LedgerKind, type LedgerUnderTest } from "../ledgers.js";
import { conformance, type NetworkUnderTest, type Power, type Results } from "./conformance/index.js";
import { CHAINCODE } from "./fixture.js";

const chaincode = { name: "test", path: CHAINCODE };

function conforms(kind: LedgerKind, batchTimeoutMs: number, results: Results): void {
  let ledger: LedgerUnderTest;
  let network: NetworkUnderTest;
  beforeAll(async () => {
    ledger = await kind.start({ chaincode, batchTimeoutMs });
    network = networkOf(kind, ledger);
  });
  afterAll(() => ledger.stop());
  conformance(() => network, kind.real ? [] : ["organizations"], results);
}

function networkOf(kind: LedgerKind, { profilePath, restart, issue }: LedgerUnderTest): NetworkUnderTest {
  return {
    ...knownBy(profilePath),
    hasTimeWindow: !kind.name.startsWith("Fabric 2."),
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
  conforms(kind, kind.real ? 100 : 10, new Map());
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
