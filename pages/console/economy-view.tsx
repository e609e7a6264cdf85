// What exists on the ledger: coins made and still to make, the six pools, people and countries. All of it is public.
import { GraphError, type Counters, type Supply, type SystemStatus } from "@gx/client";
import { signal } from "@preact/signals";
import QUERY from "../../schema/operations/economy.graphql";
import { countOf, gxOf, percentOf } from "./format.js";
import { usePolling } from "./poll.js";
import { hrefOf } from "./route.js";
import { client } from "./session.js";
import { Empty, Notice, Section } from "./ui.js";

interface Economy {
  readonly supply: Supply | null;
  readonly counters: Counters | null;
  readonly systemStatus: SystemStatus | null;
}

const economy = signal<Economy | undefined>(undefined);

async function ask(signal: AbortSignal): Promise<void> {
  try {
    economy.value = await client.value.query<Economy>(QUERY.trim(), {}, { signal });
  } catch (error) {
    // A subgraph may be away: what could be answered is shown.
    if (error instanceof GraphError && error.data) economy.value = error.data as Economy;
  }
}

export function Coins() {
  usePolling(ask, 3_000, [client.value]);
  const { supply, systemStatus } = economy.value ?? {};
  if (!economy.value) return <Section title="Supply">{<Empty>Asking…</Empty>}</Section>;
  if (systemStatus && !systemStatus.bootstrapped) {
    return (
      <Section title="Supply">
        <Empty>
          The ledger is empty. It begins with{" "}
          <a href={hrefOf("send", "admin.bootstrapSystem")}>admin.bootstrapSystem</a>.
        </Empty>
      </Section>
    );
  }
  return supply ? <Figures supply={supply} /> : null;
}

/** Nobody looks at figures first while nothing can be done. */
export function Paused() {
  const { systemStatus } = economy.value ?? {};
  return systemStatus?.paused ? <Notice kind="bad">The system is paused: {systemStatus.pauseReason}</Notice> : null;
}

export function People() {
  const counters = economy.value?.counters;
  return counters ? <Counts counters={counters} /> : null;
}

interface BarProps {
  readonly name: string;
  readonly part: string;
  readonly whole: string;
}

/** A bar whose figures stand beside it: the picture says nothing that the text does not. */
function Bar({ name, part, whole }: BarProps) {
  const [of, all] = [BigInt(part), BigInt(whole)];
  const share = all === 0n ? 0 : Number((of * 10_000n) / all) / 100;
  return (
    <div class="bar">
      <div class="label">
        <span>{name}</span>
        <span>
          {gxOf(part)} <small>of {gxOf(whole)} GX</small>
          <span class="share">{percentOf(of, all)}</span>
        </span>
      </div>
      <svg
        viewBox="0 0 100 4"
        preserveAspectRatio="none"
        role="img"
        aria-label={`${name}: ${percentOf(of, all)} minted`}
      >
        <rect class="rail" width="100" height="4" rx="1" />
        {of > 0n && <rect class="value" width={Math.max(share, 0.4)} height="4" rx="1" />}
      </svg>
    </div>
  );
}

function Figures({ supply }: { supply: Supply }) {
  const { maxSupply, totalMinted, circulating, pools } = supply;
  return (
    <Section title="Supply">
      <dl class="figures">
        <Figure name="Minted" value={`${gxOf(totalMinted)} GX`} />
        <Figure name="Held by people" value={`${gxOf(circulating)} GX`} />
      </dl>
      <Bar name="All coins" part={totalMinted} whole={maxSupply} />
      <h3>Pools</h3>
      {pools.map(({ id, cap, minted }) => (
        <Bar key={id} name={poolName(id)} part={minted ?? "0"} whole={cap ?? "0"} />
      ))}
    </Section>
  );
}

function Figure({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

const poolName = (id: string): string => {
  const words = id.toLowerCase().replace("govt", "government").replaceAll("_", " ");
  return id === "GX" ? "GX" : `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
};

function Counts({ counters: { users, usersByPhase, organizations, countries } }: { counters: Counters }) {
  const most = Math.max(1, ...usersByPhase);
  return (
    <Section title="People">
      <dl class="figures">
        <Figure name="Users" value={countOf(users)} />
        <Figure name="Organizations" value={countOf(organizations)} />
        <Figure name="Countries" value={countOf(countries)} />
      </dl>
      <h3>Users with genesis coins, by phase</h3>
      <svg class="columns" viewBox="0 0 240 84" role="img" aria-label="Users of the six phases, as in the list below">
        {usersByPhase.map((count, index) => (
          <g key={index} transform={`translate(${index * 40} 0)`}>
            <rect class="rail" x="8" y="14" width="24" height="52" rx="2" />
            <rect class="value" x="8" y={66 - (52 * count) / most} width="24" height={(52 * count) / most} rx="2" />
            <text x="20" y="9">
              {countOf(count)}
            </text>
            <text x="20" y="80">
              {index + 1}
            </text>
          </g>
        ))}
      </svg>
      <p class="unseen">{usersByPhase.map((count, index) => `Phase ${index + 1}: ${count} users`).join(", ")}</p>
    </Section>
  );
}
