// Fabric's own command line, spoken as the administrator of an organization: joining peers and the chaincode's life cycle.
import { execFile } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { environment } from "../platform/config.js";
import { adminEnvironment } from "./configuration.js";
import { tlsOf } from "./crypto.js";
import { networkFault } from "./errors.js";
import type { Layout, OrdererPlace, PeerPlace } from "./layout.js";
import type { Installation } from "./programs.js";

const run = promisify(execFile);

/** Runs `peer <args>` at a peer as its organization's administrator. @throws GxError NETWORK with its last line */
export type PeerCommand = (peer: PeerPlace, args: readonly string[]) => Promise<string>;

export function peerCommand({ peer: program }: Pick<Installation, "peer">, layout: Layout): PeerCommand {
  return async (peer, args) => {
    try {
      const { stdout } = await run(program, args, { env: environment(adminEnvironment(layout, peer)) });
      return stdout;
    } catch (cause) {
      const said = typeof cause === "object" && cause !== null && "stderr" in cause ? String(cause.stderr) : "";
      const error = /^Error: .*/m.exec(said)?.[0] ?? said.trim().split("\n").at(-1) ?? "";
      throw networkFault(`peer ${args.slice(0, 3).join(" ")} at ${peer.name}: ${error}`, cause);
    }
  };
}

/** Arguments that name the orderer a command is sent to. */
export const throughOrderer = (layout: Layout, { name, host, port }: OrdererPlace): string[] => {
  const secure = ["--tls", "--cafile", tlsOf(layout, name, "ca.crt")];
  return ["-o", `${host}:${port}`, ...secure];
};

/** Arguments that name the peers which endorse. */
export const atPeers = (layout: Layout, peers: readonly PeerPlace[]): string[] =>
  peers.flatMap(({ name, host, port }) => [
    ...["--peerAddresses", `${host}:${port}`],
    ...["--tlsRootCertFiles", tlsOf(layout, name, "ca.crt")],
  ]);

// No leader yet, a peer that has not seen the other's approval, or a chaincode that is just starting: a moment later it works.
const SOON =
  /SERVICE_UNAVAILABLE|not agreed to by this org|ProposalResponsePayloads do not match|connection refused|no Raft leader|failed to distribute private collection/;
const PATIENCE_MS = 30_000;

/** Repeats what a young network refuses for a moment. */
export async function soon<T>(act: () => Promise<T>): Promise<T> {
  for (const end = Date.now() + PATIENCE_MS; ; await sleep(50)) {
    try {
      return await act();
    } catch (error) {
      if (Date.now() > end || !(error instanceof Error && SOON.test(error.message))) throw error;
    }
  }
}
