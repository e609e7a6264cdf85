// gx migrate: brings the database to the level of prisma/migrations.
import type { Command } from "commander";
import { readConfig } from "../platform/config.js";
import { GxError } from "../platform/errors.js";
import { migrate } from "../platform/migrations.js";

export function register(program: Command): void {
  program.command("migrate").description("Apply the migrations that the database lacks.").action(migrateDatabase);
}

async function migrateDatabase(): Promise<void> {
  const { databaseUrl } = readConfig();
  if (databaseUrl === "")
    throw new GxError("SETTINGS", "DATABASE_URL: is missing; `npm start` sets up an embedded one");
  const applied = await migrate(databaseUrl, { say: (line) => console.log(line) });
  console.log(applied.length === 0 ? "The database is up to date." : `${applied.length} applied.`);
}
