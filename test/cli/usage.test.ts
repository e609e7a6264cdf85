import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { newHome, PORT_OFFSET, type Home } from "./gx.js";

let home: Home;
beforeAll(() => {
  home = newHome();
});
afterAll(() => home.remove());

it("explains itself", async () => {
  const { status, stdout } = await home.run("--help");
  expect(status).toBe(0);
  for (const command of ["up", "start", "stop", "status", "logs", "doctor", "token", "migrate"]) {
    expect(stdout).toMatch(new RegExp(`^  ${command} `, "m"));
  }
});

it.each([
  [["dance"], "unknown command 'dance'"],
  [["start", "everything"], "everything is not one of gateway, subgraphs, submitter, projector, ledger"],
  [["start", "submitter", "--endorse-twice"], "--endorse-twice is for the ledger only"],
  [["up", "--only", "postgres,kitchen"], "--only: kitchen is not one of postgres, redis, ledger"],
  [["up", "--demo", "--empty"], "--demo fills the ledger, --empty leaves it empty: choose one"],
  [["up", "--demo", "--only", "gateway"], "--demo needs the whole system: leave --only out"],
  [["logs", "kitchen"], "kitchen is not one of"],
])("refuses %j as wrong usage", async (args, line) => {
  const { status, stderr } = await home.run(...args);
  expect(stderr).toContain(line);
  expect(status).toBe(2);
});

it("prints every wrong setting in one list", async () => {
  Object.assign(home.env, { GX_PORT_OFFSET: "7", LIMIT_DEPTH: "deep" });
  const { status, stderr } = await home.run("up");
  Object.assign(home.env, { GX_PORT_OFFSET: PORT_OFFSET, LIMIT_DEPTH: "" });
  expect(status).toBe(1);
  expect(stderr).toBe(
    "gx: wrong settings\n" +
      "  GX_PORT_OFFSET: must be a multiple of 100 from 0 to 1700\n" +
      "  LIMIT_DEPTH: must be a whole number from 1 to 100\n",
  );
});

it("starts no single process without the name of the environment", async () => {
  const { status, stderr } = await home.run("start", "projector");
  expect(status).toBe(1);
  expect(stderr).toContain("GX_ENV: is missing, must be one of development, testnet, mainnet");
});

it("starts the whole system in development only", async () => {
  Object.assign(home.env, { GX_ENV: "mainnet", GX_PORT_OFFSET: "" });
  const { status, stderr } = await home.run("up");
  Object.assign(home.env, { GX_ENV: "", GX_PORT_OFFSET: PORT_OFFSET });
  expect(status).toBe(1);
  expect(stderr).toBe("gx: GX_ENV is mainnet: gx up is for development, elsewhere use gx start\n");
});

it("says that nothing runs where nothing runs", async () => {
  expect(await home.run("stop")).toEqual({ status: 0, stdout: `Nothing runs on ${home.path}\n`, stderr: "" });
  const { status, stdout } = await home.run("status", "--json");
  const { parts } = JSON.parse(stdout) as { parts: { name: string; ready: boolean; detail: string }[] };
  expect(status).toBe(1);
  expect(parts.map(({ name }) => name)).toEqual([
    "postgres",
    "redis",
    "ledger",
    "subgraphs",
    "submitter",
    "projector",
    "gateway",
  ]);
  expect(parts.every(({ ready, detail }) => !ready && detail === "does not run")).toBe(true);
});

it("examines the machine", async () => {
  const { stdout } = await home.run("doctor", "--json");
  const findings = JSON.parse(stdout) as { what: string; ok: boolean }[];
  expect(findings).toEqual(
    expect.arrayContaining(
      ["Node.js", "PostgreSQL", "Redis", "disk"].map(
        (what) => expect.objectContaining({ what, ok: true }) as { what: string; ok: boolean },
      ),
    ),
  );
});

describe("the launcher", () => {
  const launchOn = (version: string) => {
    const pretend = `Object.defineProperty(process.versions,"node",{value:"${version}"});Object.defineProperty(process,"version",{value:"v${version}"})`;
    const args = ["--import", `data:text/javascript,${encodeURIComponent(pretend)}`, "cli/gx.mjs", "--version"];
    return spawnSync(process.execPath, args, { encoding: "utf8" });
  };

  it.each(["12.22.0", "18.20.4", "20.18.9", "21.7.0", "22.11.0", "23.9.0"])(
    "refuses Node.js %s in one line",
    (version) => {
      const { status, stdout, stderr } = launchOn(version);
      expect({ status, stdout, stderr }).toEqual({
        status: 1,
        stdout: "",
        stderr: `GX needs Node.js ^20.19 || ^22.12 || >=24, this is v${version}. Install Node.js 24, for example: nvm install 24\n`,
      });
    },
  );

  it("uses no syntax that an old Node.js cannot parse", () => {
    expect(readFileSync("cli/gx.mjs", "utf8")).not.toMatch(/\?\.|\?\?|from "node:|^await|#\w+ *[=(]/m);
  });
});
