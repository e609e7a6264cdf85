// What a command's lanes and weight depend on, found by asking the catalogue's own functions with placeholders.
import type { AnyCommand, Fields, Kind, Named } from "../../catalogue/language.js";
import { code } from "./markdown.js";

type Input = Readonly<Record<string, unknown>>;
const asked = { id: "<id>", actor: "<actor>" };
/** An account without a stored balance: such a one has no lane. */
const ACCUMULATING = "SYSTEM_OPERATIONS_FUND";

/** The lane keys with `<field>` for a value of the input, `<actor>` and `<id>` (the command's own). */
export function lanesOf(command: Named<AnyCommand>): string {
  const all = choicesOf(command.fields).map(([choice, given]) => {
    const input = { ...placeholders(command.fields), ...given };
    return { choice, lanes: command.lanes(input, asked).map((lane) => shown(command, input, lane)) };
  });
  const lanes = [...new Set(all.flatMap((each) => each.lanes))];
  return lanes
    .map((lane) => {
      const choices = all.filter((each) => each.lanes.includes(lane)).map(({ choice }) => choice);
      return choices.length === all.length ? lane : `${lane} (${choices.join(", ")})`;
    })
    .join(", ");
}

const shown = (command: Named<AnyCommand>, input: Input, lane: string): string =>
  `${code(lane)}${conditional(command, input, lane) ? " (a user or an organization)" : ""}`;

function placeholders(fields: Fields): Input {
  return Object.fromEntries(Object.entries(fields).map(([name, kind]) => [name, placeholder(name, kind)]));
}

function placeholder(name: string, kind: Kind): unknown {
  if (kind.item) return [kind.item.fields ? placeholders(kind.item.fields) : `<each of ${name}>`];
  return kind.fields ? placeholders(kind.fields) : `<${name}>`;
}

/** Each choice in turn, as lanes may follow from it. */
function choicesOf(fields: Fields): readonly (readonly [choice: string, Input])[] {
  const choices = Object.entries(fields).flatMap(([name, { values = [] }]) =>
    values.map((value) => [value, { [name]: value }] as const),
  );
  return choices.length === 0 ? [["", {}]] : choices;
}

/** Whether the lane is not there when the account that it names keeps no stored balance. */
function conditional(command: Named<AnyCommand>, input: Input, lane: string): boolean {
  const name = /^account:<(\w+)>$/.exec(lane)?.[1];
  const kind = name === undefined ? undefined : command.fields[name];
  if (name === undefined || !kind?.zod.safeParse(ACCUMULATING).success) return false;
  return !command.lanes({ ...input, [name]: ACCUMULATING }, asked).includes(`account:${ACCUMULATING}`);
}

/** "24", or "6 + 4 × countries". */
export function weightOf(command: Named<AnyCommand>): string {
  const empty = withLists(command.fields, () => []);
  const base = command.weight(empty);
  const parts = Object.entries(command.fields).flatMap(([name, kind]) => {
    if (!kind.item) return [];
    const slope = command.weight({ ...empty, [name]: [placeholder(name, kind)] }) - base;
    return slope === 0 ? [] : [slope === 1 ? name : `${slope} × ${name}`];
  });
  return [String(base), ...parts].join(" + ");
}

const withLists = (fields: Fields, list: (kind: Kind) => unknown): Input =>
  Object.fromEntries(
    Object.entries(fields).map(([name, kind]) => [name, kind.item ? list(kind) : placeholder(name, kind)]),
  );
