// Rules between settings: secrets from files, defaults that exist in development only, and what other places demand.
// Never read the environment here; what was given comes as an argument.
import { accessSync, constants, existsSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { developmentIdentities } from "./development-identities.js";
import { codeOf, GxError, messageOf } from "./errors.js";
import { ledgerProfile, networkProfile } from "./ledger-in-use.js";
import { notesOf, settings, type ProcessName, type SettingName, type Settings } from "./settings.js";

type Given = Readonly<Record<string, string>>;

/** All faults of the settings, one `NAME: rule` each. */
export class SettingsError extends GxError {
  override readonly name = "SettingsError";
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super("SETTINGS", `wrong settings\n${faults.map((fault) => `  ${fault}`).join("\n")}`);
    this.faults = faults;
  }
}

const names = Object.keys(settings.shape) as SettingName[];
const secrets = names.filter((name) => notesOf(name).secret);

/** Whether a setting was given at all, itself or as a file. */
export function isFromOutside(name: SettingName, given: Given): boolean {
  return given[name] !== undefined || given[`${name}_FILE`] !== undefined;
}

/** Where an embedded server's address with its password is kept: GX_HOME/keys/database-url, …/redis-url. */
export function secretFile(home: string, name: SettingName): string {
  return join(home, "keys", name.toLowerCase().replaceAll("_", "-"));
}

/** Secrets may come as files; in development the embedded servers leave theirs in GX_HOME/keys. */
export function withSecretFiles(given: Given): { found: Given; faults: string[] } {
  const found: Record<string, string> = { ...given };
  const faults: string[] = [];
  for (const name of secrets) {
    const file = given[`${name}_FILE`] ?? keptSecret(given, name);
    if (file === undefined || found[name] !== undefined) continue;
    const fault = faultOfFile(file);
    if (fault) faults.push(`${name}_FILE: ${file} ${fault}`);
    else found[name] = readFileSync(file, "utf8").trim();
  }
  return { found, faults };
}

function keptSecret(given: Given, name: SettingName): string | undefined {
  if (given["GX_ENV"] !== "development") return undefined;
  const file = secretFile(resolve(given["GX_HOME"] ?? ".gx"), name);
  return existsSync(file) ? file : undefined;
}

function faultOfFile(file: string): string | undefined {
  try {
    if ((statSync(file).mode & 0o007) !== 0) return `is open to others; close it with: chmod 600 ${file}`;
    accessSync(file, constants.R_OK);
    return undefined;
  } catch (error) {
    return `cannot be read (${codeOf(error) ?? messageOf(error)})`;
  }
}

const DEVELOPMENT_ISSUER = "gx-development";
const statementFile = (home: string): string => join(home, "keys", "statement");

/** What a single machine may assume. Each of these is missing, and so refused, outside development. */
export function withDevelopmentDefaults(values: Settings): Settings {
  if (values.GX_ENV !== "development") return values;
  const home = resolve(values.GX_HOME);
  return {
    ...values,
    FABRIC_PROFILE: values.FABRIC_PROFILE ?? ledgerProfile(home),
    STATEMENT_SECRET_FILE: values.STATEMENT_SECRET_FILE ?? statementFile(home),
    CONSOLE: values.CONSOLE ?? "on",
    EXPLORER: values.EXPLORER ?? "on",
    AUTH_ISSUER: values.AUTH_ISSUER ?? DEVELOPMENT_ISSUER,
    AUTH_AUDIENCE: values.AUTH_AUDIENCE ?? "gx",
    HOUSEKEEPER_ADMIN: values.HOUSEKEEPER_ADMIN ?? developmentIdentities.ADMIN,
  };
}

/** Every fault that lies between settings, or between a setting and the place where it is used. */
export function faultsBetween(values: Settings, given: Given, process: ProcessName | undefined): string[] {
  const faults = process ? missing(values, process) : [];
  return [
    ...faults,
    ...(values.GX_ENV === "development" ? loopbackFaults(values) : productionFaults(values, given, process)),
  ];
}

const noNeedInDevelopment: readonly SettingName[] = ["AUTH_JWKS_URL", "SUBGRAPH_URLS"];

function missing(values: Settings, process: ProcessName): string[] {
  const development = values.GX_ENV === "development";
  const reason = development ? "is missing; `npm start` sets up an embedded one" : "is missing, without a default here";
  return names
    .filter((name) => notesOf(name).neededBy?.includes(process) && values[name] === undefined)
    .filter((name) => !(development && noNeedInDevelopment.includes(name)))
    .map((name) => `${name}: ${reason}`);
}

