// Blocks → what was found in them, and the statements that write it. Pure, and all that decides what rows look like: the
// build hashes this file with everything it imports as the version of the read models.
import type { Block } from "../../platform/blocks.js";
import { clockOf, type Clock } from "./clock.js";
import { decodeBlock, type Decoded, type Outcome, type PlacedEvent, type Quarantined } from "./decode.js";
import { fold, type TableChanges } from "./fold.js";
import { changesOfEvent } from "./projections.js";
import { statementsFor, unnested, type Statement } from "./write.js";

/** Where rows go: the live models, or those that are rebuilt beside them with the outcomes in a table of their own. */
export interface Target {
  readonly schema: "read" | "read_next";
  readonly outcomes: "app.command" | "read_next.outcome";
}

export interface Derived extends Decoded {
  /** Undefined when there is no event. */
  readonly clock: Clock | undefined;
  /** Rows that change, folded to one change each. */
  readonly tables: readonly TableChanges[];
  /** In the order in which they are run. */
  readonly statements: readonly Statement[];
}

export function derive(blocks: readonly Block[], target: Target): Derived {
  const decoded = blocks.map(decodeBlock);
  const outcomes = decoded.flatMap((block) => block.outcomes);
  const events = decoded.flatMap((block) => block.events);
  const quarantined = decoded.flatMap((block) => block.quarantined);
  const tables = fold(events.flatMap((placed) => changesOfEvent(placed.event, placed.place)));
  const statements = [
    ...tables.flatMap((changes) => statementsFor(changes, target.schema)),
    ...writeAll("command", outcomes, outcomeColumns, settling(target)),
    ...writeAll("event", events, eventColumns, appending(`${target.schema}.event`)),
    ...writeAll("quarantine", quarantined, quarantineColumns, appending(`${target.schema}.quarantine`)),
  ];
  return { outcomes, events, quarantined, tables, statements, clock: clockOf(events) };
}

type Columns<T> = readonly (readonly [name: string, type: string, value: (item: T) => string | null])[];
type TextOf = (source: string, names: readonly string[]) => string;

function writeAll<T>(table: string, items: readonly T[], columns: Columns<T>, textOf: TextOf): Statement[] {
  if (items.length === 0) return [];
  const source = unnested(columns.map(([name, type]) => [name, type]));
  const names = columns.map(([name]) => name);
  const values = columns.map(([, , value]) => items.map(value));
  return [{ table, text: textOf(source, names), values, rows: items.length, mustExist: false }];
}

const isoOf = (timeMs: number) => new Date(timeMs).toISOString();

const outcomeColumns: Columns<Outcome> = [
  ["id", "uuid", ({ commandId }) => commandId],
  ["status", "text", ({ status }) => status],
  ["code", "text", ({ code }) => code],
  ["block", "bigint", ({ block }) => String(block)],
  ["tx_index", "integer", ({ txIndex }) => String(txIndex)],
  ["batch_index", "integer", ({ batchIndex }) => String(batchIndex)],
  ["tx_id", "text", ({ txId }) => txId],
  ["committed_at", "timestamptz", ({ timeMs }) => isoOf(timeMs)],
  ["event_names", "text[]", ({ eventNames }) => `{${eventNames.join(",")}}`],
  ["incomplete", "boolean", ({ incomplete }) => String(incomplete)],
];

/** Columns of a command that its outcome sets, with their types; the id first. */
export const outcomeTypes = outcomeColumns.map(([name, type]) => [name, type] as const);

/** The outcome wins over every earlier status; commands that are not in our log were sent past it. */
const settling =
  ({ outcomes }: Target): TextOf =>
  (source, names) => {
    const others = names.slice(1);
    if (outcomes === "app.command") {
      const set = others.map((name) => `${name} = v.${name}`);
      return `update app.command as c set ${set.join(", ")} from (${source}) as v where c.id = v.id`;
    }
    const set = others.map((name) => `${name} = excluded.${name}`);
    return `insert into ${outcomes} (${names.join(", ")}) ${source} on conflict (id) do update set ${set.join(", ")}`;
  };

const appending =
  (target: string): TextOf =>
  (source, names) =>
    `insert into ${target} (${names.join(", ")}) ${source}`;

const eventColumns: Columns<PlacedEvent> = [
  ["position", "text", ({ place }) => place.position()],
  ["block", "bigint", ({ place }) => String(place.block)],
  ["tx_id", "text", ({ place }) => place.txId],
  ["command_id", "uuid", ({ place }) => place.commandId],
  ["domain", "text", ({ event }) => event.domain],
  ["name", "text", ({ event }) => event.name],
  ["at", "timestamptz", ({ event }) => isoOf(event.at * 1_000)],
  ["payload", "jsonb", ({ event }) => JSON.stringify(event)],
];

const quarantineColumns: Columns<Quarantined> = [
  ["position", "text", ({ position }) => position],
  ["block", "bigint", ({ block }) => String(block)],
  ["tx_id", "text", ({ txId }) => txId],
  ["command_id", "uuid", ({ commandId }) => commandId],
  ["reason", "text", ({ reason }) => reason],
  ["detail", "text", ({ detail }) => detail],
  ["raw", "bytea", ({ raw }) => `\\x${raw.toString("hex")}`],
];
