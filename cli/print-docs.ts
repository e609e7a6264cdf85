// Prints docs/commands.md, docs/events.md, docs/errors.md, docs/graph.md, the page of the checks and what follows from ops/; with
// --check only compares. Run by hand after a change of the catalogue, the projections, a schema, a check or ops/: node dist/cli/print-docs.js
import { root } from "../platform/config.js";
import { checksPage, declaredChecks, keptResults } from "./docs/checks.js";
import { commandsPage } from "./docs/commands.js";
import { errorsPage } from "./docs/errors.js";
import { eventsPage } from "./docs/events.js";
import { graphPage } from "./docs/graph.js";
import { watchingFiles } from "./docs/watching.js";
import { keep } from "./printed.js";

const pages = {
  "docs/commands.md": commandsPage(),
  "docs/events.md": eventsPage(),
  "docs/errors.md": errorsPage(),
  "docs/graph.md": graphPage(),
  ...watchingFiles(),
  "docs/operations/checks.md": checksPage(declaredChecks(root), keptResults(root)),
};
keep(pages, "node dist/cli/print-docs.js");
