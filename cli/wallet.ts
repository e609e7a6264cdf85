// gx wallet: the signing identities of this installation: what there is, a new pair in place of one, and back again.
import { Option, type Command } from "commander";
import { readConfig } from "../platform/config.js";
import { readProfile } from "../platform/profile.js";
import { UsageError } from "./usage.js";
import { exchange, undo } from "./wallet/exchange.js";
import { issuedHere } from "./wallet/issue.js";
import { listWallet } from "./wallet/list.js";
import { readMspFolder } from "./wallet/msp-folder.js";
import { ownerByName, ownerByRole, roles, type Owner } from "./wallet/owner.js";
import { readPair } from "./wallet/pair.js";

interface Which {
  profile?: string;
}

interface ImportOptions extends Which {
  role?: string;
  name?: string;
  undo?: boolean;
}

interface RotateOptions extends Which {
  from?: [certificate: string, key: string];
  undo?: boolean;
}

const profileOption = () => new Option("--profile <file>", "connection profile (default: FABRIC_PROFILE)");

export function register(program: Command): void {
  const wallet = program.command("wallet").description("List, import and rotate the signing identities.");
  wallet
    .command("list")
    .description("Show every identity of the wallet: role, MSP, certificate, days left, key, mode.")
    .addOption(profileOption())
    .option("--json", "for programs")
    .addHelpText("after", "\nExit status 1 when a pair is faulty, has ended or ends within 7 days.")
    .action((options: Which & { json?: boolean }) => listWallet(profileOf(options), options.json === true));
  wallet
    .command("import")
    .description("Take a certificate and its key from the MSP folder that a Fabric CA's client wrote.")
    .argument("[folder]", "MSP folder with signcerts/, keystore/, cacerts/")
    .option("--role <role>", `whose pair it becomes: ${roles.join(", ")}`)
    .option("--name <name>", "or the name of its files in the wallet")
    .option("--undo", "put the pair back that was replaced last")
    .addOption(profileOption())
    .action(importPair);
  wallet
    .command("rotate")
    .description("Replace the pair of a role: from files, or issued anew where the CA is this installation's own.")
    .argument("<role>", roles.join(", "))
    .option("--from <files...>", "certificate and key, two files in PEM")
    .option("--undo", "put the pair back that was replaced last")
    .addOption(profileOption())
    .action(rotatePair);
}

const tell = (line: string) => console.log(line);
const profileOf = ({ profile }: Which) => readProfile(profile ?? readConfig().fabricProfile);

async function importPair(folder: string | undefined, options: ImportOptions): Promise<void> {
  const profile = profileOf(options);
  const owner = ownerOf(options, profile);
  if (options.undo) return undo(profile, owner, tell);
  if (folder === undefined) throw new UsageError("<folder>: name the MSP folder, or ask for --undo");
  await exchange(profile, owner, readMspFolder(folder), tell);
}

function ownerOf({ role, name }: ImportOptions, profile: ReturnType<typeof readProfile>): Owner {
  if (role !== undefined && name === undefined) return ownerByRole(profile, role);
  if (name !== undefined && role === undefined) return ownerByName(profile, name);
  throw new UsageError("--role, --name: give one of the two");
}

async function rotatePair(role: string, options: RotateOptions): Promise<void> {
  const config = readConfig();
  const profile = profileOf(options);
  const owner = ownerByRole(profile, role);
  if (options.undo) return undo(profile, owner, tell);
  const { from } = options;
  if (from !== undefined && from.length !== 2) throw new UsageError("--from: give two files, certificate and key");
  const pair = from ? readPair(...from) : await issuedHere(config.home, profile, owner);
  await exchange(profile, owner, pair, tell);
}
