// The projector as a process of its own, for tests that kill it.
import { run } from "../../platform/process.js";
import { main } from "../../workers/projector/main.js";

process.exit(await run("projector", main, { opsPort: ({ ports }) => ports.projector }));
