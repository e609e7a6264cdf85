import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openAuthority } from "../../ledger/authority.js";
import { readConfig, root, SettingsError, type ProcessName } from "../../platform/config.js";
import { standOnNetwork } from "../../platform/ledger-in-use.js";
import { profileOf } from "../../platform/profile.js";
import { defaultOf, notesOf, settings, type SettingName } from "../../platform/settings.js";

const faultsOf = (env: Record<string, string>, asker?: ProcessName): readonly string[] => {
  try {
    readConfig(env, asker);
  } catch (error) {
    if (error instanceof SettingsError) return error.faults;
    throw error;
  }
  return [];
};

let home = "";
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "gx-config-"));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const development = () => ({ GX_ENV: "development", GX_HOME: home });

describe("in development", () => {
  it("needs nothing but the name of the environment", () => {
    const config = readConfig(development());
    expect(config.ports).toEqual({
      gateway: 4000,
      subgraphs: 3001,
      submitter: 9090,
      projector: 9091,
      ledger: 7051,
      chaincode: 7052,
      ledgerOps: 7053,
      network: 8055,
      networkOps: 8054,
      postgres: 15432,
      redis: 16379,
    });
    expect(config.limits).toEqual({
      bodyBytes: 100_000,
      tokens: 2_000,
      depth: 12,
      aliases: 15,
      rootMutations: 5,
      pageSize: 100,
      rate: { perSecond: 100, burst: 200 },
      connections: 5_000,
      subscriptions: 100,
    });
    expect(config.batch).toEqual({ commands: 100, weight: 2_000, bytes: 800_000, lingerMs: 5 });
    expect(config.embedded).toEqual({ postgres: true, redis: true, ledger: true });
    expect(config.fabricProfile).toBe(join(home, "wallets", "profile.json"));
  });

  it("stands on the network of its home from the moment somebody chose it, and a setting still wins", () => {
    standOnNetwork(home, true);
    const config = readConfig(development());
    expect(config.fabricProfile).toBe(join(home, "network", "wallets", "profile.json"));
    expect([config.onOwnNetwork, config.embedded.ledger]).toEqual([true, false]);
    const elsewhere = readConfig({ ...development(), FABRIC_PROFILE: "/elsewhere/profile.json" });
    expect([elsewhere.fabricProfile, elsewhere.onOwnNetwork]).toEqual(["/elsewhere/profile.json", false]);
    standOnNetwork(home, false);
    expect(readConfig(development()).embedded.ledger).toBe(true);
  });

  it("refuses to guess the environment", () => {
    expect(faultsOf({})).toEqual(["GX_ENV: is missing, must be one of development, testnet, mainnet"]);
  });

  it("adds the offset to every default port and leaves a chosen port alone", () => {
    const { ports } = readConfig({ ...development(), GX_PORT_OFFSET: "300", REDIS_PORT: "6000" });
    expect(ports.gateway).toBe(4300);
    expect(ports.postgres).toBe(15732);
    expect(ports.redis).toBe(6000);
  });

  it.each(["50", "1800", "-100", "abc"])("refuses the offset %s", (offset) => {
    expect(faultsOf({ ...development(), GX_PORT_OFFSET: offset })).toEqual([
      "GX_PORT_OFFSET: must be a multiple of 100 from 0 to 1700",
    ]);
  });

  it("takes the addresses that embedded servers left in the keys", () => {
    mkdirSync(join(home, "keys"));
    writeFileSync(join(home, "keys", "database-url"), "postgresql://gx:secret@127.0.0.1:15432/gx\n", { mode: 0o600 });
    const config = readConfig(development());
    expect(config.databaseUrl).toBe("postgresql://gx:secret@127.0.0.1:15432/gx");
    expect(config.embedded.postgres).toBe(true);
  });

  it("counts a given address as outside", () => {
    const config = readConfig({ ...development(), REDIS_URL: "redis://127.0.0.1:6379" });
    expect(config.embedded).toEqual({ postgres: true, redis: false, ledger: true });
    expect(config.cacheUrl).toBe("redis://127.0.0.1:6379");
  });

  it("refuses listeners and databases that are not on loopback", () => {
    expect(
      faultsOf({ ...development(), GX_HOST: "0.0.0.0", DATABASE_URL: "postgresql://a:b@db.example.com/gx" }),
    ).toEqual([
      "GX_HOST: must be a loopback address in development",
      "DATABASE_URL: must be on a loopback address in development",
    ]);
  });

  it("lets a development system into the namespace of a cluster that is named, and no other system", () => {
    const given = { GX_HOST: "0.0.0.0", GX_REACH: "namespace", REDIS_URL: "redis://a:b@redis:6379" };
    expect(readConfig({ ...development(), ...given }).host).toBe("0.0.0.0");
    expect(faultsOf({ GX_ENV: "testnet", GX_REACH: "namespace" })).toEqual(["GX_REACH: is for development only"]);
  });

  it("tells a process what it lacks and how to get it", () => {
    expect(faultsOf(development(), "submitter")).toEqual([
      "DATABASE_URL: is missing; `npm start` sets up an embedded one",
      "REDIS_URL: is missing; `npm start` sets up an embedded one",
    ]);
  });

  it("treats an empty variable as unset", () => {
    expect(readConfig({ ...development(), LIMIT_DEPTH: " " }).limits.depth).toBe(12);
  });
});

