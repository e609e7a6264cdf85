// Certificates of all roles and of the reader are replaced while commands flow, as a Secret's new version reaches a pod; and one ends
// while the process runs. One submitter per role, each with a volume of its own. Prints what it saw.
import { generateKeyPairSync, randomInt, X509Certificate } from "node:crypto";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { READER, signers, signingRoles, type SigningRole } from "../../../catalogue/roles.js";
import { exchange } from "../../../cli/wallet/exchange.js";
import { issuedHere } from "../../../cli/wallet/issue.js";
import { ownerByRole } from "../../../cli/wallet/owner.js";
import { readPair, type NewPair } from "../../../cli/wallet/pair.js";
import { openAuthority } from "../../../ledger/authority.js";
import { issue, openRoot, type Pair } from "../../../ledger/certificates.js";
import { readProfile, writeProfile, type Profile } from "../../../platform/profile.js";
import { main as projector } from "../../../workers/projector/main.js";
import { eventually } from "../../environment.js";
import { newProcesses, type Running } from "../../flow/processes.js";
import { developmentLedger } from "../../ledgers.js";
import { startSubmitter, type SubmitterProcess } from "../../submitter/child.js";
import { bootstrap, country, newWorldOn, person, type WorldOn } from "../../submitter/world.js";
import { check } from "../checks.js";
import { mountSecret, type Volume } from "../volume.js";

const PATIENCE_MS = 60_000;
const ROTATIONS = 2;
/** Long enough to come into use and to sign, on a machine that does much else. */
const LIVES_MS = 8_000;

interface Pod {
  readonly volume: Volume;
  readonly process: SubmitterProcess;
}

let world: WorldOn;
/** Its wallet stands for the Secrets: what `gx wallet rotate` writes. */
let profile: Profile;
let reading: Running;
let readerVolume: Volume;
const pods = new Map<SigningRole, Pod>();
const processes = newProcesses();

const filesOf = (name: string) => ["ca-cert", `${name}-cert`, `${name}-key`];
const podOf = (role: SigningRole): Pod => pods.get(role) ?? fail(`no pod of ${role}`);

/** A volume with the files of one Secret, and a profile that names it. */
function mount(name: string): { volume: Volume; path: string } {
  const folder = join(world.home, `pod-${name}`);
  const volume = mountSecret(folder, profile.wallet, filesOf(name));
  const path = join(world.home, `pod-${name}.json`);
  const organizations = profile.organizations.map((one) => ({ ...one, tlsRoots: join(folder, "ca-cert") }));
  writeProfile(path, { ...profile, wallet: folder, organizations });
  return { volume, path };
}

beforeAll(async () => {
  world = await newWorldOn(developmentLedger);
  profile = readProfile(world.profilePath);
  for (const role of signingRoles) {
    const { volume, path } = mount(signers[role].identity);
    pods.set(role, { volume, process: await startSubmitter(world, [role], { FABRIC_PROFILE: path }) });
  }
  const { volume, path } = mount(READER);
  readerVolume = volume;
  reading = await processes.start(projector, {
    ...{ GX_HOME: world.home, FABRIC_PROFILE: path },
    ...{ DATABASE_URL: world.database.url, REDIS_URL: world.redis.url },
  });
  await committed(await world.accept("admin.bootstrapSystem", bootstrap));
  await committed(await world.accept("admin.initializeCountryData", country));
  await committed(await world.accept("identity.createUser", ...users));
}, 120_000);
afterAll(async () => {
  await processes.stopAll();
  await Promise.all([...pods.values()].map(({ process }) => process.end("SIGTERM")));
  await world.close();
}, 60_000);

const statesOf = async (ids: readonly string[]) => (await world.rows(ids)).map(({ status }) => status);
const areCommitted = async (ids: readonly string[]) => (await statesOf(ids)).every((status) => status === "COMMITTED");
const committed = (ids: readonly string[]) =>
  eventually(() => areCommitted(ids), `${ids.length} commands to be committed`, PATIENCE_MS);

/** Users who are locked and unlocked in turn. */
const users = Array.from({ length: 20 }, person);
let turns = 0;

function lockOrUnlock(): Command {
  const [{ userId }, round] = [users[turns % users.length] ?? person(), Math.floor(turns / users.length)];
  turns += 1;
  if (round % 2 === 1) return ["identity.unlockUser", { userId }];
  return ["identity.lockUser", { userId, reason: "ADMIN_ACTION" }];
}

type Command = [name: string, input: Record<string, unknown>];
/** Commands of each role that nothing on the ledger refuses. */
const commandOf: Readonly<Record<SigningRole, () => Command>> = {
  gx_super_admin: () => [
    "admin.updateSystemParameter",
    { parameterId: "loanTermSeconds", value: randomInt(2_592_000, 157_680_000) },
  ],
  gx_admin: lockOrUnlock,
  gx_partner_api: () => ["identity.createUser", person()],
};
/** As a mutation does; the ids. */
const send = async ([name, input]: Command): Promise<string[]> => world.accept(name, input);

