// Where a scenario plays: the write path on real parts with people who have coins, the submitter as often as wanted, in this
// process or as a child that may be killed, and the projector.
import { randomBytes, randomUUID } from "node:crypto";
import { jest } from "@jest/globals";
import { functions, WIRE_VERSION } from "../../catalogue/wire.js";
import { signers, type SigningRole } from "../../catalogue/roles.js";
import { actAs, type Endorsed } from "../../platform/fabric.js";
import { readProfile } from "../../platform/profile.js";
import { readIdentity } from "../../platform/wallet.js";
import { main as project } from "../../workers/projector/main.js";
import { main as submit } from "../../workers/submitter/main.js";
import { eventually } from "../environment.js";
import { newProcesses, type Running } from "../flow/processes.js";
import { startSubmitter, type SubmitterProcess } from "../submitter/child.js";
import { ADMIN, bootstrap, country, newWorld, type World, type WorldOptions } from "../submitter/world.js";

export interface Scene extends World {
  /** Active users with coins. */
  readonly people: readonly string[];
  /** The projector, in this process. */
  projector(): Promise<Running>;
  /** A submitter in this process. */
  submitter(...roles: SigningRole[]): Promise<Running>;
  /** A submitter in a process of its own, which ends with the scene at the latest. */
  child(...roles: SigningRole[]): Promise<SubmitterProcess>;
  /** Transfers between people, accepted; all of them can be executed. */
  transfers(count: number): Promise<string[]>;
  /** Endorses a batch past the submitter, as another client of the ledger. */
  endorse(role: SigningRole, ...commands: Asked[]): Promise<Endorsed>;
  /** Executes a batch past the submitter and waits for its block; returns the transaction's id. */
  execute(role: SigningRole, ...commands: Asked[]): Promise<string>;
  close(): Promise<void>;
}

export interface Asked {
  id?: string;
  command: string;
  actor: string;
  input: Record<string, unknown>;
}

export const PARTNER: SigningRole = "gx_partner_api";
export const TRANSFER = "tokenomics.transfer";
const SUPER_ADMIN: SigningRole = "gx_super_admin";

export interface SceneOptions extends WorldOptions {
  people?: number;
}

export async function newScene({ people: count = 8, ...options }: SceneOptions = {}): Promise<Scene> {
  const world = await newWorld(options);
  const processes = newProcesses();
  const children: SubmitterProcess[] = [];
  const people = Array.from({ length: count }, () => randomUUID());
  const settings = {
    ...{ GX_HOME: world.home, DATABASE_URL: world.database.url, REDIS_URL: world.redis.url },
    FABRIC_PROFILE: world.profilePath,
  };
  const endorse: Scene["endorse"] = (role, ...asked) => {
    const identity = readIdentity(readProfile(world.profilePath), signers[role].identity);
    const commands = asked.map((command) => ({ id: randomUUID(), ...command }));
    return actAs(world.connection, identity).endorse(
      functions.execute,
      JSON.stringify({ version: WIRE_VERSION, commands }),
    );
  };
  const execute: Scene["execute"] = async (role, ...asked) => {
    const endorsed = await endorse(role, ...asked);
    const height = world.ledger().height();
    await endorsed.submit();
    await eventually(() => world.ledger().height() > height, "the block");
    return endorsed.txId;
  };
  await found(execute, people);
  let turn = 0;
  const transfers = async (wanted: number) => {
    const ids: string[] = [];
    for (let left = wanted; left > 0; left -= 1, turn += 1) {
      const from = people[turn % count] ?? "";
      const to = people[(turn + 1 + (Math.floor(turn / count) % (count - 1))) % count] ?? "";
      ids.push(...(await world.acceptAs(from, TRANSFER, { to, amount: String(1_000_000 + turn), remark: null })));
    }
    return ids;
  };
  return {
    ...world,
    ...{ people, transfers, endorse, execute },
    projector: () => processes.start(project, settings),
    submitter: (...roles) => processes.start(submit, settings, ...roles),
    child: async (...roles) => {
      const child = await startSubmitter(world, roles);
      children.push(child);
      return child;
    },
    close: async () => {
      world.faults.clear();
      for (const child of children) await child.end("SIGKILL");
      await processes.stopAll();
      await world.close();
    },
  };
}

/** A system with one country and these people. */
async function found(execute: Scene["execute"], people: readonly string[]): Promise<void> {
  const of = (command: string, input: Record<string, unknown>): Asked => ({ command, actor: ADMIN, input });
  await execute(SUPER_ADMIN, of("admin.bootstrapSystem", bootstrap), of("admin.initializeCountryData", country));
  const born = (userId: string) => {
    const biometricHash = randomBytes(32).toString("hex");
    return of("identity.createUser", { userId, biometricHash, nationality: "VA", ageYears: 30 });
  };
  for (let from = 0; from < people.length; from += 50) {
    await execute(PARTNER, ...people.slice(from, from + 50).map(born));
  }
}

/** A door that is closed at first. */
export function newGate(): { passed: Promise<void>; open: () => void } {
  let open: () => void = () => undefined;
  const passed = new Promise<void>((resolve) => (open = resolve));
  return { passed, open: () => open() };
}

export const leads = (one: SubmitterProcess, role: SigningRole = PARTNER): Promise<boolean> =>
  eventually(() => one.with("Leading").some(({ name }) => name === `submitter ${role}`), `leadership of ${role}`);

/** Ends the database session by which somebody leads the role. */
export async function endLeader(scene: Scene, role: SigningRole = PARTNER): Promise<void> {
  const { rowCount } = await scene.database.pool.query(
    `select pg_terminate_backend(pid) from pg_locks join pg_stat_activity using (pid)
     where locktype = 'advisory' and granted and application_name = $1 and datname = current_database()`,
    [`leader submitter ${role}`],
  );
  if (rowCount !== 1) throw new Error(`${rowCount} sessions lead ${role}`);
}

/** Resolves when all of these commands have been noted as sent at least so often. */
export const submitted = (scene: Scene, ids: readonly string[], attempts = 1): Promise<boolean> =>
  eventually(
    async () => (await scene.rows(ids)).every(({ attempt }) => attempt >= attempts),
    `${ids.length} commands to be noted as sent ${attempts} times`,
  );

/** Resolves when the ledger holds all of these commands. */
export const held = (scene: Scene, ids: readonly string[]): Promise<boolean> =>
  eventually(async () => {
    const known = new Set((await scene.outcomes()).map(({ commandId }) => commandId));
    return ids.every((id) => known.has(id));
  }, `${ids.length} commands on the ledger`);

const LATER_MS = 11_000;

/** Brings a block that is by its own time so much younger that what was sent before counts as lost. */
export async function laterBlock(scene: Scene): Promise<void> {
  jest.useFakeTimers({ now: Date.now() + LATER_MS, doNotFake: everythingButDate });
  // The proposal takes its time at once.
  const endorsing = scene.endorse(PARTNER, { command: TRANSFER, actor: ADMIN, input: {} });
  jest.useRealTimers();
  const height = scene.ledger().height();
  await (await endorsing).submit();
  await eventually(() => scene.ledger().height() > height, "the later block");
}

const everythingButDate = [
  ...(["hrtime", "nextTick", "performance", "queueMicrotask", "setImmediate", "clearImmediate"] as const),
  ...(["setInterval", "clearInterval", "setTimeout", "clearTimeout"] as const),
];
