// The last lines of a test run: how many ran, how many were skipped, and why (a suite says why in its title: "SKIPPED: …").
export default class Reporter {
  onRunComplete(_contexts, results) {
    const skipped = results.testResults
      .flatMap((file) => file.testResults)
      .filter((test) => test.status === "pending")
      .map((test) => test.fullName);
    for (const name of skipped) console.log(`SKIPPED ${name}`);
    console.log(
      `${results.numPassedTests} passed, ${results.numFailedTests} failed, ${results.numPendingTests} skipped`,
    );
  }
}
