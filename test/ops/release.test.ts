// The supply chain: what is released is signed and has digests, what is installed is locked and runs no script of its own, and no
// package is older than the advisories ask for.
import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { releaseText } from "../../cli/manifests/release.js";
import { contentsOf } from "../../images/contents.js";
import { labelOf, lockedPackages, productionPackages } from "../../images/installed.js";
import { parsed, signatureOf, textOf, verified } from "../../images/release.js";
import { advisories } from "./advisories.js";
import { check } from "./checks.js";

const inPem = ({ publicKey, privateKey }: { publicKey: KeyObject; privateKey: KeyObject }) => ({
  publicKey: publicKey.export({ type: "spki", format: "pem" }).toString(),
  privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
});
const keys = inPem(generateKeyPairSync("ed25519"));
const [DIGEST, OTHER] = [`sha256:${"a1".repeat(32)}`, `sha256:${"b2".repeat(32)}`];
const released = () => textOf(contentsOf([`gx=${DIGEST}`, `gx-chaincode=${OTHER}`]));

check("OPS-11.4", "U", "a release is taken only as the holder of the release key signed it", () => {
  const text = released();
  const signature = signatureOf(text, keys.privateKey);
  expect(verified(text, signature, keys.publicKey).images["gx"]?.digest).toBe(DIGEST);
  const stranger = inPem(generateKeyPairSync("ed25519"));
  const refusals = [
    () => verified(text, undefined, keys.publicKey),
    () => verified(text.replace(DIGEST, OTHER), signature, keys.publicKey),
    () => verified(text, signatureOf(text, stranger.privateKey), keys.publicKey),
    () => verified(text, signature, inPem(generateKeyPairSync("rsa", { modulusLength: 2_048 })).publicKey),
  ];
  const codes = ["RELEASE_UNSIGNED", "RELEASE_SIGNATURE", "RELEASE_SIGNATURE", "RELEASE_KEY"];
  refusals.forEach((refusal, at) => expect(refusal).toThrow(expect.objectContaining({ code: codes[at] })));
});

check("OPS-11.4", "U", "a tag, a digest of zeros or an image that was not pushed makes no release", () => {
  const bad = ["latest", "v1.0.0", `sha256:${"0".repeat(64)}`, "sha256:a1"];
  for (const digest of bad) expect(() => parsed(textOf(contentsOf([`gx=${digest}`])))).toThrow(/64 hexadecimal digits/);
  const text = textOf(contentsOf([`gx=${DIGEST}`]));
  expect(() => verified(text, signatureOf(text, keys.privateKey), keys.publicKey)).toThrow(
    /gx-chaincode has no digest/,
  );
  expect(() => contentsOf([`other=${DIGEST}`])).toThrow("other is not one of gx, gx-chaincode");
});

describe("what overlays outside development read", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "gx-release-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  check("OPS-11.4", "U", "gets digests from a signed release and from no other", () => {
    const [file, key] = [join(folder, "release.json"), join(folder, "release.pub")];
    const text = released();
    writeFileSync(file, text);
    writeFileSync(key, keys.publicKey);
    expect(() => releaseText(file, key)).toThrow("is not signed");
    writeFileSync(`${file}.sig`, signatureOf(text, keys.privateKey));
    const { images } = parse(releaseText(file, key)) as { images: { name: string; digest: string }[] };
    expect(images.map(({ name, digest }) => [name, digest])).toEqual([
      ["gx", DIGEST],
      ["gx-chaincode", OTHER],
      ["gx-data", expect.stringMatching(/^sha256:0{64}$/)],
    ]);
    writeFileSync(file, text.replace(OTHER, DIGEST));
    expect(() => releaseText(file, key)).toThrow("the signature is not of this release");
  });
});

const lockFiles = ["package-lock.json", "images/gx-chaincode/package-lock.json"];

check("OPS-11.4", "U", "every package of every lock file has a hash that npm compares", () => {
  for (const file of lockFiles) {
    const locked = lockedPackages(file);
    expect(locked.length).toBeGreaterThan(50);
    expect(locked.filter(({ integrity }) => !integrity?.startsWith("sha512-")).map(labelOf)).toEqual([]);
  }
});

check("OPS-11.4", "U", "every package with an install script is named, and none of them may run it", () => {
  const { allowScripts } = JSON.parse(readFileSync("package.json", "utf8")) as {
    allowScripts: Record<string, boolean>;
  };
  expect(Object.entries(allowScripts).filter(([, allowed]) => allowed)).toEqual([]);
  const scripted = lockFiles.flatMap((file) => lockedPackages(file).filter(({ hasInstallScript }) => hasInstallScript));
  const here = scripted.filter(({ os, cpu }) => isHere(os, "linux") && isHere(cpu, "x64"));
  expect(here.length).toBeGreaterThan(3);
  expect(here.map(({ name }) => name).filter((name) => allowScripts[name] === undefined)).toEqual([]);
});

check("OPS-11.4", "U", "the chaincode's image has the versions that everything here is tested with", () => {
  const tested = new Set(lockedPackages("package-lock.json").map(labelOf));
  const packed = productionPackages("images/gx-chaincode/package-lock.json").map(labelOf);
  expect(packed.length).toBeGreaterThan(50);
  expect(packed.filter((label) => !tested.has(label))).toEqual([]);
});

check("OPS-11.4", "U", "no locked package is below the version that an advisory asks for", () => {
  const found = lockFiles.flatMap(lockedPackages);
  const below = advisories.flatMap(({ name, fixedIn, id }) =>
    found
      .filter((locked) => locked.name === name && isBelow(locked.version ?? "0", fixedIn))
      .map((locked) => `${labelOf(locked)}: ${id}`),
  );
  expect(below).toEqual([]);
  // An entry for what is not installed would be one that nobody reviews.
  const names = new Set(found.map(({ name }) => name));
  expect(advisories.filter(({ name }) => !names.has(name)).map(({ name }) => name)).toEqual([]);
});

it("compares versions of the same line only", () => {
  const fixed = ["1.8.9", "2.0.3"];
  const versions = ["1.8.8", "1.8.9", "1.9.0", "2.0.2", "2.0.3", "3.0.0", "0.9.9"];
  expect(versions.filter((version) => isBelow(version, fixed))).toEqual(["1.8.8", "2.0.2", "0.9.9"]);
});

const isHere = (allowed: readonly string[] | undefined, own: string) => allowed === undefined || allowed.includes(own);

/** `fixed`: the first repaired version of each major version that got a repair; what is older than all of them has none. */
function isBelow(version: string, fixed: readonly string[]): boolean {
  const major = (text: string) => Number(text.split(".")[0]);
  const own = fixed.find((one) => major(one) === major(version));
  return own === undefined ? fixed.every((one) => major(version) < major(one)) : isLess(version, own);
}

function isLess(one: string, other: string): boolean {
  const [left, right] = [one, other].map((text) => (text.split(/[-+]/)[0] ?? "").split(".").map(Number));
  const at = [0, 1, 2].find((index) => left?.[index] !== right?.[index]);
  return at !== undefined && (left?.[at] ?? 0) < (right?.[at] ?? 0);
}
