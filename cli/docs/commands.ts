// docs/commands.md: everything that a caller needs to know of each command, from its entry in the catalogue.
import { commands, furnishedDomains } from "../../catalogue/index.js";
import { exampleOf } from "../../catalogue/examples.js";
import type { AnyCommand, Named } from "../../catalogue/language.js";
import { refusals } from "../../catalogue/refusals.js";
import { lists } from "../../subgraphs/lists.js";
import { lanesOf, weightOf } from "./bounds.js";
import { fieldTable, kindsOfValues } from "./kinds.js";
import { code, enumerated, page, table, to } from "./markdown.js";
import { actorCodeOf, commonCodes, personOf, signerOf, tokenOf } from "./who.js";

const opening = `# Commands

Whatever changes the ledger is a command: a mutation of the graph with the command's name. It takes the fields below and an
\`idempotencyKey\`, and returns a ticket at once; the end is seen by asking for the ticket's [\`Command\`](graph.md#command), or live by
[\`commandUpdated\`](live.md). What a ticket promises stands in [guarantees.md](guarantees.md), what a refusal means in [errors.md](errors.md).

\`\`\`
npx gx send <domain>.<command> --wait --input '{…}'       # sends one and follows it to its end
npx gx send --help                                        # every command with its fields
\`\`\`

The examples speak of the people of \`npm start -- --demo\`; each is sent to a real gateway by a test.`;

const reading = (): string[] => [
  "## How to read an entry",
  "",
  "- **Asked by** is who may ask, with the roles of which the token needs one; **signed by** the role whose queue and certificate carry it.",
  "- **Operation** is the command's name on dashboards and in runbooks.",
  "- **Lanes**: commands of one queue that share a lane run in the order of acceptance. **Weight** bounds the keys and events of the",
  "  command; a transaction is filled up to 2,000.",
  "- **Refusals** stand in the order of the checks. Before them come those that every command can meet:",
  `  ${enumerated(Object.keys(commonCodes).map((each) => to("errors", each)))}.`,
  "- The key of a mutation is 8 to 128 characters without `/`. The same key with the same content is the same ticket.",
  ...kindsOfValues,
];

export function commandsPage(): string {
  const ofDomain = (domain: string) => commands.filter((command) => command.domain === domain);
  const furnished = furnishedDomains.filter((domain) => ofDomain(domain).length > 0);
  return page(
    "catalogue/",
    opening,
    [
      "## Contents",
      "",
      ...table(
        ["domain", "commands"],
        furnished.map((domain) => contentsOf(domain, ofDomain(domain))),
      ),
    ],
    reading(),
    ...furnished.flatMap((domain) => [`## ${domain}`, ...ofDomain(domain).flatMap(entryOf)]),
  );
}

const contentsOf = (domain: string, entries: readonly Named<AnyCommand>[]): string[] => [
  `[${domain}](#${domain})`,
  entries.map(({ mutation }) => to("", mutation)).join(", "),
];

function entryOf(command: Named<AnyCommand>): (string | readonly string[])[] {
  const { mutation, sentence, operation, fields, emits } = command;
  const given = fieldTable(fields, false);
  return [
    `### ${mutation}`,
    sentence,
    table(
      ["asked by", "signed by", "operation", "lanes", "weight"],
      [
        [
          `${personOf(command)} (${tokenOf(command)})`,
          signerOf(command),
          code(operation),
          lanesOf(command),
          weightOf(command),
        ],
      ],
    ),
    given.length === 0 ? "It takes no field but the key." : given,
    splitOf(command),
    `**Events** that it can cause, in order: ${[...new Set(emits.map(({ event }) => event))].map((event) => to("events", event)).join(", ")}`,
    refusalsOf(command),
    ...exampleLines(command),
  ];
}

/** How a mutation that takes any number of rows makes commands of them. */
function splitOf({ name }: Named<AnyCommand>): string {
  const list = lists[name];
  if (!list) return "";
  const { field, size } = list;
  return `The mutation takes any number of ${field}, splits them in order into commands of ${size} under the keys \`<key>/0\`, \`<key>/1\`, …, accepts all or none, and returns a ticket for each.`;
}

function refusalsOf(command: Named<AnyCommand>): readonly string[] {
  const actor = actorCodeOf(command);
  const own = command.refusals.map((refusal) => [to("errors", refusal), refusals[refusal].sentence]);
  const before = actor ? [[to("errors", actor), refusals[actor].sentence]] : [];
  const rows = [...before, ...own];
  return rows.length === 0 ? [] : table(["refusal", "sentence"], rows);
}

/** The mutation with variables for all of its fields; they are given below it as one JSON object. */
export function exampleMutation({ mutation, fields }: Named<AnyCommand>): string {
  const signature = Object.entries(fields).map(([name, { sdl, optional }]) => `$${name}: ${sdl}${optional ? "" : "!"}`);
  const given = [...Object.keys(fields), "idempotencyKey"].map((name) => `${name}: $${name}`);
  return [
    `mutation (${[...signature, "$idempotencyKey: String!"].join(", ")}) {`,
    `  ${mutation}(${given.join(", ")}) { commandId status }`,
    "}",
  ].join("\n");
}

export const exampleVariables = (command: Named<AnyCommand>): Readonly<Record<string, unknown>> => ({
  ...exampleOf(command),
  idempotencyKey: `example-${command.mutation}-1`,
});

function exampleLines(command: Named<AnyCommand>): (readonly string[])[] {
  const variables = Object.entries(exampleVariables(command));
  const lines = variables.map(([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)}`);
  return [
    ["```graphql", exampleMutation(command), "```"],
    ["```json", "{", lines.join(",\n"), "}", "```"],
  ];
}
