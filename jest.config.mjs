// One jest for every floor: ESM, TypeScript by swc. Suites that start processes share test/environment.
import { availableParallelism } from "node:os";

export default {
  // Suites wait for servers and clocks most of their time: one more than jest's own choice on small machines.
  maxWorkers: Math.min(4, Math.max(2, availableParallelism())),
  testEnvironment: "node",
  extensionsToTreatAsEsm: [".ts"],
  roots: ["<rootDir>/test"],
  testMatch: ["**/*.test.ts"],
  // What needs processes under load or programs of a cluster has a run of its own: npm run test:ops:cluster.
  testPathIgnorePatterns: ["/node_modules/", "<rootDir>/test/ops/cluster/"],
  moduleNameMapper: { "^(\\.{1,2}/.*)\\.js$": "$1" },
  transform: {
    "^.+\\.ts$": [
      "@swc/jest",
      { jsc: { target: "es2022", parser: { syntax: "typescript", decorators: false } }, module: { type: "es6" } },
    ],
    // An ES module that a CommonJS one requires: Node.js allows that, jest's modules on Node.js 20 do not.
    "node_modules/content-disposition/.+\\.js$": ["@swc/jest", { module: { type: "commonjs" } }],
  },
  transformIgnorePatterns: ["/node_modules/(?!content-disposition/)"],
  globalSetup: "<rootDir>/test/setup.mjs",
  globalTeardown: "<rootDir>/test/teardown.mjs",
  testTimeout: 60_000,
  reporters: ["default", "<rootDir>/test/reporter.mjs"],
};
