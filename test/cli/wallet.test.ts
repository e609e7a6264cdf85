// gx wallet: what it lists, what it lets into the wallet, and what it refuses before anything is written.
import { cpSync, chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exchange, undo } from "../../cli/wallet/exchange.js";
import { readMspFolder } from "../../cli/wallet/msp-folder.js";
import { ownerByName, ownerByRole } from "../../cli/wallet/owner.js";
import { rowsOf } from "../../cli/wallet/rows.js";
import { openAuthority } from "../../ledger/authority.js";
import { issue, type LeafRequest, type Pair } from "../../ledger/certificates.js";
import { attributesOf } from "../../platform/certificate.js";
import { readProfile, type Profile } from "../../platform/profile.js";
import { readIdentity } from "../../platform/wallet.js";
import { X509Certificate } from "node:crypto";
import { developmentLedger, type LedgerUnderTest } from "../ledgers.js";
import { newHome, type Home } from "./gx.js";

const ROLE = "gx_admin";
const NAME = "org1-admin";

let ledger: LedgerUnderTest;
let kept: string;
let profile: Profile;
let org: Pair;
let folder: string;
let told: string[];
const tell = (line: string) => void told.push(line);
const admin = () => ownerByRole(profile, ROLE);
const present = () => readIdentity(profile, NAME).certificate.toString();

