// Wallets as Kubernetes mounts them: what each Secret holds, what a process says that finds another thing there, and a new version.
// That a version comes into use under load is shown in test/ops/cluster.
import { chmodSync, mkdirSync, mkdtempSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { signers } from "../../catalogue/roles.js";
import { issueWallet, openAuthority, type Authority } from "../../ledger/authority.js";
import { readProfile } from "../../platform/profile.js";
import { readIdentity } from "../../platform/wallet.js";
import { identities } from "../ledgers.js";
import { check } from "./checks.js";
import { mountSecret, type Volume } from "./volume.js";

/** By Secret, as the specification lists their files. */
const secrets: Readonly<Record<string, readonly string[]>> = {
  "fabric-wallet-super-admin": ["ca-cert", "org1-super-admin-cert", "org1-super-admin-key"],
  "fabric-wallet-admin": ["ca-cert", "org1-admin-cert", "org1-admin-key"],
  "fabric-wallet-partner-api": ["ca-cert", "org1-partner-api-cert", "org1-partner-api-key"],
  "fabric-reader": ["ca-cert", "reader-cert", "reader-key"],
};

let home: string;
let authority: Authority;
let all: string;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "gx-volumes-"));
  all = join(home, "all");
  authority = await openAuthority(home, "Org1MSP");
  await issueWallet(authority, all, identities);
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

let mounts = 0;
const mounted = (files: readonly string[]): Volume => mountSecret(join(home, `mount-${(mounts += 1)}`), all, files);
const nameIn = (files: readonly string[]) => files.find((file) => file.endsWith("-key"))?.slice(0, -4) ?? "";
const startWith = ({ folder }: Volume, name: string) => readIdentity({ wallet: folder, mspId: "Org1MSP" }, name);

for (const [secret, files] of Object.entries(secrets)) {
  const name = nameIn(files);
  const key = `${name}-key`;
  const expected = `must hold the files ${files.join(", ")}`;
  /** The file behind the links. */
  const behind = ({ folder }: Volume, file: string) => join(folder, readlinkSync(join(folder, "..data")), file);

  check("OPS-3.7", "U", `the files of ${secret} and no other are what its process needs`, () => {
    const identity = startWith(mounted(files), name);
    const role = Object.entries(signers).find(([, { identity }]) => identity === name)?.[0];
    expect([identity.name, identity.role]).toEqual([name, role]);
  });

  check("OPS-3.7", "U", `${secret} without a file: the error lists the expected files beside the found ones`, () => {
    const volume = mounted(files);
    rmSync(behind(volume, key));
    expect(() => startWith(volume, name)).toThrow(`${expected}; found `);
    expect(() => startWith(volume, name)).toThrow(`${key} (leads nowhere)`);
    expect(() => startWith(mounted(files.filter((file) => file !== key)), name)).toThrow(
      new RegExp(`${expected}; found [^;]*ca-cert, ${name}-cert$`),
    );
  });

  check("OPS-3.7", "U", `${secret} with a folder in place of a file: the error shows it among the found ones`, () => {
    const volume = mounted(files);
    rmSync(behind(volume, key));
    mkdirSync(behind(volume, key));
    expect(() => startWith(volume, name)).toThrow(new RegExp(`${expected}; found .*${key}/$`));
  });

  check(
    "OPS-3.7",
    "U",
    `${secret} with a key that others may read: the error names the files and what mends it`,
    () => {
      const volume = mounted(files);
      chmodSync(behind(volume, key), 0o644);
      expect(() => startWith(volume, name)).toThrow(`${key} is accessible for other users; run: chmod 600 `);
      expect(() => startWith(volume, name)).toThrow(expected);
    },
  );
}

check("OPS-3.7", "U", "a profile whose TLS roots are missing or a folder says what is there instead", () => {
  const volume = mounted(["org1-admin-cert", "org1-admin-key"]);
  const profile = join(home, "profile.json");
  const roots = join(volume.folder, "ca-cert");
  writeFileSync(
    profile,
    JSON.stringify({
      ...{ channel: "gxchannel", chaincode: "gx", mspId: "Org1MSP", wallet: volume.folder },
      organizations: [{ mspId: "Org1MSP", tlsRoots: roots }],
      peers: [{ address: "peer0-org1.example.org:7051" }],
    }),
  );
  const found = "there are ..data, ..version_1, org1-admin-cert, org1-admin-key";
  expect(() => readProfile(profile)).toThrow(new RegExp(`no such file.*${roots}.*${found}`));
  mkdirSync(roots);
  expect(() => readProfile(profile)).toThrow(new RegExp(`EISDIR.*ca-cert`));
});

check(
  "OPS-3.7",
  "U",
  "a new version of a mounted Secret is read as a whole, and its key stays closed to others",
  async () => {
    const files = secrets["fabric-wallet-admin"] ?? [];
    const volume = mounted(files);
    const before = startWith(volume, "org1-admin");
    const next = join(home, "next");
    await issueWallet(authority, next, identities);
    volume.swap(next);
    const after = startWith(volume, "org1-admin");
    expect([after.role, after.certificate.equals(before.certificate)]).toEqual(["gx_admin", false]);
  },
);
