// The last lines of a test run: how many ran, how many were skipped, and why (a suite says why in its title: "SKIPPED: …").
export default class Reporter {
  onRunComplete(_contexts, results) {
    const skipped = results.testResults
      .flatMap((file) => file.testResults)
      .filter((test) => test.status === "pending")
      .map((test) => `SKIPPED ${test.fullName}`);
    const count = `${results.numPassedTests} passed, ${results.numFailedTests} failed, ${results.numPendingTests} skipped`;
    // jest's own summary comes after every reporter; these lines come after the summary.
    process.once("exit", () => console.log([...skipped, count].join("\n")));
  }
}