describe("outside development", () => {
  const keys = () => {
    const database = join(home, "database");
    const redis = join(home, "redis");
    writeFileSync(database, "postgresql://gx:secret@db.example.com/gx", { mode: 0o600 });
    writeFileSync(redis, "rediss://:secret@redis.example.com", { mode: 0o600 });
    return { DATABASE_URL_FILE: database, REDIS_URL_FILE: redis };
  };

  it("takes secrets from files", () => {
    const given = { ...keys(), FABRIC_PROFILE: "/profile.json", HOUSEKEEPER_ADMIN: "off" };
    const config = readConfig({ GX_ENV: "mainnet", ...given }, "submitter");
    expect(config.databaseUrl).toBe("postgresql://gx:secret@db.example.com/gx");
    expect(config.embedded).toEqual({ postgres: false, redis: false, ledger: false });
  });

  it("refuses every default that only development has, in one list with all other faults", () => {
    const env = { GX_ENV: "mainnet", GX_PORT_OFFSET: "100", LIMIT_DEPTH: "many", REDIS_URL: "redis://:a@redis" };
    expect(faultsOf(env, "subgraphs")).toEqual([
      "LIMIT_DEPTH: must be a whole number from 1 to 100",
      "DATABASE_URL: is missing, without a default here",
      "STATEMENT_SECRET_FILE: is missing, without a default here",
      "GX_PORT_OFFSET: is for development only",
      "REDIS_URL: must come from a file, named by REDIS_URL_FILE",
    ]);
  });

  it("refuses a database without a password and tokens' keys over http", () => {
    const database = join(home, "trusting");
    writeFileSync(database, "postgresql://gx@db/gx", { mode: 0o600 });
    const env = { GX_ENV: "testnet", DATABASE_URL_FILE: database, AUTH_JWKS_URL: "http://keys.example.com/jwks" };
    expect(faultsOf(env)).toEqual([
      "DATABASE_URL: has no password; trust authentication is for development only",
      "AUTH_JWKS_URL: must be https outside development",
    ]);
  });

  describe("refuses what development made for itself", () => {
    const file = (path: string, content: string, mode = 0o600) => {
      mkdirSync(join(home, "keys"), { recursive: true });
      writeFileSync(join(home, path), content, { mode });
      chmodSync(join(home, path), mode);
      return join(home, path);
    };
    it.each<[string, () => Record<string, string>, () => string]>([
      [
        "the issuer of development tokens",
        () => ({ AUTH_ISSUER: "gx-development" }),
        () => "AUTH_ISSUER: gx-development signs with a development key",
      ],
      [
        "keys of tokens over http",
        () => ({ AUTH_JWKS_URL: "http://keys.example.org/jwks" }),
        () => "AUTH_JWKS_URL: must be https outside development",
      ],
      [
        "the development admin",
        () => ({ HOUSEKEEPER_ADMIN: "00000000-0000-7000-8000-000000000002" }),
        () => "HOUSEKEEPER_ADMIN: is the development admin",
      ],
      [
        "the development ledger's profile and wallet",
        () => ({ FABRIC_PROFILE: join(home, "wallets", "profile.json") }),
        () => "FABRIC_PROFILE: is the development ledger's, with the wallet it issued",
      ],
      [
        "profile and wallet of a network of this machine",
        () => ({ FABRIC_PROFILE: join(home, "network", "wallets", "profile.json") }),
        () => "FABRIC_PROFILE: is that of `gx network`, with the wallet it issued",
      ],
      [
        "the secret of development statements",
        () => ({ STATEMENT_SECRET_FILE: join(home, "keys", "statement") }),
        () => "STATEMENT_SECRET_FILE: is the development secret",
      ],
      [
        "a secret of statements that others may read",
        () => ({ STATEMENT_SECRET_FILE: file("open", "s".repeat(40), 0o644) }),
        () =>
          `STATEMENT_SECRET_FILE: ${join(home, "open")} is open to others; close it with: chmod 600 ${join(home, "open")}`,
      ],
      [
        "the embedded database",
        () => ({ DATABASE_URL_FILE: file("keys/database-url", "postgresql://gx:a@db.example.org/gx") }),
        () => "DATABASE_URL_FILE: is the embedded server's, which is for development only",
      ],
      [
        "a database that trusts everybody",
        () => ({ DATABASE_URL_FILE: file("db", "postgresql://gx@db.example.org/gx") }),
        () => "DATABASE_URL: has no password; trust authentication is for development only",
      ],
      [
        "the embedded Redis",
        () => ({ REDIS_URL_FILE: file("keys/redis-url", "redis://:a@redis.example.org") }),
        () => "REDIS_URL_FILE: is the embedded server's, which is for development only",
      ],
      [
        "an open Redis",
        () => ({ CACHE_URL_FILE: file("cache", "redis://cache.example.org") }),
        () => "CACHE_URL: has no password; an open Redis is for development only",
      ],
      [
        "a secret in the environment",
        () => ({ CACHE_URL: "redis://:a@cache.example.org" }),
        () => "CACHE_URL: must come from a file, named by CACHE_URL_FILE",
      ],
      ["ports moved aside", () => ({ GX_PORT_OFFSET: "100" }), () => "GX_PORT_OFFSET: is for development only"],
    ])("%s", (_, given, fault) => {
      for (const environment of ["testnet", "mainnet"])
        expect(faultsOf({ GX_ENV: environment, GX_HOME: home, ...given() })).toEqual([fault()]);
    });

    it.each<[string, () => Record<string, string>, string]>([
      [
        "a database on this machine",
        () => ({ DATABASE_URL_FILE: file("db", "postgresql://gx:a@127.0.0.1/gx") }),
        "DATABASE_URL: is on a loopback address, where a development system has its own; mainnet has none",
      ],
      [
        "token keys on this machine",
        () => ({ AUTH_JWKS_URL: "https://localhost/jwks" }),
        "AUTH_JWKS_URL: is on a loopback address, where a development system has its own; mainnet has none",
      ],
      ["the explorer", () => ({ EXPLORER: "on" }), "EXPLORER: is for development and testnet"],
    ])("and on mainnet %s", (_, given, fault) => {
      expect(faultsOf({ GX_ENV: "mainnet", GX_HOME: home, ...given() })).toEqual([fault]);
      expect(faultsOf({ GX_ENV: "testnet", GX_HOME: home, ...given() })).toEqual([]);
    });

    it("and on mainnet a peer on this machine", async () => {
      file("ca-cert", (await openAuthority(home, "Org1MSP")).tls.certificate);
      const peers = [{ address: "127.0.0.1:7051" }, { address: "peer.example.org:7051" }];
      const organizations = [{ mspId: "Org1MSP", tlsRoots: "ca-cert" }];
      const profile = { channel: "gx", chaincode: "gx", mspId: "Org1MSP", wallet: ".", organizations, peers };
      const fabricProfile = file("profile.json", JSON.stringify(profile));
      expect(() => profileOf({ env: "mainnet", fabricProfile })).toThrow(/peers: 127\.0\.0\.1:7051 is on this machine/);
      expect(profileOf({ env: "testnet", fabricProfile }).peers).toHaveLength(2);
    });
  });

  it("takes secrets as a pod has them: links to files that the group may read", () => {
    writeFileSync(join(home, "..data"), "rediss://:secret@redis.example.org");
    chmodSync(join(home, "..data"), 0o440);
    symlinkSync("..data", join(home, "redis-url"));
    const config = readConfig({ GX_ENV: "mainnet", REDIS_URL_FILE: join(home, "redis-url") });
    expect(config.redisUrl).toBe("rediss://:secret@redis.example.org");
  });

  it("refuses a gateway that is not told where the subgraphs are", () => {
    expect(faultsOf({ GX_ENV: "mainnet" }, "gateway")).toContain("SUBGRAPH_URLS: is missing, without a default here");
    expect(faultsOf(development(), "gateway")).toEqual([]);
  });

  it("refuses the development ledger", () => {
    expect(faultsOf({ GX_ENV: "mainnet" }, "ledger")).toEqual([
      "GX_ENV: the development ledger runs in development only",
    ]);
  });

  it("names a secret's file that is missing or open to others", () => {
    const open = join(home, "open");
    writeFileSync(open, "redis://:a@redis", { mode: 0o644 });
    expect(faultsOf({ GX_ENV: "mainnet", DATABASE_URL_FILE: join(home, "none"), REDIS_URL_FILE: open })).toEqual([
      `DATABASE_URL_FILE: ${join(home, "none")} cannot be read (ENOENT)`,
      `REDIS_URL_FILE: ${open} is open to others; close it with: chmod 600 ${open}`,
    ]);
  });
});

