// The printed pages against the printed SDL and the catalogue: nothing is left out.
import { readdirSync, readFileSync } from "node:fs";
import { Kind, parse } from "graphql";
import { commands, eventTypes } from "../../catalogue/index.js";
import { refusals } from "../../catalogue/refusals.js";
import { storedOf } from "../../cli/docs/stored.js";

const pageOf = (name: string) => readFileSync(`docs/${name}.md`, "utf8");
const sections = (page: string) =>
  new Map(page.split(/^(?=#{2,3} )/m).map((section) => [/^#+ (.*)$/m.exec(section)?.[1] ?? "", section] as const));
const ROOTS: Readonly<Record<string, string>> = {
  Query: "Queries",
  Mutation: "Mutations",
  Subscription: "Subscriptions",
};

describe("the page of the graph", () => {
  const parts = sections(pageOf("graph"));
  const files = readdirSync("schema").filter((name) => name.endsWith(".graphql") && name !== "supergraph.graphql");

  it.each(files)("has every field of %s", (file) => {
    const { definitions } = parse(readFileSync(`schema/${file}`, "utf8"));
    const missing = definitions.flatMap((node) => {
      if (node.kind !== Kind.OBJECT_TYPE_DEFINITION && node.kind !== Kind.OBJECT_TYPE_EXTENSION) return [];
      const type = node.name.value;
      if (/(Connection|Edge)$/.test(type)) return [];
      const section = parts.get(ROOTS[type] ?? type) ?? "";
      const names = (node.fields ?? []).map(({ name }) => name.value);
      return names.filter((name) => !new RegExp(`\`${name}[\`(]`).test(section)).map((name) => `${type}.${name}`);
    });
    expect(missing).toEqual([]);
  });
});

it("shows every command, event and refusal", () => {
  const [ofCommands, ofEvents] = [sections(pageOf("commands")), sections(pageOf("events"))];
  const errors = pageOf("errors");
  expect(commands.filter(({ mutation }) => !ofCommands.has(mutation))).toEqual([]);
  expect(eventTypes.filter(({ event }) => !ofEvents.has(event)).map(({ event }) => event)).toEqual([]);
  expect(Object.keys(refusals).filter((code) => !errors.includes(`</a>\`${code}\` |`))).toEqual([]);
});

it("tells of every event what the read models store", () => {
  const silent = eventTypes.filter((event) => storedOf(event).length === 0).map(({ event }) => event);
  // The progress of a count.
  expect(silent).toEqual(["ProposalTallied"]);
});
