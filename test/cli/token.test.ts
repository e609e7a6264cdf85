import { decodeJwt } from "jose";
import { newHome, type Home } from "./gx.js";

let home: Home;
beforeAll(() => {
  home = newHome();
});
afterAll(() => home.remove());

const claims = (stdout: string) =>
  stdout
    .trimEnd()
    .split("\n")
    .map((line) => decodeJwt(line));

it("prints one token a line and nothing else", async () => {
  const subjects = ["00000000-0000-7000-8000-00000000000a", "00000000-0000-7000-8000-00000000000b"];
  const { status, stdout, stderr } = await home.run("token", "--role", "USER", "--sub", subjects.join(","));
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(claims(stdout)).toMatchObject(subjects.map((sub) => ({ sub, roles: ["USER"], aud: "gx" })));
});

it.each([
  ["SUPER_ADMIN", "00000000-0000-7000-8000-000000000001"],
  ["ADMIN", "00000000-0000-7000-8000-000000000002"],
  ["PARTNER_API", "00000000-0000-7000-8000-000000000003"],
])("speaks for the development identity of %s", async (role, sub) => {
  const { stdout } = await home.run("token", "--role", role);
  expect(claims(stdout)).toMatchObject([{ sub, roles: [role] }]);
});

it("speaks for a new person as USER and holds as long as asked", async () => {
  const [first, second] = await Promise.all([1, 2].map(() => home.run("token", "--role", "USER", "--ttl", "15m")));
  const [a] = claims(first?.stdout ?? "");
  const [b] = claims(second?.stdout ?? "");
  expect(a?.sub).toMatch(/^[0-9a-f-]{36}$/);
  expect(a?.sub).not.toBe(b?.sub);
  expect((a?.exp ?? 0) - (a?.iat ?? 0)).toBe(900);
});

it.each([
  [["--role", "KING"], "--role: KING is not one of USER, PARTNER_API, ADMIN, SUPER_ADMIN"],
  [["--role", "USER", "--sub", "me"], "--sub: me is not a uuid"],
  [["--role", "USER", "--ttl", "forever"], "--ttl: forever is not a duration"],
  [["--role", "USER", "--ttl", "31d"], "(at most 30d)"],
  [[], "required option '--role <roles>'"],
])("refuses %j as wrong usage", async (args, line) => {
  const { status, stdout, stderr } = await home.run("token", ...args);
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  expect(stderr).toContain(line);
});

it("refuses outside development", async () => {
  home.env["GX_ENV"] = "testnet";
  home.env["GX_PORT_OFFSET"] = "";
  const { status, stdout, stderr } = await home.run("token", "--role", "USER");
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  expect(stderr).toBe("gx: GX_ENV is testnet: tokens are made with the development key only\n");
});
