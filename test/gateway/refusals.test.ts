// What the edge turns away, and in which words: tokens, limits, origins, input; and what is left of errors from inside.
import { createHmac, generateKeyPairSync, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { request as rawRequest } from "node:http";
import { createServer } from "node:net";
import { SignJWT, importJWK, type JWK } from "jose";
import { newGraph, post, type Graph } from "./graph.js";
import { EMMA, newWorld } from "./world.js";

let graph: Graph;
beforeAll(async () => {
  graph = await newGraph();
  await newWorld(graph.history);
});
afterAll(() => graph.close());

const codes = ({ errors }: { errors: { extensions: { code: string } }[] }) =>
  errors.map(({ extensions }) => extensions.code);
const PUBLIC = "{ systemStatus { paused } }";

// ---------------------------------------------------------------- tokens

const developmentKey = () => JSON.parse(readFileSync(join(graph.config.home, "keys", "jwt.json"), "utf8")) as JWK;
const base64 = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
const claims = () => ({
  ...{ sub: EMMA, roles: ["USER"], iss: graph.config.auth.issuer, aud: graph.config.auth.audience },
  exp: Math.floor(Date.now() / 1_000) + 600,
});

async function signed(over: object, header: object = {}): Promise<string> {
  const jwk = developmentKey();
  const payload = Object.fromEntries(
    Object.entries({ ...claims(), ...over }).filter(([, value]) => value !== undefined),
  );
  return new SignJWT(payload)
    .setProtectedHeader({ alg: "EdDSA", typ: "JWT", kid: jwk.kid ?? "", ...header })
    .sign(await importJWK(jwk, "EdDSA"));
}

const badTokens: Record<string, () => Promise<string> | string> = {
  "is not a token": () => "abc",
  "has no algorithm": () => `${base64({ alg: "none", typ: "JWT" })}.${base64(claims())}.`,
  "is signed by HS256 with the public key": () => {
    const head = `${base64({ alg: "HS256", typ: "JWT" })}.${base64(claims())}`;
    return `${head}.${createHmac("sha256", developmentKey().x ?? "")
      .update(head)
      .digest("base64url")}`;
  },
  "brings its own key": async () => {
    const { privateKey, publicKey } = generateKeyPairSync("ed25519");
    const jwk = publicKey.export({ format: "jwk" }) as JWK;
    return new SignJWT(claims()).setProtectedHeader({ alg: "EdDSA", typ: "JWT", jwk }).sign(privateKey);
  },
  "names a key by a path": () => signed({}, { kid: "../../keys/jwt.json" }),
  "is for somebody else": () => signed({ aud: "other" }),
  "is from somebody else": () => signed({ iss: "other" }),
  "never ends": () => signed({ exp: undefined }),
  "has ended": () => signed({ exp: 1_000_000 }),
  "begins tomorrow": () => signed({ nbf: Math.floor(Date.now() / 1_000) + 86_400 }),
  "names nobody": () => signed({ sub: undefined }),
  "names no uuid": () => signed({ sub: "root" }),
  "is of another type": () => signed({}, { typ: "gx-caller+jwt" }),
  "has 16 kB": () => signed({ padding: "x".repeat(12_000) }),
};

it.each(Object.keys(badTokens))("answers 401 to a token that %s, public fields too", async (name) => {
  const token = await badTokens[name]?.();
  const answer = await graph.ask(PUBLIC, {}, token);
  expect(answer).toMatchObject({ status: 401, data: null });
  expect(codes(answer)).toEqual(["UNAUTHENTICATED"]);
});

it("answers 401 to any other kind of authorization", async () => {
  for (const authorization of ["Basic cm9vdDpyb290", "Bearer", "Bearer a b", ""]) {
    const answer = await post(`${graph.url}/graphql`, JSON.stringify({ query: PUBLIC }), { authorization });
    expect([authorization, answer.status]).toEqual([authorization, 401]);
  }
});

it("lets neither of two authorization headers count", async () => {
  const token = await signed({});
  const status = await new Promise((resolve, reject) => {
    const request = rawRequest(`${graph.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
    });
    request.setHeader("authorization", [`Bearer ${token}`, `Bearer ${token}`]);
    request.on("response", (response) => resolve(response.statusCode)).on("error", reject);
    request.end(JSON.stringify({ query: PUBLIC }));
  });
  expect(status).toBe(401);
});

it("ignores roles that it does not know", async () => {
  const answer = await graph.ask("{ commands { totalCount } }", {}, await signed({ roles: ["ROOT", "admin", "USER"] }));
  expect([answer.status, ...codes(answer)]).toEqual([403, "FORBIDDEN"]);
});

it("shows the public half of the development key and nothing of the private one", async () => {
  const { keys } = (await (await fetch(`${graph.url}/.well-known/jwks.json`)).json()) as { keys: JWK[] };
  expect(keys).toHaveLength(1);
  expect(keys[0]).toMatchObject({ kty: "OKP", crv: "Ed25519", kid: developmentKey().kid });
  expect(keys[0]).not.toHaveProperty("d");
});

// ---------------------------------------------------------------- limits

const many = (count: number, text: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => text(i)).join(" ");
const fan = many(14, (i) => `fragment f${i} on Query { ...f${i + 1} ...f${i + 1} }`);
const overLimits: Record<string, [string, string]> = {
  "too many tokens": [`{ ${many(2_001, () => "__typename")} }`, "TOO_MANY_TOKENS"],
  "30,000 levels": ["{ a ".repeat(22_000), "TOO_MANY_TOKENS"],
  "13 levels": [`{ ${"a { ".repeat(12)} b ${"}".repeat(12)} }`, "QUERY_TOO_DEEP"],
  "13 levels in fragments": [
    `{ ...f0 } ${many(12, (i) => `fragment f${i} on Query { a { ...f${i + 1} } }`)} fragment f12 on Query { b }`,
    "QUERY_TOO_DEEP",
  ],
  "16 aliases": [`{ ${many(16, (i) => `a${i}: systemStatus { paused }`)} }`, "TOO_MANY_ALIASES"],
  "aliases in a fragment that is spread twice": [
    `{ ...f x: country(code: "NG") { ...g } } fragment f on Query { ...h ...h } fragment h on Query { ${many(8, (i) => `a${i}: counters { users }`)} } fragment g on Country { code }`,
    "TOO_MANY_ALIASES",
  ],
  "a field named 450 times": [`{ ${many(450, () => "systemStatus { paused }")} }`, "TOO_MANY_ALIASES"],
  "fragments that double 14 times": [
    `{ ...f0 } ${fan} fragment f14 on Query { counters { users } }`,
    "TOO_MANY_TOKENS",
  ],
  "mutations in fragments that double 100 times": [
    `mutation { ...f0 } ${many(100, (i) => `fragment f${i} on Mutation { ...f${i + 1} ...f${i + 1} }`)} fragment f100 on Mutation { a }`,
    "TOO_MANY_TOKENS",
  ],
  "repeats in a fragment that nobody spreads": [
    `{ __typename } fragment f on Query { ${many(100, () => "counters { users }")} }`,
    "TOO_MANY_ALIASES",
  ],
  "repeats in fragments side by side": [
    `{ ${many(20, () => "... { counters { users } }")} ${many(20, (i) => `...f${i}`)} } ${many(20, (i) => `fragment f${i} on Query { counters { users } }`)}`,
    "TOO_MANY_ALIASES",
  ],
  "6 mutations": [
    `mutation { ${many(6, (i) => `a${i}: resumeSystem(idempotencyKey: "resume-${i}") { status }`)} }`,
    "TOO_MANY_MUTATIONS",
  ],
  "6 mutations in a fragment": [
    `mutation { ...f } fragment f on Mutation { ${many(6, (i) => `a${i}: resumeSystem(idempotencyKey: "resume-${i}") { status }`)} }`,
    "TOO_MANY_MUTATIONS",
  ],
};

it.each(Object.keys(overLimits))("turns away %s before it is validated", async (name) => {
  const [query, code] = overLimits[name] ?? ["", ""];
  const answer = await graph.ask(query);
  expect([answer.status, ...codes(answer)]).toEqual([400, code]);
  expect(await graph.metrics.text()).toMatch(/gateway_rejected_total\{reason="(cost|depth)"/);
});

it("turns away a body above 100 kB, several operations in one request, and what is no JSON object", async () => {
  const url = `${graph.url}/graphql`;
  const answers = [
    await post(url, JSON.stringify({ query: PUBLIC, variables: { padding: "x".repeat(100_000) } })),
    await post(url, JSON.stringify([{ query: PUBLIC }])),
    await post(url, "{"),
    await post(url, '"text"'),
    await post(url, JSON.stringify({ query: 5 })),
    await post(url, JSON.stringify({ query: PUBLIC }), { "content-type": "text/plain" }),
    await post(url, JSON.stringify({ query: PUBLIC, __proto__: null }).replace("{", '{"__proto__":{"a":1},')),
  ];
  expect(answers.map((answer) => [answer.status, ...codes(answer)])).toEqual([
    [413, "BODY_TOO_LARGE"],
    ...[400, 400, 400, 400, 415, 400].map((status) => [status, "BAD_REQUEST"]),
  ]);
  expect(await graph.metrics.text()).toMatch(/gateway_rejected_total\{reason="size"/);
});

it("lets the introspection of tools through in development", async () => {
  const { getIntrospectionQuery } = await import("graphql");
  const answer = await graph.ask<{ __schema: { types: unknown[] } }>(getIntrospectionQuery());
  expect(answer.errors).toEqual([]);
  expect(answer.data?.__schema.types.length).toBeGreaterThan(20);
});

// ---------------------------------------------------------------- origin

it.each([
  [{ host: "evil.example" }, 403],
  [{ origin: "https://evil.example" }, 403],
  [{ origin: "null" }, 403],
  [{ origin: "http://localhost.evil.example" }, 403],
  [{ origin: "http://localhost:5173" }, 200],
  [{ origin: "https://studio.apollographql.com" }, 200],
  [{ host: "localhost:4000" }, 200],
])("answers a request with %j by %d", async (headers: Record<string, string>, expected) => {
  const { status, allowed } = await new Promise<{ status: number | undefined; allowed: unknown }>((resolve, reject) => {
    const request = rawRequest(`${graph.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
    });
    request.on("error", reject).on("response", (response) => {
      response.resume();
      resolve({ status: response.statusCode, allowed: response.headers["access-control-allow-origin"] });
    });
    request.end(JSON.stringify({ query: PUBLIC }));
  });
  expect(status).toBe(expected);
  expect(allowed).toBe(expected === 200 ? headers["origin"] : undefined);
});

// ---------------------------------------------------------------- input

const CREATE = `mutation ($u: UUID!, $h: String!, $n: CountryCode!, $a: Int!, $k: String!) {
  createUser(userId: $u, biometricHash: $h, nationality: $n, ageYears: $a, idempotencyKey: $k) { commandId } }`;
const stored = async () => (await graph.database.pool.query("select from app.command")).rowCount;

it.each([
  ["in variables", CREATE, { u: "x", h: "ff", n: "ng", a: 151, k: "short" }],
  [
    "in the document",
    `mutation { createUser(userId: "x", biometricHash: "ff", nationality: "ng", ageYears: 151, idempotencyKey: "short") { commandId } }`,
    {},
  ],
  ["of which one is refused by the type of a variable", CREATE, { u: "x", h: "ff", n: "ng", a: "151", k: "short" }],
  [
    "of which one is refused by the type of an argument",
    `mutation { createUser(userId: "x", biometricHash: "ff", nationality: "ng", ageYears: "151", idempotencyKey: "short") { commandId } }`,
    {},
  ],
])("tells all faults of an input %s and stores nothing", async (_, query, variables) => {
  const answer = await graph.ask(query, variables, await graph.token("PARTNER_API"));
  expect(answer).toMatchObject({
    status: 400,
    data: null,
    errors: [{ extensions: { code: "INVALID_INPUT", category: "BAD_USER_INPUT" } }],
  });
  const paths = answer.errors[0]?.extensions.fields?.map(({ path }) => path) ?? [];
  expect(paths).toEqual(expect.arrayContaining(["userId", "biometricHash", "nationality", "ageYears"]));
  expect(answer.errors[0]?.extensions.fields?.find(({ path }) => path === "ageYears")?.message).toBe(
    "must be a whole number from 0 to 150",
  );
  expect(await stored()).toBe(0);
});

it("names missing arguments, wrong choices and wrong places in lists", async () => {
  const faults = async (query: string, variables: object = {}) => {
    const answer = await graph.ask(query, variables, await graph.token("SUPER_ADMIN"));
    expect([answer.status, ...codes(answer)]).toEqual([400, "INVALID_INPUT"]);
    return answer.errors[0]?.extensions.fields?.map(({ path }) => path);
  };
  expect(await faults(`mutation { createUser(userId: "${EMMA}") { commandId } }`)).toEqual([
    "biometricHash",
    "nationality",
    "ageYears",
    "idempotencyKey",
  ]);
  expect(
    await faults(
      `mutation { bootstrapSystem(profile: moonnet, admins: ["${EMMA}"], idempotencyKey: "boot-001") { commandId } }`,
    ),
  ).toEqual(["profile"]);
  expect(
    await faults(
      `mutation ($c: [CountryInput!]!) { initializeCountryData(countries: $c, idempotencyKey: "countries") { commandId } }`,
      {
        c: [
          { code: "NG", name: "Nigeria", share: "0.1" },
          { code: "US", name: "United States", share: 1, planet: "Earth" },
        ],
      },
    ),
  ).toEqual(["countries.1.share", "countries.1"]);
  const rows = Array.from({ length: 60 }, (_, i) => ({
    code: `A${String.fromCharCode(65 + (i % 26))}`,
    name: `Land ${i}`,
    share: i === 57 ? "1.5" : "0.00000001",
  }));
  const places = await faults(
    `mutation ($c: [CountryInput!]!) { initializeCountryData(countries: $c, idempotencyKey: "countries") { commandId } }`,
    { c: rows },
  );
  expect(places).toContain("countries.57.share");
  expect(await faults(`{ quoteFee(kind: PAL, amount: "1") { fee } }`)).toEqual(["kind"]);
  expect(await faults(`{ quoteFee(kind: P2P, amount: "1.0") { fee } }`)).toEqual(["amount"]);
  expect(await faults(`query ($id: UUID!) { user(id: $id) { id } }`)).toEqual(["id"]);
  expect(await faults(`{ countries(first: 101) { edges { cursor } } }`)).toEqual(["first"]);
  expect(await stored()).toBe(0);
});

it("leaves unknown fields and arguments of a document to GraphQL's own validation", async () => {
  const token = await graph.token("PARTNER_API");
  for (const query of [
    "{ planets { name } }",
    `mutation { resumeSystem(idempotencyKey: "resume-01", force: true) { status } }`,
  ]) {
    const answer = await graph.ask(query, {}, token);
    expect([answer.status, ...codes(answer)]).toEqual([400, "GRAPHQL_VALIDATION_FAILED"]);
  }
  expect(codes(await graph.ask("{ systemStatus {"))).toEqual(["GRAPHQL_PARSE_FAILED"]);
});

it.each([
  ["without a token", undefined, 401, "UNAUTHENTICATED"],
  ["of a mere user", "USER", 403, "FORBIDDEN"],
])("refuses a mutation %s before it looks at the input", async (_, role, status, code) => {
  const answer = await graph.ask(
    CREATE,
    { u: "x", h: "ff", n: "ng", a: 151, k: "short" },
    role ? await graph.token(role) : undefined,
  );
  expect([answer.status, ...codes(answer)]).toEqual([status, code]);
});

// ---------------------------------------------------------------- request ids, masks

it("keeps a good request id, makes one else, and tells it in every error", async () => {
  const body = JSON.stringify({ query: "{ me { id } }" });
  const kept = await post(`${graph.url}/graphql`, body, { "x-request-id": "abc-1" });
  expect([kept.headers.get("x-request-id"), kept.errors[0]?.extensions.requestId]).toEqual(["abc-1", "abc-1"]);
  const made = await post(`${graph.url}/graphql`, body, { "x-request-id": "a b\tc" });
  expect(made.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
  expect(made.errors[0]?.extensions.requestId).toBe(made.headers.get("x-request-id"));
});

it("passes on no header from outside that looks like a statement", async () => {
  const body = JSON.stringify({ query: "{ me { id } }" });
  const forged = await graph.statements.sign({ sub: EMMA, roles: ["SUPER_ADMIN"] }, "identity", body);
  const answer = await post(`${graph.url}/graphql`, body, { "x-gx-caller": forged });
  expect(codes(answer)).toEqual(["UNAUTHENTICATED"]);
});

it("says UNAVAILABLE of a subgraph that is away, without its name or address, and answers the rest", async () => {
  const own = await newGraph();
  await newWorld(own.history);
  await own.closeSubgraph("tokenomics");
  const answer = await own.ask(`{ supply { totalMinted } systemStatus { countries } }`);
  expect(answer).toMatchObject({ status: 200, data: { supply: null, systemStatus: { countries: 2 } } });
  expect(codes(answer)).toEqual(["UNAVAILABLE"]);
  expect(answer.text).not.toMatch(/tokenomics|127\.0\.0\.1|ECONN|\.ts|\.js|at /);
  expect((await own.ask(`{ supply { totalMinted } }`)).status).toBe(503);
  await own.close();
});

it.each(["is away", "is silent"])("says UNAVAILABLE when the database %s, and accepts nothing", async (state) => {
  const silent = createServer(() => undefined);
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  const { port } = silent.address() as { port: number };
  if (state === "is away") await new Promise((resolve) => silent.close(resolve));
  const own = await newGraph({ DATABASE_URL: `postgresql://postgres@127.0.0.1:${port}/gx` });
  const input = { u: randomUUID(), h: "f".repeat(64), n: "NG", a: 30, k: "away-0001" };
  const answers = [
    await own.ask("{ counters { users } }"),
    await own.ask(CREATE, input, await own.token("PARTNER_API")),
  ];
  expect(answers.map((answer) => [answer.status, ...codes(answer)])).toEqual(
    [503, 503].map((status) => [status, "UNAVAILABLE"]),
  );
  expect(answers.map(({ text }) => text).join()).not.toMatch(/127\.0\.0\.1|ECONN|postgres|timeout|at /i);
  await own.close();
  if (state !== "is away") silent.close();
});