describe("who folds unfolded credits", () => {
  const admin = "00000000-0000-7000-8000-000000000002";

  it("is the development admin in development, another one, or nobody", () => {
    expect(readConfig(development()).housekeeping).toEqual({ admin, after: 500, afterSeconds: 60 });
    const other = admin.replace("2", "9");
    const given = { HOUSEKEEPER_ADMIN: other, FOLD_AFTER: "7", FOLD_AFTER_SECONDS: "5" };
    expect(readConfig({ ...development(), ...given }).housekeeping).toEqual({
      admin: other,
      after: 7,
      afterSeconds: 5,
    });
    expect(readConfig({ ...development(), HOUSEKEEPER_ADMIN: "off" }).housekeeping).toBe("off");
  });

  it("must be said outside development, and be a uuid", () => {
    expect(faultsOf({ GX_ENV: "mainnet" }, "submitter")).toContain(
      "HOUSEKEEPER_ADMIN: is missing, without a default here",
    );
    expect(faultsOf({ ...development(), HOUSEKEEPER_ADMIN: "ada" })).toEqual([
      "HOUSEKEEPER_ADMIN: must be a uuid or off",
    ]);
  });
});

describe("every setting", () => {
  const names = Object.keys(settings.shape) as SettingName[];

  it.each(names)("%s has a sentence and a rule, and its default obeys the rule", (name) => {
    expect(notesOf(name).description).toMatch(/\.$/);
    expect(notesOf(name).rule).not.toBe("");
    const fallback = defaultOf(name);
    if (fallback !== undefined) expect(faultsOf({ ...development(), [name]: fallback })).toEqual([]);
  });
});

it("finds the folder of the installation", () => {
  expect(root).toBe(process.cwd());
});
