import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLocalJWKSet, jwtVerify } from "jose";
import { readConfig } from "../../platform/config.js";
import { developmentJwks, developmentToken, keepOnce, statementSecret } from "../../platform/devkeys.js";

let home = "";
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "gx-keys-"));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const development = () => readConfig({ GX_ENV: "development", GX_HOME: home });

it("signs tokens that the shown keys verify", async () => {
  const config = development();
  const token = await developmentToken(config, { sub: "someone", roles: ["USER", "ADMIN"], ttlSeconds: 60 });
  const keys = createLocalJWKSet(await developmentJwks(config));
  const expected = { issuer: "gx-development", audience: "gx", algorithms: ["EdDSA"], typ: "JWT" };
  const { payload } = await jwtVerify(token, keys, expected);
  expect(payload).toMatchObject({ sub: "someone", roles: ["USER", "ADMIN"] });
  expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(60);
});

it("never shows the private half", async () => {
  const { keys } = await developmentJwks(development());
  expect(Object.keys(keys[0] ?? {}).sort()).toEqual(["alg", "crv", "kid", "kty", "use", "x"]);
});

it("gives everybody who starts at once the same key, readable for the owner alone", async () => {
  const config = development();
  const shown = await Promise.all([1, 2, 3, 4].map(() => developmentJwks(config)));
  expect(new Set(shown.map((set) => JSON.stringify(set))).size).toBe(1);
  expect(statSync(join(home, "keys", "jwt.json")).mode & 0o077).toBe(0);
});

it("keeps what is there", () => {
  const file = join(home, "keys", "password");
  expect(keepOnce(file, "first")).toBe("first");
  expect(keepOnce(file, "second")).toBe("first");
});

it("refuses to sign outside development", async () => {
  const config = { ...development(), env: "mainnet" as const };
  await expect(developmentToken(config, { sub: "a", roles: [], ttlSeconds: 1 })).rejects.toThrow("development only");
});

it("makes the secret of caller statements in development and demands its file elsewhere", () => {
  const config = development();
  expect(statementSecret(config)).toEqual(statementSecret(config));
  const outside = { ...config, env: "mainnet" as const, statementSecretFile: join(home, "given") };
  expect(() => statementSecret(outside)).toThrow("there is no file");
  writeFileSync(outside.statementSecretFile, "short");
  expect(() => statementSecret(outside)).toThrow("at least 32 bytes");
});
