// Finding Fabric's programs: folders with programs that only tell a version.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { chosenInstallation, findInstallations } from "../../network/programs.js";

const home = mkdtempSync(join(tmpdir(), "gx-programs-"));
afterAll(() => rmSync(home, { recursive: true }));

function folder(name: string, version: string, programs = ["peer", "orderer", "configtxgen"]): string {
  const path = join(home, name);
  mkdirSync(path);
  for (const program of programs) {
    writeFileSync(join(path, program), `#!/bin/sh\necho "${program}:"\necho " Version: ${version}"\n`);
    chmodSync(join(path, program), 0o755);
  }
  return path;
}

const older = folder("older", "2.4.9");
const first25 = folder("first25", "v2.5.0");
const same25 = folder("same25", "2.5.0");
const between = folder("between", "3.0.0");
const last31 = folder("last31", "3.1.99");
const newer = folder("newer", "3.2.0");
const partial = folder("partial", "2.5.16", ["peer", "orderer"]);
const all = [older, first25, same25, between, last31, newer, partial];
const path = (...folders: string[]) => folders.join(delimiter);

it("takes the supported versions of PATH in their order, each once", () => {
  const found = findInstallations({ PATH: path(...all) });
  expect(found.map(({ folder: where, version, line }) => [where, version, line])).toEqual([
    [first25, "2.5.0", "2.5"],
    [last31, "3.1.99", "3.1"],
  ]);
  expect(found[0]?.configtxgen).toBe(join(first25, "configtxgen"));
});

it("looks into FABRIC_BIN alone where it is given", () => {
  expect(findInstallations({ PATH: first25, FABRIC_BIN: last31 }).map(({ version }) => version)).toEqual(["3.1.99"]);
});

it("chooses the first supported installation, or the first of a line", () => {
  const env = { FABRIC_BIN: path(older, last31, first25) };
  expect(chosenInstallation(env).version).toBe("3.1.99");
  expect(chosenInstallation(env, "2.5").version).toBe("2.5.0");
});

it("names what was found, what is supported and how it is installed when nothing fits", () => {
  const missing = () => chosenInstallation({ FABRIC_BIN: path(older, between, newer) });
  expect(missing).toThrow("2.4.9");
  expect(missing).toThrow("3.0.0");
  expect(missing).toThrow("3.2.0");
  expect(missing).toThrow("Fabric 2.5.x or 3.1.x");
  expect(missing).toThrow(
    expect.objectContaining({ advice: expect.stringContaining("https://hyperledger-fabric.readthedocs.io/") }),
  );
  expect(() => chosenInstallation({ PATH: partial }, "3.1")).toThrow(
    `Fabric 3.1.x (found: some without configtxgen in ${partial})`,
  );
});