const loopback: readonly string[] = ["127.0.0.1", "localhost", "[::1]", "::1"];

function loopbackFaults(values: Settings): string[] {
  if (values.GX_REACH === "namespace") return [];
  const faults = loopback.includes(values.GX_HOST) ? [] : ["GX_HOST: must be a loopback address in development"];
  for (const name of secrets) {
    const url = values[name];
    if (typeof url === "string" && !loopback.includes(new URL(url).hostname)) {
      faults.push(`${name}: must be on a loopback address in development`);
    }
  }
  return faults;
}

function productionFaults(values: Settings, given: Given, process: ProcessName | undefined): string[] {
  const faults: string[] = [];
  if (values.GX_PORT_OFFSET !== 0) faults.push("GX_PORT_OFFSET: is for development only");
  if (values.GX_REACH !== "loopback") faults.push("GX_REACH: is for development only");
  if (process === "ledger") faults.push("GX_ENV: the development ledger runs in development only");
  for (const name of secrets) {
    if (given[name] !== undefined) faults.push(`${name}: must come from a file, named by ${name}_FILE`);
  }
  if (values.DATABASE_URL !== undefined && new URL(values.DATABASE_URL).password === "") {
    faults.push("DATABASE_URL: has no password; trust authentication is for development only");
  }
  if (values.AUTH_JWKS_URL?.startsWith("http:")) faults.push("AUTH_JWKS_URL: must be https outside development");
  return [
    ...faults,
    ...developmentFaults(values, given),
    ...(values.GX_ENV === "mainnet" ? mainnetFaults(values) : []),
  ];
}

/** What this machine made for its own development system is known, or open, to whoever was on it. */
function developmentFaults(values: Settings, given: Given): string[] {
  const home = resolve(values.GX_HOME);
  const is = (path: string | undefined, own: string) => path !== undefined && resolve(path) === own;
  const { AUTH_ISSUER, HOUSEKEEPER_ADMIN, FABRIC_PROFILE, STATEMENT_SECRET_FILE: statement } = values;
  const rules: readonly (readonly [boolean, string])[] = [
    [AUTH_ISSUER === DEVELOPMENT_ISSUER, `AUTH_ISSUER: ${DEVELOPMENT_ISSUER} signs with a development key`],
    [HOUSEKEEPER_ADMIN === developmentIdentities.ADMIN, "HOUSEKEEPER_ADMIN: is the development admin"],
    [is(FABRIC_PROFILE, ledgerProfile(home)), "FABRIC_PROFILE: is the development ledger's, with the wallet it issued"],
    [is(FABRIC_PROFILE, networkProfile(home)), "FABRIC_PROFILE: is that of `gx network`, with the wallet it issued"],
    [is(statement, statementFile(home)), "STATEMENT_SECRET_FILE: is the development secret"],
    ...secrets.map((name) => {
      const embedded = is(given[`${name}_FILE`], secretFile(home, name));
      return [embedded, `${name}_FILE: is the embedded server's, which is for development only`] as const;
    }),
    ...(["REDIS_URL", "CACHE_URL"] as const).map((name) => {
      const bare = values[name] !== undefined && new URL(values[name]).password === "";
      return [bare, `${name}: has no password; an open Redis is for development only`] as const;
    }),
  ];
  const open = statement !== undefined && existsSync(statement) ? faultOfFile(statement) : undefined;
  return [
    ...rules.flatMap(([broken, fault]) => (broken ? [fault] : [])),
    ...(open ? [`STATEMENT_SECRET_FILE: ${statement} ${open}`] : []),
  ];
}

/** Mainnet's servers are their own machines, and nobody explores it. */
function mainnetFaults(values: Settings): string[] {
  const addresses = [...secrets, "AUTH_JWKS_URL"] as const;
  const near = addresses.filter((name) => {
    const url = values[name];
    return typeof url === "string" && loopback.includes(new URL(url).hostname);
  });
  return [
    ...near.map(
      (name) => `${name}: is on a loopback address, where a development system has its own; mainnet has none`,
    ),
    ...(values.EXPLORER === "on" ? ["EXPLORER: is for development and testnet"] : []),
  ];
}
