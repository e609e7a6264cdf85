// The command log against the blocks: every settled command stands where its row says, and nowhere else. Reads only.
import type { ClientBase } from "pg";
import type { Fold } from "./fold.js";
import type { Report } from "./report.js";
import { readRows } from "./rows.js";

const NAME = "app.command";

/** Compares the log with the outcomes; returns the ids of FAILED commands, which must have no receipt. */
export async function compareCommands(
  client: Pick<ClientBase, "query">,
  report: Report,
  { outcomes }: Fold,
): Promise<string[]> {
  const check = report.check(NAME);
  const failed: string[] = [];
  const known = new Set<string>();
  for (const row of await readRows(client, ["app", "command"])) {
    const id = row["id"] ?? "";
    known.add(id);
    report.compared(NAME);
    const outcome = outcomes.get(id);
    if (outcome) {
      for (const [column, expected] of Object.entries(outcome)) {
        report.same(NAME, `${id}: ${column}`, row[column], expected);
      }
    } else if (row["status"] === "COMMITTED" || row["status"] === "REFUSED") {
      report.fault(NAME, `${id} is ${row["status"]}, but no block holds its outcome`);
    } else if (row["status"] === "FAILED") {
      failed.push(id);
    }
  }
  const foreign = [...outcomes.keys()].filter((id) => !known.has(id)).length;
  if (foreign > 0) check.note = `${foreign} commands on the ledger were not sent through this log`;
  return failed;
}

/** The signed lines of every account sum up to its balance (protocol.md 17, 23), in the database itself. */
export async function compareStatements(client: Pick<ClientBase, "query">, report: Report): Promise<void> {
  const { rows } = await client.query<{ id: string; balance: string; lines: string }>(
    `select coalesce(w.id, e.wallet_id) as id, (w.stored + w.pending)::text as balance, coalesce(e.sum, 0)::text as lines
     from read.wallet w full join (select wallet_id, sum(amount) as sum from read.entry group by 1) e on e.wallet_id = w.id`,
  );
  report.compared("statements", rows.length);
  report.check("statements").note = "invariant 23";
  for (const { id, balance, lines } of rows)
    report.same("statements", `the sum of the entries of ${id}`, lines, balance);
}
