// The checks of operations that need no running system (levels U and P), wherever they are; npm test runs them too.
import everything from "./jest.config.mjs";
import { filesWithChecks } from "./test/ops/files.mjs";

export default { ...everything, testMatch: filesWithChecks("UP") };
