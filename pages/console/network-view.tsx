// The peers of a real network: which one is used, which stand by, how far each has come.
import { countOf, durationOf } from "./format.js";
import { peersOf, type PeerRow } from "./network.js";
import { status } from "./parts.js";
import { Section, State } from "./ui.js";

/** Nothing where the parts run on the development ledger, which is a part itself, or tell of no peer. */
export function Network() {
  const parts = status.value?.parts ?? [];
  const peers = peersOf(parts);
  if (peers.length === 0 || parts.some(({ name }) => name === "ledger")) return null;
  return (
    <Section title="Fabric network" aside={<Current peers={peers} />}>
      <div class="scroll">
        <table class="parts">
          <thead>
            <tr>
              <th scope="col">Peer</th>
              <th scope="col">Organization</th>
              <th scope="col">State</th>
              <th scope="col" class="number">
                Blocks
              </th>
              <th scope="col" class="number">
                Round trip
              </th>
              <th scope="col">Used by</th>
            </tr>
          </thead>
          <tbody>
            {peers.map((peer) => (
              <Row key={peer.address} peer={peer} />
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  );
}

function Current({ peers }: { peers: readonly PeerRow[] }) {
  const usable = peers.filter(({ state }) => state === "current" || state === "standby").length;
  return (
    <p class="summary">
      <State of={usable === 0 ? "failing" : "ready"}>
        {usable} of {peers.length} peers can be used
      </State>
    </p>
  );
}

function Row({ peer: { address, mspId, state, height, rttMs, usedBy } }: { peer: PeerRow }) {
  return (
    <tr>
      <th scope="row">{address}</th>
      <td>{mspId}</td>
      <td>
        <State of={state} />
      </td>
      <td class="number">{height === undefined ? "" : countOf(height)}</td>
      <td class="number">{rttMs === undefined ? "" : durationOf(rttMs)}</td>
      <td class="tells">{usedBy.join(", ")}</td>
    </tr>
  );
}
