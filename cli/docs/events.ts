// docs/events.md: each event with its fields, the commands that cause it, and what the read models store of it.
import { catalogue, commands, furnishedDomains } from "../../catalogue/index.js";
import type { AnyEvent, Events } from "../../catalogue/language.js";
import { fieldTable, kindsOfValues } from "./kinds.js";
import { enumerated, page, table, to } from "./markdown.js";
import { storedOf } from "./stored.js";

const opening = `# Events

What a committed command changed. A transaction of the ledger carries the outcomes of its commands, in order, and each outcome its events;
the projector turns them into rows, block by block. [\`Command.events\`](graph.md#command) names those of one command; who follows the
ledger itself reads them from the chaincode event \`gx\` of each block, as JSON.

Every event has \`name\`, \`domain\` and \`at\` (Unix seconds, the time of its transaction) beside its own fields. Fields are always present;
"none" is null. An event that does not decode is kept apart with an alarm, and its command shows \`incomplete\`.`;

export function eventsPage(): string {
  const all = furnishedDomains.map((domain) => [domain, Object.values(catalogue[domain].events as Events)] as const);
  const furnished = all.filter(([, events]) => events.length > 0);
  return page(
    "catalogue/events/ and workers/projector/",
    opening,
    [
      "## Contents",
      "",
      ...table(
        ["domain", "events"],
        furnished.map(([domain, events]) => [
          `[${domain}](#${domain})`,
          events.map(({ event }) => to("", event)).join(", "),
        ]),
      ),
    ],
    ["## Kinds of values", "", ...kindsOfValues],
    ...furnished.flatMap(([domain, events]) => [`## ${domain}`, ...events.flatMap(entryOf)]),
  );
}

function entryOf(event: AnyEvent): (string | readonly string[])[] {
  const stored = storedOf(event);
  const emitters = commands.filter(({ emits }) => emits.some((each) => each.event === event.event));
  return [
    `### ${event.event}`,
    fieldTable(event.fields, true),
    `**Emitted by** ${enumerated(emitters.map(({ mutation }) => to("commands", mutation))) || "no command"}.`,
    stored.length === 0 ? "**Stored**: nothing." : ["**Stored**:", ...stored.map((line) => `- ${line}`)],
  ];
}
