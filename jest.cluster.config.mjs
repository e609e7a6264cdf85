// The checks of operations that need running programs (levels K, D, L, F and M): one suite at a time, for they load the machine.
import everything from "./jest.config.mjs";
import { filesWithChecks } from "./test/ops/files.mjs";

export default {
  ...everything,
  testPathIgnorePatterns: ["/node_modules/"],
  testMatch: filesWithChecks("KDLFM"),
  maxWorkers: 1,
};
