// What the lock file must keep: fixed versions, minimum versions with an advisory behind them, no download addresses.
import { readFileSync } from "node:fs";

interface Lock {
  packages: Record<string, { version?: string; resolved?: string; optional?: boolean; link?: boolean }>;
}
const lock = JSON.parse(readFileSync("package-lock.json", "utf8")) as Lock;
const manifests = ["package.json", "client/package.json", "examples/pay/package.json", "examples/wallet/package.json"];
const least = JSON.parse(readFileSync("test/house/versions.json", "utf8")) as {
  package: string;
  atLeast: string;
  because: string;
}[];

const numbers = (version: string) => version.split(/[.-]/).slice(0, 3).map(Number);
function isAtLeast(version: string, bound: string): boolean {
  const [have, want] = [numbers(version), numbers(bound)];
  for (let i = 0; i < 3; i++) if (have[i] !== want[i]) return (have[i] ?? 0) > (want[i] ?? 0);
  return true;
}

describe("the packages", () => {
  it.each(least)("$package stays at $atLeast or later ($because)", ({ package: name, atLeast }) => {
    const found = Object.entries(lock.packages).filter(([path]) => path.endsWith(`node_modules/${name}`));
    expect(found.length).toBeGreaterThan(0);
    for (const [, entry] of found)
      expect([entry.version, isAtLeast(entry.version ?? "0", atLeast)]).toEqual([entry.version, true]);
  });

  it.each(manifests)("are pinned to one exact version each in %s", (file) => {
    const manifest = JSON.parse(readFileSync(file, "utf8")) as Record<string, Record<string, string> | undefined>;
    const named = ["dependencies", "devDependencies", "optionalDependencies"].flatMap((of) =>
      Object.entries(manifest[of] ?? {}),
    );
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter(([, version]) => !/^\d+\.\d+\.\d+/.test(version))).toEqual([]);
  });

  it("are locked without download addresses", () => {
    const addressed = Object.entries(lock.packages).filter(([, entry]) => entry.resolved !== undefined && !entry.link);
    expect(addressed.map(([path]) => path)).toEqual([]);
  });
});
