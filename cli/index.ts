// The command line: finds the command, runs it, turns the end into an exit status (0 done, 1 failed, 2 wrong usage).
// Never hold behaviour here: each command is one file.
import { Command, CommanderError } from "commander";
import { assumeDevelopment, version } from "../platform/config.js";
import { GxError } from "../platform/errors.js";
import { UsageError } from "./usage.js";

interface CommandModule {
  register(program: Command): void;
}

/** Every command is one file; only the one that is asked for is loaded, so a process does not carry the others. */
const commands: Readonly<Record<string, () => Promise<CommandModule>>> = {
  up: () => import("./up.js"),
  start: () => import("./start.js"),
  stop: () => import("./stop.js"),
  status: () => import("./status.js"),
  logs: () => import("./logs.js"),
  doctor: () => import("./doctor.js"),
  wallet: () => import("./wallet.js"),
  token: () => import("./token.js"),
  console: () => import("./console.js"),
  send: () => import("./send.js"),
  again: () => import("./again.js"),
  migrate: () => import("./migrate.js"),
  bootstrap: () => import("./bootstrap.js"),
  schema: () => import("./schema.js"),
  verify: () => import("./verify.js"),
  demo: () => import("./demo.js"),
  replay: () => import("./replay.js"),
  bench: () => import("./bench.js"),
  chaos: () => import("./chaos.js"),
  network: () => import("./network.js"),
};

async function main(args: string[]): Promise<void> {
  const program = new Command("gx")
    .description("GX gateway: one command line for the whole system.")
    .version(version)
    .enablePositionalOptions()
    .showHelpAfterError("(gx --help says everything)")
    .exitOverride();
  const asked = commands[args[0] ?? ""];
  for (const load of asked ? [asked] : Object.values(commands)) (await load()).register(program);
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
  console.error(error instanceof GxError ? `gx: ${told(error)}` : error);
  return 1;
}

const told = ({ message, advice }: GxError): string => (advice === undefined ? message : `${message}\n→ ${advice}`);

// Whoever reads our lines may leave early (`gx logs | head`); what runs a system goes on without its terminal.
const lasting = ["up", "start", "network"].includes(process.argv[2] ?? "");
process.stdout.on("error", () => (lasting ? undefined : process.exit(0)));
process.stderr.on("error", () => undefined);

main(process.argv.slice(2)).catch((error: unknown) => {
  process.exitCode = statusOf(error);
});
