// Two ways from the test's peer to the chaincode: a pair in memory, and gRPC to the real program in a child process.
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client, credentials } from "@grpc/grpc-js";
import { build } from "esbuild";
import { served } from "../../chaos/model/served.js";
import type { Connected } from "../../chaos/model/peer.js";
import { peer, type Message } from "../../chaos/model/shim.js";
import { freePort } from "../environment.js";
import { contracts } from "./probe.js";

export const PACKAGE_ID = "gx:test";

/** The contracts behind the shim's handler in this process: only the wire is missing. */
export const inMemory = async (): Promise<Connected> => served(contracts);

/** The same contracts, bundled as for peers, in `fabric-chaincode-node server`, dialled as a peer dials it. */
export async function inChildProcess(): Promise<Connected> {
  const folder = await bundled();
  const address = `127.0.0.1:${await freePort()}`;
  const child = spawned(folder, address);
  const client = new Client(address, credentials.createInsecure(), { "grpc.max_receive_message_length": -1 });
  await new Promise<void>((resolve, reject) => {
    client.waitForReady(Date.now() + 20_000, (error) => (error ? reject(error) : resolve()));
  });
  const wire = client.makeBidiStreamRequest<Message, Message>(
    "/protos.Chaincode/Connect",
    (message) => Buffer.from(message.serializeBinary()),
    (bytes) => peer.ChaincodeMessage.deserializeBinary(bytes),
  );
  wire.on("error", () => undefined);
  const close = async () => {
    wire.cancel();
    client.close();
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await gone;
    rmSync(folder, { recursive: true, force: true });
  };
  return { wire, close };
}

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Inside the repository, so that the bundle finds the shim where npm put it. */
async function bundled(): Promise<string> {
  const folder = mkdtempSync(join(root, "node_modules", ".gx-peer-"));
  await build({
    ...{ absWorkingDir: root, entryPoints: ["test/chaincode/probe.ts"], outfile: join(folder, "index.cjs") },
    ...{ bundle: true, platform: "node", format: "cjs", target: "node20", logLevel: "silent" },
    external: ["fabric-shim", "fabric-contract-api"],
  });
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "gx-chaincode", version, main: "index.cjs" }));
  return folder;
}

// The child ends when this process is gone: its standard input closes.
const END_WITH_PARENT = 'data:text/javascript,process.stdin.resume().on("end",()=>process.exit(0))';

function spawned(folder: string, address: string): ChildProcess {
  const program = createRequire(import.meta.url).resolve("fabric-shim/cli.js");
  const given = ["server", "--chaincode-address", address, "--chaincode-id", PACKAGE_ID];
  return spawn(process.execPath, ["--import", END_WITH_PARENT, program, ...given], {
    cwd: folder,
    stdio: ["pipe", "ignore", "ignore"],
    env: { PATH: process.env.PATH ?? "", CORE_CHAINCODE_LOGGING_LEVEL: "error" },
  });
}
