// New files in the wallet while commands flow: the roles and the reader go on with them, and nobody starts anything again.
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { readIdentity, type Identity } from "../../platform/wallet.js";
import type { HealthReport } from "../../platform/health.js";
import { readProfile, writeProfile, type Profile } from "../../platform/profile.js";
import { main as projector } from "../../workers/projector/main.js";
import { main as submitter } from "../../workers/submitter/main.js";
import { exchange, undo } from "../../cli/wallet/exchange.js";
import { issuedHere } from "../../cli/wallet/issue.js";
import { ownerByRole } from "../../cli/wallet/owner.js";
import { openAuthority } from "../../ledger/authority.js";
import { issue, openRoot, type Pair } from "../../ledger/certificates.js";
import { eventually } from "../environment.js";
import { newProcesses, type Running } from "../flow/processes.js";
import { describeOnLedgers } from "../ledgers.js";
import { valueOf } from "../platform/parts.js";
import { startSubmitter, type SubmitterProcess } from "./child.js";
import { bootstrap, country, newWorldOn, person, type WorldOn } from "./world.js";

/** Of a machine that does much else. */
const PATIENCE_MS = 60_000;
const ROLE = "gx_partner_api";
const NAME = "org1-partner-api";
const REFUSED =
  /^the peer refuses org1-partner-api of Org1MSP, issued by CN=Org1MSP CA, O=Org1MSP: .*creator is malformed.* → the channel does not know/;
const CONNECTED = `Successfully connected Fabric client for ${NAME}`;

