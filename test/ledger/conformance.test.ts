// The conformance suite on the development ledger at two block times, and on any other network by its profile.
import { createPrivateKey, X509Certificate } from "node:crypto";
import { issue } from "../../ledger/certificates.js";
import type { Ledger } from "../../ledger/index.js";
import { readProfile } from "../../platform/profile.js";
import { readIdentity } from "../../platform/wallet.js";
import { conformance, type NetworkUnderTest } from "./conformance.js";
import { newHome, removeHome, startTestLedger, walletOf } from "./fixture.js";

describe.each([10, 500])("the development ledger with blocks of %i ms", (batchTimeoutMs) => {
  const home = newHome();
  let ledger: Ledger;
  let network: NetworkUnderTest;

  beforeAll(async () => {
    ledger = await startTestLedger(home, { batchTimeoutMs });
    const profile = ledger.profile(walletOf(home));
    network = {
      profile,
      admin: readIdentity(profile, "org1-admin"),
      partner: readIdentity(profile, "org1-partner-api"),
      reader: readIdentity(profile, "reader"),
      restart: async () => {
        await ledger.stop();
        ledger = await startTestLedger(home, { batchTimeoutMs, port: ledger.port });
      },
      expired: async () => {
        const request = { commonName: "late", unit: "client", mspId: profile.mspId, days: -0.5 };
        const { certificate, key } = await issue(ledger.authority.org, request);
        const notAfter = new Date(new X509Certificate(certificate).validTo);
        const pem = Buffer.from(certificate);
        return {
          name: "late",
          mspId: profile.mspId,
          certificate: pem,
          key: createPrivateKey(key),
          notAfter,
          role: undefined,
        };
      },
      supervised: true,
    };
  });
  afterAll(async () => {
    await ledger.stop();
    removeHome(home);
  });

  conformance(() => network, { restart: true, expired: true, supervised: true });
});

const other = process.env["GX_CONFORMANCE_PROFILE"];

if (other === undefined) {
  it.skip("SKIPPED: the real network: GX_CONFORMANCE_PROFILE names no connection profile", () => undefined);
} else {
  describe(`the network of ${other}`, () => {
    const profile = readProfile(other);
    const identity = (name: string) => readIdentity(profile, name);
    const network = (): NetworkUnderTest => ({
      profile,
      admin: identity("org1-admin"),
      partner: identity("org1-partner-api"),
      reader: identity("reader"),
      supervised: false,
    });
    conformance(network, { restart: false, expired: false, supervised: false });
  });
}
