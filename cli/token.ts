// gx token: tokens for trying things out, signed with the development key. One token a line, nothing else on stdout.
import { randomUUID } from "node:crypto";
import type { Command } from "commander";
import { tokenRoles, type TokenRole } from "../catalogue/roles.js";
import { readConfig } from "../platform/config.js";
import { developmentIdentities } from "../platform/development-identities.js";
import { developmentToken } from "../platform/devkeys.js";
import { GxError } from "../platform/errors.js";
import { UsageError } from "./usage.js";

interface Options {
  role: string;
  sub?: string;
  ttl: string;
}

export function register(program: Command): void {
  program
    .command("token")
    .description("Print development tokens, one a line.")
    .requiredOption("--role <roles>", `one or more of ${tokenRoles.join(", ")}, separated by commas`)
    .option("--sub <uuids>", "whom they speak for: uuids separated by commas, a token each (default: the role's own)")
    .option("--ttl <duration>", "how long they hold: a number with s, m, h or d", "8h")
    .action(printTokens);
}

async function printTokens(options: Options): Promise<void> {
  const roles = rolesOf(options.role);
  const subjects = options.sub === undefined ? [defaultSubject(roles)] : subjectsOf(options.sub);
  const ttlSeconds = secondsOf(options.ttl);
  const config = readConfig();
  if (config.env !== "development") {
    throw new GxError("DEVELOPMENT_ONLY", `GX_ENV is ${config.env}: tokens are made with the development key only`);
  }
  for (const sub of subjects) console.log(await developmentToken(config, { sub, roles, ttlSeconds }));
}

function rolesOf(text: string): TokenRole[] {
  const known = new Map<string, TokenRole>(tokenRoles.map((role) => [role, role]));
  return text.split(",").map((item) => {
    const role = known.get(item.trim().toUpperCase());
    if (!role) throw new UsageError(`--role: ${item.trim() || "(empty)"} is not one of ${tokenRoles.join(", ")}`);
    return role;
  });
}

function defaultSubject(roles: readonly TokenRole[]): string {
  const role = roles.find((item) => item !== "USER");
  return role === undefined ? randomUUID() : developmentIdentities[role];
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

function subjectsOf(text: string): string[] {
  return text.split(",").map((item) => {
    const sub = item.trim().toLowerCase();
    if (!uuid.test(sub)) throw new UsageError(`--sub: ${item.trim() || "(empty)"} is not a uuid`);
    return sub;
  });
}

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };
const LONGEST_SECONDS = 30 * 86_400;

function secondsOf(text: string): number {
  const match = /^([1-9]\d{0,6})([smhd])$/.exec(text.trim());
  const seconds = Number(match?.[1]) * (unitSeconds[match?.[2] ?? ""] ?? Number.NaN);
  if (!(seconds <= LONGEST_SECONDS)) {
    throw new UsageError(`--ttl: ${text} is not a duration such as 90s, 15m, 8h or 30d (at most 30d)`);
  }
  return seconds;
}
