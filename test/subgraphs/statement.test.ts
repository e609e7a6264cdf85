// What a subgraph takes from a caller: a statement that the gateway made for this body and this subgraph, and nothing else.
// Who may see and do what is held against the protocol in test/access.
import type { GraphQLSchema } from "graphql";
import type { Caller } from "../../platform/auth.js";
import { executableSchema } from "../../subgraphs/domains.js";
import { newGraph, nobody, type Graph } from "../gateway/graph.js";
import { ADA, ADMIN, EMMA, newWorld } from "../gateway/world.js";

let graph: Graph;
let command: string;
beforeAll(async () => {
  graph = await newGraph();
  await newWorld(graph.history);
  const asked = await graph.ask<{ transfer: { commandId: string } }>(
    `mutation { transfer(to: "${EMMA}", amount: "5", idempotencyKey: "ada-asked-1") { commandId } }`,
    {},
    await graph.token("USER", ADA),
  );
  command = asked.data?.transfer.commandId ?? "";
});
afterAll(() => graph.close());

it("answers no subscription in a subgraph, whoever asks: values are read by queries, with their access", async () => {
  const asked = {
    admin: `subscription { commandUpdated(id: "${command}") { id } }`,
    tokenomics: `subscription { transactionAdded(walletId: "${ADA}") { id } }`,
  } as const;
  const fields = (schema: GraphQLSchema) => Object.keys(schema.getSubscriptionType()?.getFields() ?? {});
  const callers: Caller[] = [nobody, { sub: ADA, roles: ["USER"] }, { sub: ADMIN, roles: ["ADMIN"] }];
  for (const domain of ["admin", "tokenomics"] as const) {
    expect(fields(executableSchema(domain))).toEqual([/\{ (\w+)/.exec(asked[domain])?.[1]]);
    for (const caller of callers) {
      const { errors } = await graph.askSubgraph(domain, caller, asked[domain]);
      expect(errors[0]?.extensions.code).toBe("NOT_FOUND");
    }
  }
});

describe("the caller statement", () => {
  const body = JSON.stringify({ query: "{ _service { sdl } me { id } }" });
  const entities = JSON.stringify({
    query: `query ($r: [_Any!]!) { _entities(representations: $r) { ... on User { nationality { code } } } }`,
    variables: { r: [{ __typename: "User", id: ADA }] },
  });
  const address = () => graph.subgraphs.find(({ domain }) => domain === "identity")?.url ?? "";
  const send = async (content: string, statement?: string) => {
    const headers = { "content-type": "application/json", ...(statement ? { "x-gx-caller": statement } : {}) };
    const response = await fetch(address(), { method: "POST", headers, body: content });
    return { status: response.status, text: await response.text() };
  };
  const admin: Caller = { sub: ADMIN, roles: ["ADMIN"] };

  it("lets a body through that it was made for", async () => {
    expect((await send(body, await graph.statements.sign(admin, "identity", body))).status).toBe(200);
  });

  it.each([
    ["none at all", () => undefined],
    ["one that is no statement", () => "abc"],
    ["a user's own token", () => graph.token("SUPER_ADMIN")],
    ["one for another body", () => graph.statements.sign(admin, "identity", body + " ")],
    ["one for another subgraph", () => graph.statements.sign(admin, "tokenomics", body)],
    [
      "one whose signature was touched",
      async () => {
        const [head, claims, seal = ""] = (await graph.statements.sign(admin, "identity", body)).split(".");
        return [head, claims, `${seal.startsWith("A") ? "B" : "A"}${seal.slice(1)}`].join(".");
      },
    ],
    [
      "one whose claims were touched",
      async () => {
        const [head, , seal] = (await graph.statements.sign(nobody, "identity", body)).split(".");
        const claims = { roles: ["ADMIN"], sub: ADMIN, aud: "identity", exp: 9_999_999_999 };
        return [head, Buffer.from(JSON.stringify(claims)).toString("base64url"), seal].join(".");
      },
    ],
  ])("answers 401 and no row to %s", async (_, make) => {
    for (const content of [body, entities]) {
      const answer = await send(content, await make());
      expect(answer.status).toBe(401);
      expect(answer.text).not.toMatch(/"data"|_entities|sdl/);
    }
  });

  it("is demanded for every address and method, before a body is parsed", async () => {
    const base = new URL(address()).origin;
    expect((await fetch(`${base}/graphql?query={__typename}`)).status).toBe(401);
    expect((await fetch(`${base}/other`)).status).toBe(401);
    expect((await send("{ this is no JSON")).status).toBe(401);
    expect((await fetch(address(), { method: "POST", headers: { "content-type": "text/plain" }, body })).status).toBe(
      401,
    );
  });

  it("ends after 30 seconds", async () => {
    const now = Date.now;
    Date.now = () => now() - 31_000;
    const statement = await graph.statements.sign(admin, "identity", body).finally(() => (Date.now = now));
    expect((await send(body, statement)).status).toBe(401);
  });
});
