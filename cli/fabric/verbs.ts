// gx network keys, join, define, package: what the reference network in a cluster is made with. They start no node.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Command } from "commander";
import { makeCallers } from "../../network/callers.js";
import { makeCrypto, writeWallet } from "../../network/crypto.js";
import { networkFault } from "../../network/errors.js";
import { defineChaincode, joinChannel, type Joining } from "../../network/join.js";
import { packageIdOf, type Definition } from "../../network/lifecycle.js";
import { administrationPrograms } from "../../network/programs.js";
import { environment } from "../../platform/config.js";
import { messageOf } from "../../platform/errors.js";
import { identities } from "../identities.js";
import { UsageError } from "../usage.js";
import { authorityFiles, SETTINGS } from "./authority.js";
import { keysOf, secretsOf } from "./keys.js";
import { orgOf } from "./nodes.js";
import { CHANNEL, layoutOfShape, shapeNames, shapes, type ShapeName } from "./shapes.js";

export function registerCluster(network: Command): void {
  const which = `${shapeNames.join(" or ")}: a reference network of k8s/fabric`;
  network
    .command("keys")
    .description("Make the keys of a network in a cluster, as files of its Secrets. What stands there is kept.")
    .argument("<network>", which)
    .requiredOption("--into <folder>", "folder outside of any repository; it holds the keys of the authorities too")
    .action(keys);
  network
    .command("join")
    .description("Join every orderer and peer of a network in a cluster to its channel. May be run again.")
    .argument("<network>", which)
    .requiredOption("--channel-config <folder>", "folder of the configtx.yaml that describes the channel")
    .action((name: string, given: { channelConfig: string }) => joinChannel(joining(name, given.channelConfig)));
  network
    .command("define")
    .description("Install the chaincode's packages on a network in a cluster, approve and commit. May be run again.")
    .argument("<network>", which)
    .requiredOption("--definition <folder>", "folder with the files version and sequence")
    .action((name: string, { definition }: { definition: string }) =>
      defineChaincode(joining(name, ""), definitionIn(definition)),
    );
  network
    .command("package")
    .description("Write the package id under which an organization's chaincode process serves.")
    .argument("<network>", which)
    .requiredOption("--definition <folder>", "folder with the files version and sequence")
    .requiredOption("--org <name>", "organization: org1 or org2")
    .requiredOption("--into <file>", "file that gets the id")
    .action(writePackageId);
}

async function keys(name: string, { into }: { into: string }): Promise<void> {
  const shape = shapes[shapeOf(name)];
  const home = resolve(into);
  const layout = layoutOfShape(shape, home);
  const made = await makeCrypto(layout);
  await makeCallers(layout);
  await writeWallet(join(home, "wallets"), made, identities);
  const secrets = secretsOf(layout);
  for (const [secret, files] of Object.entries(secrets)) {
    for (const { key, path } of files) writeKey(home, secret, key, readFileSync(layout.crypto(path)));
  }
  for (const place of layout.authorities ?? []) {
    const files = authorityFiles(layout, place);
    for (const [key, content] of Object.entries(files)) {
      // Another password would not be the one that the authority has kept.
      if (key === SETTINGS && existsSync(fileOf(home, keysOf(place.name), key))) continue;
      writeKey(home, keysOf(place.name), key, content);
    }
  }
  const count = Object.keys(secrets).length + (layout.authorities ?? []).length;
  console.log(`${count} Secrets   ${join(home, "secrets")}, a folder each`);
  console.log(`Wallets      ${join(home, "wallets")}`);
  console.log(`Bring each to the cluster with:`);
  console.log(`  kubectl -n ${shape.namespace} create secret generic <folder's name> --from-file=<folder>`);
}

const fileOf = (home: string, secret: string, key: string): string => join(home, "secrets", secret, key);

function writeKey(home: string, secret: string, key: string, content: string | Buffer): void {
  const file = fileOf(home, secret, key);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, content, { mode: 0o600 });
}

const joining = (name: string, description: string): Joining => ({
  layout: layoutOfShape(shapes[shapeOf(name)]),
  channel: CHANNEL,
  installation: administrationPrograms(environment()),
  description,
  say: (line) => console.log(line),
});

function writePackageId(name: string, given: { definition: string; org: string; into: string }): void {
  const places = layoutOfShape(shapes[shapeOf(name)]).chaincodes(1);
  const place = places.find(({ mspId }) => orgOf(mspId) === given.org);
  if (!place)
    throw new UsageError(`--org: ${given.org} is not one of ${places.map(({ mspId }) => orgOf(mspId)).join(", ")}`);
  const id = packageIdOf(definitionIn(given.definition), place);
  writeFileSync(given.into, id);
  console.log(id);
}

/** As the ConfigMap chaincode-definition is mounted. */
function definitionIn(folder: string): Definition {
  const read = (file: string): string => {
    try {
      return readFileSync(join(folder, file), "utf8").trim();
    } catch (error) {
      throw networkFault(`the chaincode's ${file} cannot be read: ${messageOf(error)}`, error);
    }
  };
  const sequence = Number(read("sequence"));
  if (Number.isInteger(sequence) && sequence > 0) return { name: "gx", version: read("version"), sequence };
  throw networkFault(`${join(folder, "sequence")}: ${read("sequence")} is no number of a definition, 1 for the first`);
}

function shapeOf(name: string): ShapeName {
  const found = shapeNames.find((one) => one === name);
  if (found) return found;
  throw new UsageError(`${name} is not one of ${shapeNames.join(", ")}`);
}