interface Flow {
  readonly ids: string[];
  /** Resolves when another `count` that were accepted from now on are committed. */
  more(count: number): Promise<void>;
  stop(): Promise<string[]>;
}

/** Commands of one role, ten open at a time, until it is stopped. */
function newFlow(role: SigningRole): Flow {
  const ids: string[] = [];
  let flows = true;
  const flowing = (async () => {
    while (flows) {
      const asked = Array.from({ length: 5 }, commandOf[role]);
      for (const command of asked) ids.push(...(await send(command)));
      const earlier = ids.slice(-10, -5);
      await eventually(() => areCommitted(earlier), `commands of ${role}`, PATIENCE_MS);
    }
  })();
  return {
    ids,
    more: async (count) => {
      const from = ids.length;
      const next = () => ids.slice(from, from + count);
      const done = eventually(
        async () => next().length === count && (await areCommitted(next())),
        `${count} more commands of ${role}`,
        PATIENCE_MS,
      );
      await Promise.race([done, flowing]);
    },
    stop: async () => {
      flows = false;
      await flowing;
      await committed(ids);
      return ids;
    },
  };
}

/** A sample of what a process exposes; undefined where there is none. */
function valueIn(text: string, name: string, ...labels: string[]): number | undefined {
  const line = text
    .split("\n")
    .find((one) => one.startsWith(`${name}{`) && labels.every((label) => one.includes(label)));
  return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(" ") + 1));
}

const metricsOf = async (role: SigningRole | typeof READER): Promise<string> =>
  role === READER ? reading.metrics.text() : (await podOf(role).process.get("/metrics")).body;
const endShown = async (role: SigningRole | typeof READER): Promise<number | undefined> =>
  valueIn(await metricsOf(role), "fabric_identity_not_after_seconds", `role="${role}"`, 'kind="sign"');
const stoppedFor = async (role: SigningRole, reason: string): Promise<number | undefined> =>
  valueIn(await metricsOf(role), "outbox_submitter_queue_stopped", `role="${role}"`, `reason="${reason}"`);

const nameOf = (role: SigningRole | typeof READER): string => (role === READER ? READER : signers[role].identity);
const volumeOf = (role: SigningRole | typeof READER): Volume => (role === READER ? readerVolume : podOf(role).volume);

/** `gx wallet rotate` on what stands for the Secret. */
const rotate = async (role: string, pair?: NewPair): Promise<void> => {
  const owner = ownerByRole(profile, role);
  const next = pair ?? (await issuedHere(dirname(profile.wallet), profile, owner));
  await exchange(profile, owner, next, () => undefined);
};

/** The kubelet brings the new version. Resolves with the seconds until the process shows the new pair's end. */
async function switched(role: SigningRole | typeof READER): Promise<number> {
  const end = Math.floor(Date.parse(readPairEnd(nameOf(role))) / 1_000);
  expect(await endShown(role)).not.toBe(end);
  const begin = Date.now();
  volumeOf(role).swap(profile.wallet);
  await eventually(async () => (await endShown(role)) === end, `${role} to show the new end`, PATIENCE_MS);
  return (Date.now() - begin) / 1_000;
}

const ca = (): Promise<Pair> =>
  openRoot(join(dirname(profile.wallet), "ledger", "crypto", "org-ca.pem"), `${profile.mspId} CA`, profile.mspId);

check(
  "OPS-3.5",
  "L",
  "each role's certificate and the reader's are replaced under load: no command fails, nothing starts again",
  async () => {
    const pids = signingRoles.map((role) => podOf(role).process.child.pid);
    const flows = new Map(signingRoles.map((role) => [role, newFlow(role)]));
    const flowOf = (role: SigningRole) => flows.get(role) ?? fail(`no flow of ${role}`);
    const table: string[] = [];
    for (const role of [...signingRoles, READER] as const) {
      const flow = flowOf(role === READER ? "gx_partner_api" : role);
      const seconds: number[] = [];
      for (let time = 0; time < ROTATIONS; time += 1) {
        await flow.more(10);
        await rotate(role);
        seconds.push(await switched(role));
        await flow.more(10);
      }
      table.push(`${role.padEnd(16)} ${seconds.map((one) => `${one.toFixed(1)} s`).join(", ")}`);
    }
    const counted: string[] = [];
    for (const [role, flow] of flows) {
      const rows = await world.rows(await flow.stop());
      const failed = rows.filter(({ status, failures }) => status !== "COMMITTED" || failures > 0);
      counted.push(`${role.padEnd(16)} ${String(rows.length).padStart(8)} ${String(failed.length).padStart(6)}`);
      expect([role, failed]).toEqual([role, []]);
      expect(rows.length).toBeGreaterThan(40);
      expect(podOf(role).process.with("Queue stopped")).toEqual([]);
    }
    expect(signingRoles.map((role) => podOf(role).process.child.pid)).toEqual(pids);
    expect(signingRoles.map((role) => podOf(role).process.child.exitCode)).toEqual([null, null, null]);
    console.log(
      [
        "role             commands failed",
        ...counted,
        "",
        "role             from the new version to its use",
        ...table,
      ].join("\n"),
    );
  },
  240_000,
);

