// The command line: finds the command, runs it, turns the end into an exit status (0 done, 1 failed, 2 wrong usage).
// Never hold behaviour here: each command is one file.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Command, CommanderError } from "commander";
import { assumeDevelopment, version } from "../platform/config.js";
import { GxError } from "../platform/errors.js";
import { UsageError } from "./usage.js";

interface CommandModule {
  register(program: Command): void;
}

const here = dirname(fileURLToPath(import.meta.url));
const names = [
  ...["up", "start", "stop", "status", "logs", "doctor", "token"],
  ...["send", "migrate", "schema", "verify", "bench"],
].filter((name) => existsSync(join(here, `${name}.js`)) || existsSync(join(here, `${name}.ts`)));

async function main(args: string[]): Promise<void> {
  const program = new Command("gx")
    .description("GX gateway: one command line for the whole system.")
    .version(version)
    .showHelpAfterError("(gx --help says everything)")
    .exitOverride();
  // Only the command that is asked for is loaded: a process of the system should not carry the others.
  const asked = names.filter((name) => name === args[0]);
  for (const name of asked.length > 0 ? asked : names) {
    ((await import(`./${name}.js`)) as CommandModule).register(program);
  }
  program.hook("preAction", (_, command) => {
    if (command.name() !== "start") assumeDevelopment();
  });
  await program.parseAsync(args, { from: "user" });
}

function statusOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof UsageError) {
    console.error(`gx: ${error.message}`);
    return 2;
  }
  console.error(error instanceof GxError ? `gx: ${error.message}` : error);
  return 1;
}

// Whoever reads our lines may leave early (`gx logs | head`); what runs a system goes on without its terminal.
const lasting = ["up", "start"].includes(process.argv[2] ?? "");
process.stdout.on("error", () => (lasting ? undefined : process.exit(0)));
process.stderr.on("error", () => undefined);

main(process.argv.slice(2)).catch((error: unknown) => {
  process.exitCode = statusOf(error);
});