beforeAll(async () => {
  ledger = await developmentLedger.start();
  profile = readProfile(ledger.profilePath);
  ({ org } = await openAuthority(join(profile.wallet, "..", "ledger"), profile.mspId));
  kept = mkdtempSync(join(tmpdir(), "gx-kept-"));
  cpSync(profile.wallet, kept, { recursive: true });
});
beforeEach(() => {
  told = [];
  folder = mkdtempSync(join(tmpdir(), "gx-msp-"));
  rmSync(profile.wallet, { recursive: true });
  cpSync(kept, profile.wallet, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));
afterAll(async () => {
  await ledger.stop();
  rmSync(kept, { recursive: true });
});

/** As a Fabric CA's client leaves it: attributes of the enrolment beside ours, the key under its own name, an earlier key too. */
async function enrolled(changes: Partial<LeafRequest> = {}, ca: Pair = org): Promise<Pair> {
  const attrs = { "hf.EnrollmentID": NAME, "hf.Type": "client", "hf.Affiliation": "", gxc_role: ROLE };
  const pair = await issue(ca, { commonName: NAME, unit: "client", mspId: "Org1MSP", attrs, ...changes });
  const earlier = await issue(ca, { commonName: NAME, unit: "client", mspId: "Org1MSP" });
  for (const part of ["signcerts", "keystore", "cacerts", "user"]) mkdirSync(join(folder, part), { recursive: true });
  writeFileSync(join(folder, "signcerts", "cert.pem"), pair.certificate);
  writeFileSync(join(folder, "keystore", "0a41_sk"), earlier.key);
  writeFileSync(join(folder, "keystore", "f3c2_sk"), pair.key);
  writeFileSync(join(folder, "cacerts", "localhost-7054.pem"), ca.certificate);
  writeFileSync(join(folder, "IssuerPublicKey"), "");
  return pair;
}

describe("an import from the folder of a Fabric CA's client", () => {
  test("is checked, tried at the peer and written; the former pair is kept and comes back", async () => {
    const before = present();
    const { certificate } = await enrolled();
    await exchange(profile, admin(), readMspFolder(folder), tell);
    expect(present()).toBe(certificate);
    expect(statSync(join(profile.wallet, `${NAME}-key`)).mode & 0o777).toBe(0o600);
    expect(told).toEqual([
      "org1-admin: CN=org1-admin, OU=client, O=Org1MSP, issued by CN=Org1MSP CA, O=Org1MSP",
      expect.stringMatching(/^ {2}checked: key, unit client, gxc_role gx_admin, chain, 36[45] days left$/),
      "  a peer answered a call signed by it",
      `  written to ${profile.wallet}; running processes take it into use within seconds`,
      "  the former pair is kept: gx wallet rotate gx_admin --undo puts it back",
    ]);
    await undo(profile, admin(), tell);
    expect(present()).toBe(before);
    await undo(profile, admin(), tell);
    expect(present()).toBe(certificate);
  });

  test("leaves the files as open as they were for the group that reads them", async () => {
    chmodSync(join(profile.wallet, `${NAME}-key`), 0o640);
    await enrolled();
    await exchange(profile, admin(), readMspFolder(folder), tell);
    expect(statSync(join(profile.wallet, `${NAME}-key`)).mode & 0o777).toBe(0o640);
  });

  test("adds the TLS roots that came with it, each once", async () => {
    await enrolled();
    const other = (await openAuthority(join(folder, "other"), "Org1MSP")).tls.certificate;
    mkdirSync(join(folder, "tlscacerts"));
    writeFileSync(join(folder, "tlscacerts", "tls-localhost-7054.pem"), other);
    const file = join(profile.wallet, "ca-cert");
    for (const _ of [1, 2]) await exchange(profile, admin(), readMspFolder(folder), tell);
    expect(readFileSync(file, "utf8").match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
    expect(told.filter((line) => line.startsWith("  TLS roots added"))).toEqual([`  TLS roots added to ${file}: 1`]);
    expect(told.filter((line) => line === "  a peer answered a call signed by it")).toHaveLength(2);
  });

  test("under a name of its own needs no role", async () => {
    await enrolled({ attrs: {} });
    await exchange(profile, ownerByName(profile, "auditor"), readMspFolder(folder), tell);
    expect(readIdentity(profile, "auditor").role).toBeUndefined();
    expect(told.at(-1)).toMatch(/^ {2}written/);
  });

  test("writes where no peer can be reached, and says that it was not tried", async () => {
    const { certificate } = await enrolled();
    const away = { ...profile, peers: profile.peers.map((peer) => ({ ...peer, address: "127.0.0.1:9" })) };
    await exchange(away, admin(), readMspFolder(folder), tell);
    expect(told).toContain("  not tried: no peer of the profile can be reached");
    expect(present()).toBe(certificate);
  });

  const attrs = (gxc_role: string) => ({ attrs: { gxc_role } });
  test.each<[string, Partial<LeafRequest>, string]>([
    [
      "of another role",
      attrs("gx_partner_api"),
      "the certificate carries gxc_role gx_partner_api, it must be gx_admin",
    ],
    [
      "without a role",
      { attrs: {} },
      "carries no gxc_role, it must be gx_admin; register with --id.attrs 'gxc_role=gx",
    ],
    ["of an administrator of the organization", { unit: "admin" }, "has organizational unit admin; it must be client"],
    ["that ends soon", { days: 29.5 }, "in less than 30 days; enrol again"],
    ["that has ended", { days: -0.5 }, "the certificate of org1-admin ended at "],
  ])("refuses a certificate %s", async (_, changes, reason) => {
    const before = present();
    await enrolled(changes);
    await expect(exchange(profile, admin(), readMspFolder(folder), tell)).rejects.toThrow(reason);
    expect([present(), told]).toEqual([before, []]);
  });

  test("refuses a certificate of a CA that is not beside it, and one of a CA that the channel does not know", async () => {
    const before = present();
    const foreign = (await openAuthority(join(folder, "foreign"), "Org1MSP")).org;
    await enrolled({}, foreign);
    await expect(exchange(profile, admin(), readMspFolder(folder), tell)).rejects.toThrow(
      /^the peer refuses org1-admin of Org1MSP, issued by CN=Org1MSP CA, O=Org1MSP: .*creator org unknown, creator is malformed/,
    );
    writeFileSync(join(folder, "cacerts", "localhost-7054.pem"), org.certificate);
    await expect(exchange(profile, admin(), readMspFolder(folder), tell)).rejects.toThrow(
      "is none of the CAs beside it",
    );
    expect(present()).toBe(before);
  });

  test("names what is missing in the folder", async () => {
    expect(() => readMspFolder(folder)).toThrow(`${join(folder, "signcerts")} must hold one certificate, found 0`);
    await enrolled();
    rmSync(join(folder, "keystore", "f3c2_sk"));
    expect(() => readMspFolder(folder)).toThrow(`${join(folder, "keystore")} holds no key of`);
    rmSync(join(folder, "cacerts"), { recursive: true });
    await enrolled();
    rmSync(join(folder, "cacerts"), { recursive: true });
    expect(() => readMspFolder(folder)).toThrow("must hold the CA's certificate, found none");
  });

  test("has no way back where nothing was replaced", async () => {
    await expect(undo(profile, admin(), tell)).rejects.toThrow("holds no former pair of org1-admin");
  });
});

describe("the list", () => {
  const rowOf = (name: string) => rowsOf(profile).find((row) => row.name === name);
  const put = async (days: number) => {
    const pair = await enrolled({ days });
    writeFileSync(join(profile.wallet, `${NAME}-cert`), pair.certificate);
    writeFileSync(join(profile.wallet, `${NAME}-key`), pair.key);
  };

  test("shows every role, others, and the TLS roots", () => {
    cpSync(join(profile.wallet, "reader-cert"), join(profile.wallet, "auditor-cert"));
    cpSync(join(profile.wallet, "reader-key"), join(profile.wallet, "auditor-key"));
    expect(rowsOf(profile).map(({ name, role, state, keyFits, mode }) => [name, role, state, keyFits, mode])).toEqual([
      ["org1-super-admin", "gx_super_admin", "ok", true, "0600"],
      [NAME, ROLE, "ok", true, "0600"],
      ["org1-partner-api", "gx_partner_api", "ok", true, "0600"],
      ["reader", "reader", "ok", true, "0600"],
      ["auditor", "", "ok", true, "0600"],
      [join(profile.wallet, "ca-cert"), "", "ok", undefined, undefined],
    ]);
  });

  test.each([
    [30.5, "ok"],
    [29.5, "warning"],
    [6.5, "critical"],
    [0.5, "page"],
    [-0.5, "expired"],
  ])("calls a certificate with %d days left %s", async (days, state) => {
    await put(days);
    expect(rowOf(NAME)?.state).toBe(state);
  });

  test("names the fault of a pair, and a role that has none as absent", () => {
    rmSync(join(profile.wallet, "reader-key"));
    rmSync(join(profile.wallet, "org1-partner-api-cert"));
    rmSync(join(profile.wallet, "org1-partner-api-key"));
    cpSync(join(profile.wallet, "org1-super-admin-key"), join(profile.wallet, `${NAME}-key`));
    expect(rowOf("reader")).toMatchObject({ state: "faulty", keyFits: false });
    expect(rowOf("org1-partner-api")?.state).toBe("absent");
    expect(rowOf(NAME)).toMatchObject({ state: "faulty", keyFits: false });
    expect(rowOf(NAME)?.fault).toContain("org1-admin-key in");
    cpSync(join(profile.wallet, "org1-super-admin-cert"), join(profile.wallet, `${NAME}-cert`));
    expect(rowOf(NAME)?.fault).toBe("its certificate carries gxc_role gx_super_admin, wanted is gx_admin");
  });
});

describe("the command line", () => {
  let home: Home;
  beforeAll(() => {
    home = newHome();
  });
  afterAll(() => home.remove());

  const wallet = (...args: string[]) => home.run("wallet", ...args, "--profile", ledger.profilePath);

  test("lists, imports, rotates, and answers with the exit status", async () => {
    await enrolled();
    expect((await wallet("import", folder, "--role", ROLE)).stdout).toContain("a peer answered a call signed by it");
    const listed = await wallet("list");
    expect([listed.status, listed.stderr]).toEqual([0, ""]);
    expect(listed.stdout).toMatch(/ok +gx_admin +org1-admin +Org1MSP\n +CN=org1-admin, OU=client, O=Org1MSP, by CN=/);
    expect((await wallet("rotate", ROLE)).stderr).toContain(
      "is not one that this installation made: enrol at your CA, then gx wallet import <msp folder> --role gx_admin",
    );
    const { certificate, key } = await enrolled();
    writeFileSync(join(folder, "c"), certificate);
    writeFileSync(join(folder, "k"), key);
    expect((await wallet("rotate", ROLE, "--from", join(folder, "c"), join(folder, "k"))).status).toBe(0);
    expect(attributesOf(new X509Certificate(present()).raw)["hf.Type"]).toBe("client");
    rmSync(join(profile.wallet, `${NAME}-key`));
    const faulty = await wallet("list", "--json");
    expect(faulty.status).toBe(1);
    const { rows } = JSON.parse(faulty.stdout) as { rows: { state: string; role: string }[] };
    expect(rows.map(({ state }) => state)).toEqual(["ok", "faulty", "ok", "ok", "ok"]);
  });

  test.each([
    [["import", "x"], "--role, --name: give one of the two"],
    [["rotate", "king"], "role: king is not one of gx_super_admin, gx_admin, gx_partner_api, reader"],
  ])("refuses %j as wrong usage", async (args, line) => {
    const { status, stderr } = await wallet(...args);
    expect([status, stderr.includes(line)]).toEqual([2, true]);
  });
});
