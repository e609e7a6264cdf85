// Prints k8s/fabric, the reference network in a cluster, from what `gx network` starts on one machine; with --check only
// compares. Run by hand after a change of network/ or cli/fabric/: node dist/cli/print-fabric.js
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../platform/config.js";
import { fabricFiles } from "./fabric/files.js";
import { keep } from "./printed.js";

const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
keep(fabricFiles(version), "node dist/cli/print-fabric.js");
