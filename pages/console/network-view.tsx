// A real network: which peer is used, which stand by, how far each has come; orderers and chaincode where they tell.
import { countOf, durationOf } from "./format.js";
import { nodesOf, type NodeRow } from "./network.js";
import { status, type Facts } from "./parts.js";
import { Section, State } from "./ui.js";

/** Nothing where the parts run on the development ledger, which is a part itself, or tell of no peer. */
export function Network() {
  const parts = status.value?.parts ?? [];
  const nodes = nodesOf(parts);
  if (nodes.length === 0 || parts.some(({ name }) => name === "ledger")) return null;
  return (
    <Section title="Fabric network" aside={<Usable nodes={nodes} />}>
      <div class="scroll">
        <table class="parts">
          <thead>
            <tr>
              <th scope="col">Node</th>
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
            {nodes.map((node) => (
              <Row key={node.address} node={node} />
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  );
}

const USABLE = ["current", "standby"];

function Usable({ nodes }: { nodes: readonly NodeRow[] }) {
  const peers = nodes.filter(({ kind }) => kind === "peer");
  const usable = peers.filter(({ state }) => USABLE.includes(state)).length;
  return (
    <p class="summary">
      <State of={usable === 0 ? "failing" : "ready"}>
        {usable} of {peers.length} peers can be used
      </State>
    </p>
  );
}

function Row({ node: { name, address, mspId, state, height, rttMs, role } }: { node: NodeRow }) {
  return (
    <tr>
      <th scope="row" title={address}>
        {name}
      </th>
      <td>{mspId ?? ""}</td>
      <td>
        <State of={state} />
      </td>
      <td class="number">{height === undefined ? "" : countOf(height)}</td>
      <td class="number">{rttMs === undefined ? "" : durationOf(rttMs)}</td>
      <td class="tells">{role}</td>
    </tr>
  );
}

/** What a network on this machine has to say, in one line. */
export function networkTold({ line, channel, chaincode, nodes = [] }: Facts): string[] {
  const runs = nodes.filter(({ state }) => state === "running").length;
  return [
    `Fabric ${line ?? "–"}`,
    `channel ${channel ?? "–"}`,
    typeof chaincode === "object" ? `chaincode ${chaincode.version} (sequence ${chaincode.sequence})` : "",
    `${runs} of ${nodes.length} nodes run`,
  ];
}
