// The chaincode of each definition, kept in the network's folder: what was committed is what every start runs, whatever was
// built since. Never changes the folder that it was taken from.
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { networkFault } from "./errors.js";
import type { Layout } from "./layout.js";

const folderOf = (layout: Layout): string => join(layout.home, "chaincode");

/** Folder of the chaincode that the definition of this sequence stands for. */
export const keptChaincode = (layout: Layout, sequence: number): string => join(folderOf(layout), String(sequence));

/** Copies the chaincode in `path` as the one of this sequence. @throws GxError NETWORK where there is none */
export function keepChaincode(layout: Layout, sequence: number, path: string): void {
  if (!existsSync(join(path, "package.json"))) {
    throw networkFault(`there is no chaincode in ${path} (package.json is missing); run: npm run build`);
  }
  const folder = keptChaincode(layout, sequence);
  rmSync(folder, { recursive: true, force: true });
  cpSync(path, folder, { recursive: true, filter: (file) => basename(file) !== "node_modules" });
  // The shim of this program: a peer's own would come from an npm install in the folder.
  symlinkSync(
    dirname(dirname(createRequire(import.meta.url).resolve("fabric-shim/cli.js"))),
    join(folder, "node_modules"),
  );
}

/** Removes those of earlier definitions than `sequence`. */
export function forgetBefore(layout: Layout, sequence: number): void {
  const kept = existsSync(folderOf(layout)) ? readdirSync(folderOf(layout)) : [];
  for (const name of kept.filter((one) => Number(one) < sequence))
    rmSync(join(folderOf(layout), name), { recursive: true, force: true });
}

// What a definition and the label of a package may hold.
const VERSION = /^[A-Za-z0-9][A-Za-z0-9_.+-]*$/;

/** Version in the chaincode's package.json; "1.0" where it names none. @throws GxError NETWORK for one that Fabric refuses */
export function versionOf(path: string): string {
  const file = join(path, "package.json");
  if (!existsSync(file)) throw networkFault(`there is no chaincode in ${path} (package.json is missing)`);
  const { version = "1.0" } = JSON.parse(readFileSync(file, "utf8")) as { version?: unknown };
  if (typeof version === "string" && VERSION.test(version)) return version;
  throw networkFault(`${file}: version ${JSON.stringify(version)} must be letters, digits and _ . + -`);
}
