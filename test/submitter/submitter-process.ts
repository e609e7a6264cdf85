// The submitter as a process of its own, for tests that kill it; arguments are the roles.
import { run } from "../../platform/process.js";
import { main } from "../../workers/submitter/main.js";

const args = process.argv.slice(2);
process.exit(await run("submitter", main, { args, opsPort: ({ ports }) => ports.submitter }));
