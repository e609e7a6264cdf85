// Wallet files: what is read from them, and what each fault says.
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { generateKeyPairSync, verify, X509Certificate } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { issueWallet, openAuthority } from "../../ledger/authority.js";
import type { Profile } from "../../platform/profile.js";
import { identityNames, isLowS, readIdentity, signLowS } from "../../platform/wallet.js";

const IDENTITIES = [
  { name: "org1-admin", attrs: { gxc_role: "gx_admin" } },
  { name: "reader", attrs: {} },
];

let home: string;
let profile: Profile;

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), "gx-wallet-"));
  profile = {
    channel: "gx",
    chaincode: "gx",
    mspId: "Org1MSP",
    organizations: [{ mspId: "Org1MSP", tlsRoots: join(home, "wallet", "ca-cert") }],
    peers: [{ address: "127.0.0.1:7051", mspId: "Org1MSP", tlsHostname: "localhost" }],
    wallet: join(home, "wallet"),
    identities: {},
  };
  await issueWallet(await openAuthority(home, "Org1MSP"), profile.wallet, IDENTITIES);
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

describe("a wallet", () => {
  it("gives identities with role, key and expiry", () => {
    const admin = readIdentity(profile, "org1-admin");
    expect([admin.role, admin.mspId, readIdentity(profile, "reader").role]).toEqual(["gx_admin", "Org1MSP", undefined]);
    expect(admin.notAfter.getTime()).toBe(new Date(new X509Certificate(admin.certificate).validTo).getTime());
    expect(identityNames(profile)).toEqual(["org1-admin", "reader"]);
  });

  it("is written for its owner alone, and not again while it is valid", async () => {
    const file = join(profile.wallet, "org1-admin-key");
    const before = readFileSync(file, "utf8");
    expect([before.startsWith("-----BEGIN PRIVATE KEY-----"), statSync(file).mode & 0o777]).toEqual([true, 0o600]);
    await issueWallet(await openAuthority(home, "Org1MSP"), profile.wallet, IDENTITIES);
    expect(readFileSync(file, "utf8")).toBe(before);
  });

  it("gets a new certificate when attributes change or the key does not fit", async () => {
    const authority = await openAuthority(home, "Org1MSP");
    await issueWallet(authority, profile.wallet, [{ name: "reader", attrs: { gxc_role: "gx_admin" } }]);
    expect(readIdentity(profile, "reader").role).toBe("gx_admin");
    writeFileSync(join(profile.wallet, "org1-admin-key"), readFileSync(join(profile.wallet, "reader-key")));
    expect(() => readIdentity(profile, "org1-admin")).toThrow("org1-admin-key in");
    await issueWallet(authority, profile.wallet, IDENTITIES);
    expect(readIdentity(profile, "org1-admin").role).toBe("gx_admin");
  });

  it("lists the expected files beside the found ones when one is missing or a folder", () => {
    const expected =
      "must hold the files ca-cert, org1-admin-cert, org1-admin-key; found ca-cert, org1-admin-cert, reader-cert";
    rmSync(join(profile.wallet, "org1-admin-key"));
    expect(() => readIdentity(profile, "org1-admin")).toThrow(expected);
    mkdirSync(join(profile.wallet, "org1-admin-key"));
    expect(() => readIdentity(profile, "org1-admin")).toThrow(expected);
    expect(() => readIdentity({ ...profile, wallet: join(home, "none") }, "reader")).toThrow("cannot be read");
  });

  it("refuses a key that others may read and names the command that mends it", () => {
    const file = join(profile.wallet, "reader-key");
    chmodSync(file, 0o644);
    expect(() => readIdentity(profile, "reader")).toThrow(`run: chmod 600 ${file}`);
  });

  it("names a file that cannot be parsed", () => {
    writeFileSync(join(profile.wallet, "reader-cert"), "no certificate");
    expect(() => readIdentity(profile, "reader")).toThrow("reader-cert cannot be parsed");
  });
});

describe("the native signature", () => {
  it("has low S and verifies, for a thousand messages", () => {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    for (let at = 0; at < 1_000; at += 1) {
      const message = Buffer.from(`message ${at}`);
      const signature = signLowS(privateKey, message);
      const good = verify("sha256", message, { key: publicKey, dsaEncoding: "der" }, signature);
      expect([isLowS(signature), good]).toEqual([true, true]);
    }
  });
});
