// Every part with its state and what it tells of itself, and the queues of the three signing roles.
import { signingRoles } from "../../catalogue/roles.js";
import { countOf, durationOf, megabytesOf, roleOf } from "./format.js";
import { networkTold } from "./network-view.js";
import { forAdmins, height, status, type Facts, type Part } from "./parts.js";
import { session } from "./session.js";
import { Empty, Notice, Section, State } from "./ui.js";

export function PartsTable() {
  const parts = status.value?.parts;
  if (forAdmins.value) return <Notice>Sign in as an admin to see the state of the parts.</Notice>;
  if (!parts) return <Section title="Parts">{<Empty>Asking the parts…</Empty>}</Section>;
  const bad = parts.filter(({ state }) => state !== "ready");
  return (
    <Section title="Parts" aside={<Summary bad={bad} all={parts.length} />}>
      <div class="scroll">
        <table class="parts">
          <thead>
            <tr>
              <th scope="col">Part</th>
              <th scope="col">State</th>
              <th scope="col" class="number">
                For
              </th>
              <th scope="col" class="number">
                Memory
              </th>
              <th scope="col">Tells</th>
            </tr>
          </thead>
          <tbody>
            {parts.map((part) => (
              <Row key={part.name} part={part} />
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  );
}

function Summary({ bad, all }: { bad: readonly Part[]; all: number }) {
  const blocks = height.value;
  return (
    <p class="summary" aria-live="polite">
      {bad.length === 0 ? (
        <State of="ready">All {all} parts are ready</State>
      ) : (
        <State of="failing">
          {bad.map(({ name }) => titleOf(name)).join(", ")} {bad.length === 1 ? "is" : "are"} not ready
        </State>
      )}
      {blocks !== undefined && <span class="number">{countOf(blocks)} blocks</span>}
    </p>
  );
}

function Row({ part: { name, state, since, detail, facts } }: { part: Part }) {
  const at = status.value?.at ?? "";
  return (
    <tr>
      <th scope="row">{titleOf(name)}</th>
      <td>
        <State of={state} />
      </td>
      <td class="number" title={since}>
        {since ? durationOf(Date.parse(at) - Date.parse(since)) : ""}
      </td>
      <td class="number">{facts.memoryBytes === undefined ? "" : megabytesOf(facts.memoryBytes)}</td>
      <td class="tells">{detail === "" ? told(name, facts) : <span class="fault">{detail}</span>}</td>
    </tr>
  );
}

const titles: Readonly<Record<string, string>> = {
  ...{ fabric: "Fabric network", network: "Fabric network", postgresql: "PostgreSQL", redis: "Redis" },
};
const titleOf = (name: string): string => titles[name] ?? `${name.charAt(0).toUpperCase()}${name.slice(1)}`;

/** What a part that works has to say, in one line. */
function told(name: string, facts: Facts): string {
  const words: Readonly<Record<string, () => (string | false)[]>> = {
    gateway: () => [subgraphsOf(facts)],
    subgraphs: () => [(facts.domains ?? []).join(", "), `rows of block ${facts.watermark ?? "–"}`, cacheOf(facts)],
    submitter: () => [leadsOf(facts)],
    projector: () => [
      facts.leader ? "leads" : "stands by",
      `block ${facts.height ?? "–"} of ${facts.chainHeight === undefined ? "–" : facts.chainHeight - 1}`,
      `${facts.lagBlocks ?? 0} blocks and ${durationOf(facts.lagMs ?? 0)} behind`,
    ],
    ledger: () => [`${countOf(facts.height ?? 0)} blocks`],
    network: () => networkTold(facts),
    fabric: () => ["answers the parts that use it"],
    postgresql: () => ["answers the parts that use it"],
    redis: () => ["answers the parts that use it"],
  };
  return (words[name]?.() ?? []).filter((word) => word !== false && word !== "").join(" · ");
}

function subgraphsOf({ subgraphs = {} }: Facts): string {
  const away = Object.entries(subgraphs).filter(([, up]) => !up);
  return away.length === 0
    ? `${Object.keys(subgraphs).length} subgraphs answer`
    : `without ${away.map(([name]) => name).join(", ")}`;
}

const cacheOf = ({ cache }: Facts) => (cache === undefined ? false : `cache ${cache}`);

function leadsOf({ roles = {} }: Facts): string {
  const leading = Object.entries(roles).filter(([, state]) => state === "leader");
  return `leads ${leading.length} of ${Object.keys(roles).length} queues`;
}

const WAITING = ["waiting", "prioritized", "delayed", "paused", "waiting-children"];

export function Queues() {
  const facts = status.value?.parts.find(({ name }) => name === "submitter")?.facts;
  return (
    <Section title="Queues" aside={session.value?.board && <a href="/board">Board</a>}>
      {facts?.queues ? (
        <table>
          <thead>
            <tr>
              <th scope="col">Signs as</th>
              <th scope="col" class="number">
                Waiting
              </th>
              <th scope="col" class="number">
                In work
              </th>
              <th scope="col">Leader</th>
            </tr>
          </thead>
          <tbody>
            {signingRoles.map((role) => {
              const jobs = facts.queues?.[role] ?? {};
              const waiting = WAITING.reduce((sum, state) => sum + (jobs[state] ?? 0), 0);
              return (
                <tr key={role}>
                  <th scope="row">{roleOf(role)}</th>
                  <td class="number">{countOf(waiting)}</td>
                  <td class="number">{countOf(jobs["active"] ?? 0)}</td>
                  <td>{facts.roles?.[role] === "leader" ? "yes" : "stands by"}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      ) : (
        <Empty>The submitter tells nothing of its queues now.</Empty>
      )}
    </Section>
  );
}
