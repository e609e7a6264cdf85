// The examples of docs/commands.md as they stand there: a real gateway accepts each of them.
import { readFileSync } from "node:fs";
import { commands } from "../../catalogue/index.js";
import { tokenRolesFor } from "../../catalogue/roles.js";
import { newGraph, type Graph } from "./graph.js";

let graph: Graph;
beforeAll(async () => {
  graph = await newGraph();
});
afterAll(() => graph.close());

/** Mutation and variables by the heading above them. */
const shown = new Map(
  [
    ...readFileSync("docs/commands.md", "utf8").matchAll(
      /^### (\w+)$(?:(?!^### )[^])*?^```graphql\n([^]*?)^```\n+```json\n([^]*?)^```/gm,
    ),
  ].map(([, name = "", mutation = "", variables = ""]) => [name, { mutation, variables }] as const),
);

interface Ticket {
  readonly commandId: string;
  readonly status: string;
}

it.each(commands.map((command) => [command.mutation, command] as const))(
  "accepts the example of %s",
  async (name, command) => {
    const { mutation = "", variables = "{}" } = shown.get(name) ?? {};
    const token = await graph.token(tokenRolesFor[command.asks][0] ?? "USER");
    const answer = await graph.ask<Record<string, Ticket | Ticket[]>>(mutation, JSON.parse(variables) as object, token);
    expect(answer.errors).toEqual([]);
    expect([answer.data?.[name]].flat()).toEqual([expect.objectContaining({ status: "ACCEPTED" })]);
  },
);

it("shows no other command", () => {
  expect([...shown.keys()].sort()).toEqual(commands.map(({ mutation }) => mutation).sort());
});
