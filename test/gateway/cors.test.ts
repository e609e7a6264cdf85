// What pages of other origins may read in development: the graph's answers, where they come from this machine or Apollo's studio.
import { newGraph, type Graph } from "./graph.js";

let graph: Graph;
beforeAll(async () => {
  graph = await newGraph();
});
afterAll(() => graph.close());

const friends = [
  "https://studio.apollographql.com",
  "http://localhost:3000",
  "http://127.0.0.1:5173",
  "http://[::1]:8080",
];
const strangers = [
  "https://evil.example",
  "https://studio.apollographql.com.evil.example",
  "http://studio.apollographql.com",
  "https://localhost:3000",
  "null",
];

async function preflight(path: string, origin: string, method = "POST", more: Record<string, string> = {}) {
  const headers = { origin, "access-control-request-method": method, ...more };
  const { status, headers: given } = await fetch(`${graph.url}${path}`, { method: "OPTIONS", headers });
  const allowed = Object.fromEntries([...given].filter(([name]) => name.startsWith("access-control-")));
  return { status, allowed, vary: given.get("vary") };
}

describe.each(["/graphql", "/graphql/stream"])("the preflight of %s", (path) => {
  it.each(friends)("lets %s ask, with a token and without cookies", async (origin) => {
    const { status, allowed, vary } = await preflight(path, origin);
    expect(status).toBe(204);
    expect(allowed).toMatchObject({
      "access-control-allow-origin": origin,
      "access-control-allow-methods": "GET, POST",
      "access-control-allow-headers": expect.stringMatching(/authorization.*x-gx-after/),
    });
    expect(allowed).not.toHaveProperty("access-control-allow-credentials");
    expect(vary).toContain("origin");
  });

  it("lets tools name headers of their own, and a page of the web reach this machine", async () => {
    const named = "authorization, apollo-require-preflight, apollographql-client-name";
    const { allowed } = await preflight(path, "https://studio.apollographql.com", "POST", {
      "access-control-request-headers": named,
      "access-control-request-private-network": "true",
    });
    expect(allowed).toMatchObject({
      "access-control-allow-headers": named,
      "access-control-allow-private-network": "true",
    });
  });

  it.each(strangers)("refuses %s", async (origin) => {
    expect(await preflight(path, origin)).toMatchObject({ status: 403, allowed: {} });
  });
});

it("a page of a friendly origin reads the answer, its block and its request's id", async () => {
  const { headers, data } = await graph.ask("{ __typename }", {}, undefined, { origin: "http://localhost:3000" });
  expect(data).toEqual({ __typename: "Query" });
  expect(headers.get("access-control-allow-origin")).toBe("http://localhost:3000");
  expect(headers.get("access-control-expose-headers")).toMatch(/x-request-id, x-gx-block, x-trace-id/);
});

it.each(["/", "/explorer", "/console/session", "/board", "/.well-known/jwks.json", "/graphqlx"])(
  "it reads nothing of %s",
  async (path) => {
    const { headers } = await fetch(`${graph.url}${path}`, { headers: { origin: "http://localhost:3000" } });
    expect(headers.get("access-control-allow-origin")).toBeNull();
  },
);
