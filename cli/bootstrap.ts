// gx bootstrap: begins the ledger of an environment, once, with a super admin's token; run again it changes nothing.
// Never takes the token from the command line or the environment: both can be read by others.
import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { z } from "zod";
import { readConfig, type Config } from "../platform/config.js";
import { GxError, messageOf } from "../platform/errors.js";
import { beginLedger } from "./begin-ledger.js";

interface Options {
  gateway: string;
  tokenFile: string;
  input: string;
}

/** Of protocol.md 11; the parameters are those of the profile. */
const profiles: Readonly<Record<Config["env"], string>> = {
  development: "devnet",
  testnet: "testnet",
  mainnet: "mainnet",
};
const input = z.strictObject({ admins: z.array(z.uuid("is not a uuid: fill in the first admins")).min(1).max(10) });

export function register(program: Command): void {
  program
    .command("bootstrap")
    .description(
      "Begin the ledger of this environment: system, first admins and countries. Run again it changes nothing.",
    )
    .requiredOption("--gateway <url>", "address of /graphql")
    .requiredOption("--token-file <file>", "file with the token of a super admin")
    .requiredOption("--input <file>", 'JSON file with the first admins: { "admins": ["<uuid>", …] }')
    .action(bootstrap);
}

async function bootstrap({ gateway, tokenFile, input: inputFile }: Options): Promise<void> {
  const profile = profiles[readConfig().env];
  const { admins } = beginningIn(inputFile);
  const graph = { url: gateway, token: textOf(tokenFile).trim() };
  const keys = { system: "bootstrap-system", countries: "bootstrap-countries" };
  await beginLedger(graph, { profile, admins }, { keys, orBegun: true, say: (line) => console.log(line) });
}

function beginningIn(file: string): z.output<typeof input> {
  try {
    return input.parse(JSON.parse(textOf(file)));
  } catch (error) {
    if (error instanceof GxError) throw error;
    const why =
      error instanceof z.ZodError
        ? error.issues.map(({ path, message }) => `${path.join(".")} ${message}`).join("; ")
        : messageOf(error);
    throw new GxError("INPUT", `${file}: ${why}`);
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new GxError("INPUT", `${file} cannot be read: ${messageOf(error)}`);
  }
}
