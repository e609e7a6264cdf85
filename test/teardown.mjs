// Ends the servers that the suites of this jest run left, and removes its folder.
import { endRun } from "./servers.mjs";

export default async function teardown() {
  if (process.env.GX_TEST_RUN) await endRun(process.env.GX_TEST_RUN);
}
