// Faults planted into the sources on purpose, each with the test that has to notice it.
// A mutant that nobody catches, or that is caught for another reason than its own, is a hole in the suites.

export interface Mutant {
  name: string;
  /** What the code does wrong with it. */
  does: string;
  file: string;
  /** Occurs exactly once in the file; where it does not, the code has moved and the mutant is to be planted anew. */
  find: string;
  replace: string;
  caughtBy: {
    /** File of the test, from the repository. */
    file: string;
    /** The test's own words. */
    sentence: string;
    /** Stands in its failure: the reason is the mutant's and no other. */
    shows: RegExp;
  };
}

export const mutants: readonly Mutant[] = [
  {
    name: "receipts off",
    does: "executes a command again that has a receipt",
    file: "chaincode/host.ts",
    find: "if (first) return {",
    replace: "if (first?.txId === txId) return {",
    caughtBy: {
      file: "test/submitter/role.test.ts",
      sentence: "sends again what a crashed one left SUBMITTED, and the receipts keep it single",
      shows: /Expected length: 5\s+Received length: 10/,
    },
  },
  {
    name: "re-add with BullMQ's defaults",
    does: "leaves finished jobs in Redis, where they swallow the next one of the same command",
    file: "platform/queue.ts",
    find: "  removeOnComplete: true,\n  removeOnFail: true,\n",
    replace: "",
    caughtBy: {
      file: "test/platform/queue.test.ts",
      sentence: "takes the id of a finished job again",
      shows: /waited \d+ ms in vain for: the job to be gone/,
    },
  },
];
