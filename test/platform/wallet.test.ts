// Wallet files: what is read from them, and what each fault says.
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { generateKeyPairSync, verify, X509Certificate } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { issueWallet, openAuthority } from "../../ledger/authority.js";
import { issue, type Pair } from "../../ledger/certificates.js";
import { timeFault, unitsOf } from "../../platform/certificate.js";
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
    const expected = "must hold the files ca-cert, org1-admin-cert, org1-admin-key; found ca-cert, org1-admin-cert, ";
    rmSync(join(profile.wallet, "org1-admin-key"));
    expect(() => readIdentity(profile, "org1-admin")).toThrow(`${expected}reader-cert, reader-key`);
    mkdirSync(join(profile.wallet, "org1-admin-key"));
    expect(() => readIdentity(profile, "org1-admin")).toThrow(`${expected}org1-admin-key/, reader-cert, reader-key`);
    rmSync(join(profile.wallet, "org1-admin-key"), { recursive: true });
    symlinkSync("nowhere", join(profile.wallet, "org1-admin-key"));
    expect(() => readIdentity(profile, "org1-admin")).toThrow(`${expected}org1-admin-key (leads nowhere), reader-cert`);
    expect(() => readIdentity({ ...profile, wallet: join(home, "none") }, "reader")).toThrow("cannot be read");
  });

  it("refuses a key that others may read, names the command that mends it and the files that are expected", () => {
    const file = join(profile.wallet, "reader-key");
    chmodSync(file, 0o644);
    expect(() => readIdentity(profile, "reader")).toThrow(
      `run: chmod 600 ${file} (${profile.wallet} must hold the files ca-cert, reader-cert, reader-key)`,
    );
    chmodSync(file, 0o640);
    expect(readIdentity(profile, "reader").name).toBe("reader");
  });

  it("follows the links of a mounted volume", () => {
    const mounted = join(home, "mounted");
    mkdirSync(mounted);
    symlinkSync(profile.wallet, join(mounted, "..data"));
    for (const file of ["ca-cert", "reader-cert", "reader-key"]) symlinkSync(join("..data", file), join(mounted, file));
    expect(readIdentity({ ...profile, wallet: mounted }, "reader").name).toBe("reader");
  });

  it("names a file that cannot be parsed", () => {
    writeFileSync(join(profile.wallet, "reader-cert"), "no certificate");
    expect(() => readIdentity(profile, "reader")).toThrow(`reader-cert in ${profile.wallet} cannot be parsed`);
  });

  it("refuses a key of another certificate, and one that Fabric does not sign with", () => {
    writeFileSync(join(profile.wallet, "reader-key"), readFileSync(join(profile.wallet, "org1-admin-key")));
    expect(() => readIdentity(profile, "reader")).toThrow("is not the key of reader-cert; put both files of one enrol");
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-384" });
    writeFileSync(join(profile.wallet, "reader-key"), privateKey.export({ type: "pkcs8", format: "pem" }));
    expect(() => readIdentity(profile, "reader")).toThrow("is no ECDSA key on curve P-256");
  });

  it("refuses a certificate of a node, an administrator or a CA, and takes a client with further units", async () => {
    const authority = await openAuthority(home, "Org1MSP");
    const put = ({ certificate, key }: Pair) => {
      writeFileSync(join(profile.wallet, "reader-cert"), certificate);
      writeFileSync(join(profile.wallet, "reader-key"), key);
    };
    const request = { commonName: "reader", unit: "admin", mspId: "Org1MSP" };
    put(await issue(authority.org, request));
    expect(() => readIdentity(profile, "reader")).toThrow(
      `(CN=reader, OU=admin, O=Org1MSP) has organizational unit admin; it must be client: register with type client`,
    );
    put(await issue(authority.org, { ...request, unit: "" }));
    expect(() => readIdentity(profile, "reader")).toThrow("has organizational unit nothing");
    put(authority.org);
    expect(() => readIdentity(profile, "reader")).toThrow("is a CA's");
  });
});

describe("a certificate", () => {
  const issued = async (days: number) => {
    const { org } = await openAuthority(home, "Org1MSP");
    const request = { commonName: "reader", unit: "client", mspId: "Org1MSP", days };
    return new X509Certificate((await issue(org, request)).certificate);
  };

  it("may be used from its begin to its end, and says which of them is wrong", async () => {
    const x509 = await issued(1);
    const [from, to] = [Date.parse(x509.validFrom), Date.parse(x509.validTo)];
    expect([timeFault("reader", x509), timeFault("reader", x509, from), timeFault("reader", x509, to - 1)]).toEqual([
      ...[undefined, undefined, undefined],
    ]);
    expect(timeFault("reader", x509, to)).toMatchObject({
      code: "IDENTITY_EXPIRED",
      retry: "later",
      message: `the certificate of reader ended at ${new Date(to).toISOString()}; replace it with gx wallet rotate or gx wallet import`,
    });
    expect(timeFault("reader", x509, from - 1)).toMatchObject({
      code: "IDENTITY_NOT_YET_VALID",
      retry: "later",
      message: `the certificate of reader begins at ${new Date(from).toISOString()}; compare this machine's clock with the CA's`,
    });
  });

  it("tells all its organizational units, also those that a CA puts into one part of the name", () => {
    const units = (subject: string) => unitsOf({ subject } as X509Certificate);
    expect(units("CN=a\nOU=client\nO=b")).toEqual(["client"]);
    expect(units("OU=client + OU=org1 + OU=department1\nCN=a")).toEqual(["client", "org1", "department1"]);
    expect(units("CN=OU=peer\nO=b")).toEqual([]);
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
