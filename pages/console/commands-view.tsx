// All commands, newest first, filtered by status. The filter stands in the address.
import { CommandList } from "./command-list.js";
import { STATUSES } from "./command.js";
import { hrefOf, route } from "./route.js";
import { isAdmin } from "./session.js";

export function Commands() {
  const chosen = STATUSES.find((status) => status === route.value.rest);
  return (
    <section class="card" aria-label="Commands">
      <nav class="filter" aria-label="Filter by status">
        {[undefined, ...STATUSES].map((status) => (
          <a
            key={status ?? "all"}
            href={hrefOf("commands", status ?? "")}
            aria-current={chosen === status ? "true" : undefined}
          >
            {status ?? (isAdmin.value ? "All" : "All of mine")}
          </a>
        ))}
      </nav>
      <CommandList first={50} status={chosen} />
    </section>
  );
}