check(
  "OPS-3.5",
  "L",
  "a pair with another role, of a foreign CA, with another's key or soon over is refused before it is written",
  async () => {
    const [role, name] = ["gx_admin", signers.gx_admin.identity] as const;
    const folder = mkdtempSync(join(world.home, "offered-"));
    const write = ({ certificate, key }: { certificate: string; key: string }): NewPair => {
      const [certificateFile, keyFile] = [join(folder, "cert"), join(folder, "key")];
      writeFileSync(certificateFile, certificate);
      writeFileSync(keyFile, key, { mode: 0o600 });
      return readPair(certificateFile, keyFile);
    };
    const request = { commonName: name, unit: "client", mspId: profile.mspId, attrs: { gxc_role: role } };
    const good = await issue(await ca(), request);
    const foreign = await openAuthority(join(world.home, "foreign"), profile.mspId);
    const other = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({
      type: "pkcs8",
      format: "pem",
    });
    const offered: [pair: Pair, refusal: RegExp][] = [
      [
        await issue(await ca(), { ...request, attrs: { gxc_role: "gx_partner_api" } }),
        /carries gxc_role gx_partner_api, it must be gx_admin/,
      ],
      [await issue(await ca(), { ...request, attrs: {} }), /carries no gxc_role, it must be gx_admin/],
      [await issue(await ca(), { ...request, unit: "peer" }), /has organizational unit peer; it must be client/],
      [await issue(foreign.org, request), /the peer refuses org1-admin of Org1MSP, issued by .*creator/],
      [{ ...good, key: String(other) }, /org1-admin-key in .* is not the key of org1-admin-cert/],
      [await issue(await ca(), { ...request, days: 29 }), /in less than 30 days; enrol again/],
    ];
    const before = readFileSync(join(profile.wallet, `${name}-cert`), "utf8");
    for (const [pair, refusal] of offered) await expect(rotate(role, write(pair))).rejects.toThrow(refusal);
    expect(readFileSync(join(profile.wallet, `${name}-cert`), "utf8")).toBe(before);
    await rotate(role, write(good));
    expect(readFileSync(join(profile.wallet, `${name}-cert`), "utf8")).toBe(good.certificate);
  },
  60_000,
);

check(
  "OPS-3.6",
  "L",
  "a certificate that ends during a run stops its lane, others go on, and a new one sets it going again",
  async () => {
    const role = "gx_admin";
    const secret = mkdtempSync(join(world.home, "ending-"));
    cpSync(profile.wallet, secret, { recursive: true });
    const request = { commonName: nameOf(role), unit: "client", mspId: profile.mspId, attrs: { gxc_role: role } };
    const short = await issue(await ca(), { ...request, days: LIVES_MS / 86_400_000 });
    writeFileSync(join(secret, `${nameOf(role)}-cert`), short.certificate);
    writeFileSync(join(secret, `${nameOf(role)}-key`), short.key);
    const before = await endShown(role);
    podOf(role).volume.swap(secret);
    await eventually(async () => (await endShown(role)) !== before, "the short one to be in use", PATIENCE_MS);
    const [own, other] = [newFlow(role), newFlow("gx_partner_api")];
    await own.more(5);
    await eventually(async () => (await stoppedFor(role, "identity_expired")) === 1, "the lane to stop", PATIENCE_MS);
    const waiting = [...(await send(lockOrUnlock())), ...(await send(lockOrUnlock()))];
    await other.more(30);
    expect(await statesOf(waiting)).toEqual(["ACCEPTED", "ACCEPTED"]);
    expect((await Promise.all(signingRoles.map((one) => stoppedFor(one, "identity_expired")))).filter(Boolean)).toEqual(
      [1],
    );
    await rotate(role);
    const begin = Date.now();
    podOf(role).volume.swap(profile.wallet);
    await committed(waiting);
    console.log(
      `${role} stopped by identity_expired; ${((Date.now() - begin) / 1_000).toFixed(1)} s from the new version to its commands on the chain`,
    );
    expect(await stoppedFor(role, "identity_expired")).toBe(0);
    const ids = [...(await own.stop()), ...(await other.stop()), ...waiting];
    expect((await statesOf(ids)).filter((status) => status !== "COMMITTED")).toEqual([]);
    rmSync(secret, { recursive: true });
  },
  180_000,
);

function readPairEnd(name: string): string {
  const { certificate } = readPair(join(profile.wallet, `${name}-cert`), join(profile.wallet, `${name}-key`));
  return new X509Certificate(certificate).validTo;
}

function fail(what: string): never {
  throw new Error(what);
}
