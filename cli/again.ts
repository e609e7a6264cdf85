// gx again: a command that was given up is tried again under its own id.
import type { Command } from "commander";
import { uuid } from "../catalogue/language.js";
import { readConfig } from "../platform/config.js";
import { developmentIdentities } from "../platform/development-identities.js";
import { developmentToken } from "../platform/devkeys.js";
import { GxError } from "../platform/errors.js";
import { ask, GraphRefusal, type Ticket } from "./graph.js";
import { ruleOf } from "./rule.js";
import { UsageError } from "./usage.js";

export function register(program: Command): void {
  program
    .command("again")
    .description("Try a command again that was given up (FAILED), under its own id.")
    .argument("<id>", "the command's id")
    .action(again);
}

const REPLAY = "mutation ($id: UUID!) { replayCommand(id: $id) { commandId status existing } }";

async function again(id: string): Promise<void> {
  if (!uuid().zod.safeParse(id).success) throw new UsageError(`again: ${id} ${ruleOf(uuid())}`);
  const config = readConfig();
  if (config.env !== "development") {
    throw new GxError(
      "DEVELOPMENT_ONLY",
      `GX_ENV is ${config.env}: gx again speaks with the development key only; ask the gateway: replayCommand(id)`,
    );
  }
  // Signs in as who may replay every command, those of the super admin too.
  const sub = developmentIdentities.SUPER_ADMIN;
  const token = await developmentToken(config, { sub, roles: ["SUPER_ADMIN"], ttlSeconds: 60 });
  const url = `http://127.0.0.1:${config.ports.gateway}/graphql`;
  const { replayCommand: ticket } = await ask<{ replayCommand: Ticket | null }>({ url, token }, REPLAY, { id }).catch(
    (error: unknown) => {
      const state = error instanceof GraphRefusal ? error.fault.extensions.state : undefined;
      throw state == null ? error : new GxError("CONFLICT", `${id} is ${state}: only a FAILED command is tried again`);
    },
  );
  if (!ticket) throw new GxError("NOT_FOUND", `no command has the id ${id}`);
  console.log(`${ticket.status} ${ticket.commandId}`);
}
