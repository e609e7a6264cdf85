// Prints docs/commands.md, docs/events.md, docs/errors.md and docs/graph.md; with --check only compares them.
// Run by hand after a change of the catalogue, the projections or a schema: node dist/cli/print-docs.js
import { commandsPage } from "./docs/commands.js";
import { errorsPage } from "./docs/errors.js";
import { eventsPage } from "./docs/events.js";
import { graphPage } from "./docs/graph.js";
import { keep } from "./printed.js";

const pages = {
  "docs/commands.md": commandsPage(),
  "docs/events.md": eventsPage(),
  "docs/errors.md": errorsPage(),
  "docs/graph.md": graphPage(),
};
keep(pages, "node dist/cli/print-docs.js");
