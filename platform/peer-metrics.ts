// What is known of each peer, under the metrics' names of record.
import type { Connection } from "./connection.js";
import type { Metrics } from "./metrics.js";

/**
 * Shows the peers of the connection; the function returned notes whether the last call of a role succeeded.
 * Each role speaks to the peer in use, which its own calls prove; the others are proved by being asked what they hold.
 */
export function measurePeers(
  { gauge }: Pick<Metrics, "gauge">,
  connection: Pick<Connection, "peers">,
): (role: string, ok: boolean) => void {
  const proved = new Map<string, boolean>();
  gauge("fabric_sdk_connection_status", "1 when the peer answered the last call.", ["role", "peer"], (of) => {
    for (const { address: peer, state } of connection.peers()) {
      for (const [role, ok] of proved) of.set({ role, peer }, (state === "current" ? ok : state === "standby") ? 1 : 0);
    }
  });
  gauge("fabric_peer_height", "Number of blocks that the peer holds.", ["peer"], (of) => {
    for (const { address: peer, height = -1 } of connection.peers()) of.set({ peer }, height);
  });
  gauge("fabric_peer_rtt_seconds", "Time of the peer's last answer.", ["peer"], (of) => {
    for (const { address: peer, rttMs } of connection.peers()) if (rttMs !== undefined) of.set({ peer }, rttMs / 1_000);
  });
  return (role, ok) => void proved.set(role, ok);
}
