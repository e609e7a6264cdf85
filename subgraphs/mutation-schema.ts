// A mutation for each command: its name, its sentence, its input as flat arguments, and the idempotency key.
import { type DefinitionNode, parse } from "graphql";
import type { AnyCommand, Fields, Kind, Named } from "../catalogue/language.js";
import { lists } from "./lists.js";

export function mutationsOf(commands: readonly Named<AnyCommand>[]): readonly DefinitionNode[] {
  if (commands.length === 0) return [];
  const fields = commands.map((command) => {
    const returned = command.name in lists ? "[CommandTicket!]!" : "CommandTicket!";
    const given = [...argumentsOf(command.fields), "idempotencyKey: String!"].join(", ");
    return `${JSON.stringify(command.sentence)} ${command.mutation}(${given}): ${returned}`;
  });
  const inputs = new Map(commands.flatMap(({ fields: of }) => inputsIn(of)));
  const text = [`type Mutation { ${fields.join("\n")} }`, ...inputs.values()].join("\n");
  return parse(text, { noLocation: true }).definitions;
}

const argumentsOf = (fields: Fields): string[] =>
  Object.entries(fields).map(([name, kind]) => `${name}: ${kind.sdl}${kind.optional ? "" : "!"}`);

/** Input types of records, by name. */
function inputsIn(fields: Fields): [string, string][] {
  return Object.values(fields).flatMap((kind: Kind): [string, string][] => {
    if (kind.item) return inputsIn({ item: kind.item });
    if (!kind.fields) return [];
    return [[kind.sdl, `input ${kind.sdl} { ${argumentsOf(kind.fields).join("\n")} }`], ...inputsIn(kind.fields)];
  });
}