describeOnLedgers("a new pair in the wallet", (kind) => {
  let world: WorldOn;
  let profile: Profile;
  let [signing, reading]: (Running | undefined)[] = [];
  const processes = newProcesses();
  beforeAll(async () => {
    world = await newWorldOn(kind);
    profile = readProfile(world.profilePath);
    const settings = {
      ...{ GX_HOME: world.home, FABRIC_PROFILE: world.profilePath },
      ...{ DATABASE_URL: world.database.url, REDIS_URL: world.redis.url },
    };
    signing = await processes.start(submitter, settings);
    reading = await processes.start(projector, settings);
    await committed(await world.accept("admin.bootstrapSystem", bootstrap));
    await committed(await world.accept("admin.initializeCountryData", country));
  }, 90_000);
  afterAll(async () => {
    await processes.stopAll();
    await world.close();
  });

  const committed = (ids: readonly string[]) =>
    eventually(
      async () => (await world.rows(ids)).every(({ status }) => status === "COMMITTED"),
      `${ids.length} commands to be committed`,
    );
  const lines = (message: string, of = signing) => of?.lines.with(message) ?? [];
  const value = (name: string, ...labels: string[]) =>
    signing ? valueOf(signing.metrics, name, ...labels) : undefined;
  const endOf = ({ notAfter }: Identity) => Math.floor(notAfter.getTime() / 1_000);
  /** As `gx wallet rotate` does. */
  const rotate = async (role: string): Promise<string[]> => {
    const told: string[] = [];
    const owner = ownerByRole(profile, role);
    await exchange(profile, owner, await issuedHere(homeOf(profile), profile, owner), (line) => told.push(line));
    return told;
  };
  const put = ({ certificate, key }: Pair, name = NAME, wallet = profile.wallet) => {
    writeFileSync(join(wallet, `${name}-key`), key, { mode: 0o600 });
    writeFileSync(join(wallet, `${name}-cert`), certificate);
  };

  test("is taken into use while commands flow, and not one of them fails", async () => {
    const flow = newFlow(world);
    const certificates = [readIdentity(profile, NAME).certificate];
    const before = lines(CONNECTED).length;
    for (const time of [1, 2]) {
      await flow.more();
      const told = await rotate(ROLE);
      expect(told).toContain("  a peer answered a call signed by it");
      certificates.push(readIdentity(profile, NAME).certificate);
      await eventually(() => lines(CONNECTED).length === before + time, "the new pair to be in use");
      await flow.more();
    }
    const ids = await flow.stop();
    await committed(ids);
    expect((await world.rows(ids)).filter(({ failures }) => failures > 0)).toEqual([]);
    expect(lines("Queue stopped")).toEqual([]);
    expect(await value("outbox_submitter_retries_total", `role="${ROLE}"`, 'class="SIGNER"')).toBeUndefined();
    expect(await value("fabric_identity_reloads_total", `role="${ROLE}"`, 'result="loaded"')).toBe(2);
    expect(await value("fabric_identity_not_after_seconds", `role="${ROLE}"`, 'kind="sign"')).toBe(
      endOf(readIdentity(profile, NAME)),
    );
    expect(await signersOnChain(world, profile, certificates)).toEqual([true, true, true]);
  }, 120_000);

  test("comes back with --undo, and twice undone is as before", async () => {
    const [now] = [readIdentity(profile, NAME).certificate, await rotate(ROLE)];
    const later = readIdentity(profile, NAME).certificate;
    const back = async () => {
      await undo(profile, ownerByRole(profile, ROLE), () => undefined);
      return readIdentity(profile, NAME).certificate;
    };
    expect([await back(), await back()]).toEqual([now, later]);
  });

  test("is left alone when a peer refuses it: the former goes on, and log, metric and readiness say why", async () => {
    const keep = pairIn(profile);
    const foreign = join(world.home, "foreign");
    const { org } = await openAuthority(foreign, profile.mspId);
    const request = { commonName: NAME, unit: "client", mspId: profile.mspId, attrs: { gxc_role: ROLE } };
    put(await issue(org, request));
    await eventually(() => lines("New identity is not used").length === 1, "the refusal");
    expect(lines("New identity is not used")).toMatchObject([
      { level: "ERROR", role: ROLE, reason: expect.stringMatching(REFUSED) as string },
    ]);
    expect(await value("fabric_identity_reloads_total", `role="${ROLE}"`, 'result="refused"')).toBe(1);
    await committed(await world.accept("identity.createUser", person()));
    put(keep);
    await committed(await world.accept("identity.createUser", person()));
    expect(lines("Queue stopped")).toEqual([]);
  });

  test("is believed to be faulty only when it stays so, and a certificate without its role is named", async () => {
    const keep = pairIn(profile);
    const faults = () => lines("New identity is not used").map(({ reason }) => String(reason));
    const before = faults().length;
    rmSync(join(profile.wallet, `${NAME}-key`));
    await eventually(() => faults().length === before + 1, "the missing key");
    expect(faults().at(-1)).toContain(
      "must hold the files ca-cert, org1-partner-api-cert, org1-partner-api-key; found",
    );
    put(pairIn(profile, "reader"));
    await eventually(() => faults().length === before + 2, "the certificate without a role");
    expect(faults().at(-1)).toContain("carries gxc_role (none), but the queue is gx_partner_api");
    put(keep);
    await committed(await world.accept("identity.createUser", person()));
  });

  describe("that a process finds at its start", () => {
    let started: SubmitterProcess;
    afterEach(() => started.end("SIGTERM"));

    /** A submitter of its own beside the other, with its own wallet. */
    const startWith = async (change: Partial<Profile>, role: string, pair?: Pair) => {
      const wallet = mkdtempSync(join(world.home, "wallet-"));
      cpSync(profile.wallet, wallet, { recursive: true });
      const path = join(wallet, "own.json");
      writeProfile(path, { ...profile, wallet, ...change });
      if (pair) put(pair, "org1-admin", wallet);
      started = await startSubmitter(world, [ROLE, role], { FABRIC_PROFILE: path });
      return wallet;
    };
    const ready = async () => JSON.parse((await started.get("/readyz")).body || "{}") as Partial<HealthReport>;
    const identity = async (name: string) => (await ready()).checks?.find((check) => check.name === `identity ${name}`);

    test("and that has ended holds up its role alone, until there is a new one", async () => {
      const request = { commonName: "org1-admin", unit: "client", mspId: "Org1MSP", attrs: { gxc_role: "gx_admin" } };
      const ca = await caOf(profile);
      const wallet = await startWith({}, "gx_admin", await issue(ca, { ...request, days: -0.5 }));
      await eventually(() => started.with(CONNECTED).length === 1, "the other role");
      const check = await eventually(async () => {
        const found = await identity("org1-admin");
        return found?.detail.includes("ended at") ? found : undefined;
      }, "the reason");
      expect(check).toMatchObject({ ok: false, detail: expect.stringContaining("gx wallet rotate") as string });
      expect(started.with("All Fabric clients initialized successfully")).toEqual([]);
      put(await issue(ca, request), "org1-admin", wallet);
      await eventually(async () => (await ready()).status === "ready", "readiness");
      expect(started.with("All Fabric clients initialized successfully")).toHaveLength(1);
    });

    test("and that is of an MSP which the channel does not know is named with the peer's words and the remedy", async () => {
      await startWith({ mspId: "Org9MSP" }, "gx_admin");
      const refused =
        /^the peer refuses org1-admin of Org9MSP, issued by CN=Org1MSP CA, O=Org1MSP: .*creator is malformed.* → .*`mspId` of the profile/;
      await eventually(async () => refused.test((await identity("org1-admin"))?.detail ?? ""), "the refusal");
      expect((await ready()).status).toBe("starting");
    });
  });

  test("of the reader is taken into use by the projector", async () => {
    const connected = "Successfully connected Fabric client for reader";
    const before = lines(connected, reading).length;
    await rotate("reader");
    await eventually(() => lines(connected, reading).length === before + 1, "the reader's new pair to be in use");
    await committed(await world.accept("identity.createUser", person()));
    const until = await valueOf((reading ?? fail()).metrics, "fabric_identity_not_after_seconds", 'kind="sign"');
    expect(until).toBe(endOf(readIdentity(profile, "reader")));
  });
});

