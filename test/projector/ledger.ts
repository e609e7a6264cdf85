// A development ledger with the real chaincode, and commands executed on it directly: what the read path is tested against.
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commandOf } from "../../catalogue/index.js";
import { READER, signers, signingRoles } from "../../catalogue/roles.js";
import { functions, ROLE_ATTRIBUTE } from "../../catalogue/wire.js";
import { issueWallet } from "../../ledger/authority.js";
import { newFaults, type Arming } from "../../ledger/faults.js";
import { startLedger, type Ledger } from "../../ledger/index.js";
import { chainInfo } from "../../platform/blocks.js";
import { root } from "../../platform/config.js";
import { openConnection, type Connection } from "../../platform/connection.js";
import { actAs } from "../../platform/fabric.js";
import { readProfile, writeProfile } from "../../platform/profile.js";
import { readIdentity, type Identity } from "../../platform/wallet.js";
import { eventually } from "../environment.js";

export const SUPER_ADMIN = "00000000-0000-7000-8000-000000000001";
export const ADMIN = "00000000-0000-7000-8000-000000000002";
export const PARTNER = "00000000-0000-7000-8000-000000000003";

/** A command to be executed; the id is made when absent. */
export interface Asked {
  readonly id?: string;
  readonly command: string;
  readonly actor: string;
  readonly input: Readonly<Record<string, unknown>>;
}

export interface GxLedger {
  /** What disturbs it. */
  readonly faults: Arming;
  readonly connection: Connection;
  readonly reader: Identity;
  readonly profilePath: string;
  /** One transaction with these commands, which share a signing role; waits for its block, returns the ids. */
  execute(...commands: readonly Asked[]): Promise<string[]>;
  /** Bootstrap and two countries: NG and VA. */
  setUp(): Promise<void>;
  /** A new user; returns the id. */
  user(nationality?: string, ageYears?: number): Promise<string>;
  height(): number;
  /** Stops it and starts it again on the same port with the same data. */
  restart(whileAway?: () => Promise<void>): Promise<void>;
  stop(): Promise<void>;
}

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
const hash = () => `${randomUUID()}${randomUUID()}`.replaceAll("-", "");

export interface GxLedgerOptions {
  /** Another chaincode than ours. */
  chaincode?: string;
  chaincodePath?: string;
}

export async function newGxLedger(options: GxLedgerOptions = {}): Promise<GxLedger> {
  const home = mkdtempSync(join(tmpdir(), "gx-read-path-"));
  const { chaincode = "gx", chaincodePath = join(root, "dist", "peer") } = options;
  const faults = newFaults();
  const start = (port: number): Promise<Ledger> =>
    startLedger({
      ...{ home: join(home, "ledger"), port, chaincodePort: 0, channel: "gx", chaincode, mspId: "Org1MSP" },
      ...{ chaincodePath, batchTimeoutMs: 10, endorseTwice: true, faults, log: quiet },
    });
  let ledger = await start(0);
  const wallet = join(home, "wallet");
  const roles = signingRoles.map((role) => ({ name: signers[role].identity, attrs: { [ROLE_ATTRIBUTE]: role } }));
  await issueWallet(ledger.authority, wallet, [...roles, { name: READER, attrs: {} }]);
  const profilePath = join(home, "profile.json");
  writeProfile(profilePath, ledger.profile(wallet));
  const profile = readProfile(profilePath);
  const connection = openConnection(profile);
  const reader = readIdentity(profile, READER);
  const fabrics = Object.fromEntries(
    signingRoles.map((role) => [role, actAs(connection, readIdentity(profile, signers[role].identity))]),
  );

  const execute: GxLedger["execute"] = async (...asked) => {
    const commands = asked.map((command) => ({ id: randomUUID(), ...command }));
    const fabric = fabrics[commandOf(commands[0]?.command ?? "")?.role ?? ""];
    if (!fabric) throw new Error("no such command");
    const height = ledger.height();
    const endorsed = await fabric.endorse(functions.execute, JSON.stringify({ version: 1, commands }));
    await endorsed.submit();
    await eventually(() => ledger.height() > height, "the block");
    return commands.map(({ id }) => id);
  };
  const setUp = async () => {
    const admin = { actor: SUPER_ADMIN };
    const parameters = [
      { id: "quorumVotes", value: 3 },
      { id: "voterMinTrust", value: 10 },
      { id: "velocityTaxPeriodSeconds", value: 1 },
      { id: "loanTermSeconds", value: 1 },
    ];
    await execute({
      ...{ ...admin, command: "admin.bootstrapSystem" },
      input: { profile: "devnet", admins: [ADMIN], parameters },
    });
    const countries = [
      { code: "NG", name: "Nigeria", region: "Africa", share: "0.03384748" },
      { code: "VA", name: "Vatican City", region: null, share: "0.00000007" },
    ];
    await execute({ ...admin, command: "admin.initializeCountryData", input: { countries } });
  };
  const user = async (nationality = "NG", ageYears = 30) => {
    const userId = randomUUID();
    const input = { userId, biometricHash: hash(), nationality, ageYears };
    await execute({ command: "identity.createUser", actor: PARTNER, input });
    return userId;
  };
  return {
    ...{ connection, reader, profilePath, faults, execute, setUp, user },
    height: () => ledger.height(),
    restart: async (whileAway) => {
      const { port } = ledger;
      await ledger.stop();
      await whileAway?.();
      ledger = await start(port);
      await eventually(() => chainInfo(connection, reader).catch(() => undefined), "the peer to be reached again");
    },
    stop: async () => {
      connection.close();
      await ledger.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
