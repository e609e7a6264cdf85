// The connection profile: what a reader gets from the file, and what each fault says.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { READER, signers, signingRoles } from "../../catalogue/roles.js";
import { issueWallet, openAuthority } from "../../ledger/authority.js";
import { identityOf, readProfile, tlsRootsOf, writeProfile, type Profile } from "../../platform/profile.js";

let home: string;
const path = (): string => join(home, "profile.json");
const roots = (name: string): string => join(home, name, "ca-cert");

/** Two organizations; the paths as in the file. */
const written: Profile = {
  channel: "gxchannel",
  chaincode: "gx",
  mspId: "Org1MSP",
  organizations: [
    { mspId: "Org1MSP", tlsRoots: "one/ca-cert" },
    { mspId: "Org2MSP", tlsRoots: "two/ca-cert" },
  ],
  peers: [
    { address: "127.0.0.1:7051", mspId: "Org1MSP", tlsHostname: "localhost" },
    { address: "127.0.0.1:9051", mspId: "Org2MSP" },
  ],
  wallet: ".",
  identities: { gx_admin: "org1-admin" },
};

const faultOf = (profile: object): string => {
  writeFileSync(path(), JSON.stringify(profile));
  try {
    readProfile(path());
  } catch (error) {
    return String(error);
  }
  return "none";
};

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "gx-profile-"));
  for (const [name, mspId] of [["one", "Org1MSP"] as const, ["two", "Org2MSP"] as const])
    await issueWallet(await openAuthority(join(home, `authority-${name}`), mspId), join(home, name), []);
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

it("comes back as it was written, with paths relative to its folder", () => {
  writeProfile(path(), written);
  expect(readProfile(path())).toEqual({
    ...written,
    organizations: [
      { mspId: "Org1MSP", tlsRoots: roots("one") },
      { mspId: "Org2MSP", tlsRoots: roots("two") },
    ],
    wallet: home,
  });
  expect(() => readFileSync(`${path()}.new`)).toThrow("ENOENT");
});

it("takes a peer without mspId as one of its own organization, and the usual names without identities", () => {
  const { identities, ...rest } = written;
  expect(identities).toBeDefined();
  writeFileSync(path(), JSON.stringify({ ...rest, peers: [{ address: "peer:7051" }] }));
  const profile = readProfile(path());
  expect(profile.peers).toEqual([{ address: "peer:7051", mspId: "Org1MSP" }]);
  expect(profile.identities).toEqual({});
});

it("gives each peer the roots of its organization and each role its identity", () => {
  writeProfile(path(), written);
  const profile = readProfile(path());
  expect(profile.peers.map((peer) => tlsRootsOf(profile, peer))).toEqual([roots("one"), roots("two")]);
  expect(identityOf(profile, "gx_admin", "usual")).toBe("org1-admin");
  expect(identityOf(profile, "reader", "usual")).toBe("usual");
});

it("is read as the example of docs/fabric.md says, which stands there word for word", () => {
  const example = readFileSync("docs/fabric-profile.json", "utf8");
  expect(readFileSync("docs/fabric.md", "utf8")).toContain(example);
  const folder = mkdtempSync(join(home, "example-"));
  const pem = readFileSync(roots("one"));
  for (const file of ["ca-cert", "org2-ca-cert"]) writeFileSync(join(folder, file), pem);
  writeFileSync(join(folder, "profile.json"), example);
  const profile = readProfile(join(folder, "profile.json"));
  expect(profile.peers.map(({ mspId }) => mspId)).toEqual(["Org1MSP", "Org1MSP", "Org2MSP"]);
  expect(profile.peers.map((peer) => tlsRootsOf(profile, peer))).toEqual([
    ...["ca-cert", "ca-cert", "org2-ca-cert"].map((file) => join(folder, file)),
  ]);
  for (const role of signingRoles) expect(identityOf(profile, role, "")).toBe(signers[role].identity);
  expect(identityOf(profile, READER, "")).toBe(READER);
});

it("names every faulty field at once", () => {
  const fault = faultOf({ ...written, channel: "", peers: [{ address: "nowhere" }], more: 1 });
  expect(fault).toMatch(/channel: .*peers\.0\.address: must be host:port.*more/);
  expect(faultOf({ ...written, peers: [] })).toContain("peers: ");
  expect(faultOf({ ...written, organizations: [] })).toContain("organizations: ");
  expect(faultOf({ ...written, identities: { reader: "../reader" } })).toContain(
    "identities.reader: must be the name of files in the wallet, without a folder",
  );
});

it("names a peer of an unknown organization, and what stands there twice", () => {
  const [one, two] = written.peers;
  expect(faultOf({ ...written, peers: [one, { ...two, mspId: "Org3MSP" }] })).toContain(
    "peers.1.mspId: Org3MSP is none of the organizations (Org1MSP, Org2MSP)",
  );
  expect(faultOf({ ...written, mspId: "Org9MSP", peers: [{ address: "peer:7051" }] })).toContain(
    "peers.0.mspId: Org9MSP is none of the organizations (Org1MSP, Org2MSP)",
  );
  expect(faultOf({ ...written, peers: [one, { ...two, address: one?.address }] })).toContain(
    "peers.1.address: 127.0.0.1:7051 stands there twice",
  );
  expect(faultOf({ ...written, organizations: [...written.organizations, written.organizations[0]] })).toContain(
    "organizations.2.mspId: Org1MSP stands there twice",
  );
});

it("names TLS roots that are missing or hold no certificate", () => {
  const [one] = written.organizations;
  const withRoots = (tlsRoots: string) => ({ ...written, organizations: [one, { mspId: "Org2MSP", tlsRoots }] });
  expect(faultOf(withRoots("none.pem"))).toMatch(/organizations\.1\.tlsRoots: .*ENOENT.*none\.pem/);
  writeFileSync(join(home, "empty.pem"), "");
  expect(faultOf(withRoots("empty.pem"))).toContain(
    `organizations.1.tlsRoots: ${join(home, "empty.pem")} holds no certificate in PEM`,
  );
});

it("says which file is missing or no JSON", () => {
  rmSync(path(), { force: true });
  expect(() => readProfile(path())).toThrow(`connection profile ${path()} cannot be read`);
  writeFileSync(path(), "{");
  expect(() => readProfile(path())).toThrow(`connection profile ${path()} cannot be read`);
});