function fail(): never {
  throw new Error("the process was not started");
}

/** The home whose own CA issued this wallet: the profile lies in it, or in its network's wallets. */
const homeOf = ({ wallet }: Profile): string =>
  wallet.endsWith(join("network", "wallets")) ? dirname(dirname(wallet)) : dirname(wallet);

/** The CA of the wallet's organization, which lies in that home. */
async function caOf(profile: Profile): Promise<Pair> {
  const home = homeOf(profile);
  const files = [
    ["ledger", "crypto"],
    ["network", "crypto", profile.mspId],
  ].map((at) => join(home, ...at, "org-ca.pem"));
  const file = files.find((one) => existsSync(one)) ?? "";
  return openRoot(file, `${profile.mspId} CA`, profile.mspId);
}

function pairIn({ wallet }: Profile, name = NAME): Pair {
  const read = (kind: string) => readFileSync(join(wallet, `${name}-${kind}`), "utf8");
  return { certificate: read("cert"), key: read("key") };
}

/** Commands one after the other, with 60 open at a time, until it is stopped. */
function newFlow(world: WorldOn) {
  const ids: string[] = [];
  let flows = true;
  const areCommitted = async (some: readonly string[]) =>
    (await world.rows(some)).every(({ status }) => status === "COMMITTED");
  const open = async () => {
    while (flows) {
      const accepted = await world.accept("identity.createUser", ...Array.from({ length: 10 }, person));
      ids.push(...accepted);
      await eventually(() => areCommitted(ids.slice(-60, -50)), "earlier commands to be committed", PATIENCE_MS);
    }
  };
  const flowing = open();
  return {
    /** Resolves when another 30 are committed. */
    more: async () => {
      const from = ids.length;
      const next = () => ids.slice(from, from + 30);
      const done = eventually(
        async () => next().length === 30 && areCommitted(next()),
        "30 more commands",
        PATIENCE_MS,
      );
      await Promise.race([done, flowing]);
    },
    stop: async () => {
      flows = false;
      await flowing;
      return ids;
    },
  };
}

/** Whether each certificate signed a transaction of the chain. */
async function signersOnChain(world: WorldOn, profile: Profile, certificates: readonly Buffer[]): Promise<boolean[]> {
  const seen = certificates.map(() => false);
  const height = await heightOf(world);
  const gateway = world.connection.as(readIdentity(profile, "reader"));
  const blocks = await gateway.getNetwork(profile.channel).getBlockEvents({ startBlock: 0n });
  try {
    for await (const block of blocks) {
      const bytes = Buffer.from(block.serializeBinary());
      certificates.forEach((certificate, at) => (seen[at] ||= bytes.includes(certificate)));
      if ((block.getHeader()?.getNumber() ?? 0) + 1 >= height) return seen;
    }
  } finally {
    blocks.close();
  }
  return seen;
}

const heightOf = async (world: WorldOn): Promise<number> => ((await world.transactions()).at(-1)?.block ?? 0) + 1;
