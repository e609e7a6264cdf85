// Chaincode as an earlier release had it: built from a copy of the sources in which a text is another one.
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../platform/config.js";

export interface Edit {
  readonly file: string;
  readonly from: string | RegExp;
  readonly to: string;
}

export interface OlderChaincode {
  /** Folder with its package.json and its main file. */
  readonly path: string;
  /** As it names itself. */
  readonly version: string;
  remove(): void;
}

/** A release in which nobody could ask for `tokenomics.transfer` yet. */
export const withoutTransfer: Edit = {
  file: "catalogue/index.ts",
  from: "domains.flatMap((domain) => Object.values(domain.commands));",
  to: 'domains.flatMap((domain) => Object.values(domain.commands)).filter(({ name }) => name !== "tokenomics.transfer");',
};

/** A release in which a user's creation did not tell the nationality yet. */
export const withoutNationality: Edit = {
  file: "catalogue/events/identity.ts",
  from: /(UserCreated: \{[^}]*?)nationality: country\(\),\s*/,
  to: "$1",
};

/** Builds it as a build does. @throws where a text is not there */
export function buildOlder(...edits: readonly Edit[]): OlderChaincode {
  const folder = mkdtempSync(join(tmpdir(), "gx-older-"));
  for (const name of ["catalogue", "chaincode"]) cpSync(join(root, name), join(folder, name), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  for (const { file, from, to } of edits) {
    const text = readFileSync(join(folder, file), "utf8");
    const edited = text.replace(from, to);
    if (edited === text) throw new Error(`${file} does not hold ${String(from)}; plant the older release anew`);
    writeFileSync(join(folder, file), edited);
  }
  const path = join(folder, "peer");
  const build = JSON.stringify(join(root, "cli", "build.mjs"));
  const ask = `import(${build}).then((m) => m.bundleChaincode(...${JSON.stringify([folder, path])}))`;
  execFileSync(process.execPath, ["--eval", ask]);
  const { version } = JSON.parse(readFileSync(join(path, "package.json"), "utf8")) as { version: string };
  return { path, version, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
