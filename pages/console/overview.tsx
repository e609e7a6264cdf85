// The first view: can the system do its job, what was asked for last, what exists on the ledger.
import { CommandList } from "./command-list.js";
import { Coins, Paused, People } from "./economy-view.js";
import { Network } from "./network-view.js";
import { PartsTable, Queues } from "./parts-view.js";
import { hrefOf } from "./route.js";
import { Section } from "./ui.js";

export function Overview() {
  return (
    <>
      <Paused />
      <PartsTable />
      <Network />
      <div class="two">
        <div class="column">
          <Section title="Latest commands" aside={<a href={hrefOf("commands")}>All commands</a>}>
            <CommandList first={8} compact />
          </Section>
          <Coins />
        </div>
        <div class="column">
          <Queues />
          <People />
        </div>
      </div>
    </>
  );
}
