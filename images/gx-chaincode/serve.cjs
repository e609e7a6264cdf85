// The first process of the container: Node.js without a handler would not end on SIGTERM there, and each stop would take the whole grace.
// The chaincode keeps nothing, and a call that it was in is tried again: it ends at once.
process.once("SIGTERM", () => process.exit(0));
require("fabric-shim/cli.js");
