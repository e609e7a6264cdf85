// The catalogue as plain values: what the chaincode answers when it is asked what it knows. Says nothing about rules.
import { commands } from "./index.js";
import { eventTypes } from "./events/index.js";
import type { Fields } from "./language.js";
import type { WireCatalogue } from "./wire.js";

const shapeOf = (fields: Fields): Record<string, string> =>
  Object.fromEntries(Object.entries(fields).map(([name, { form }]) => [name, form]));

/** The catalogue that this code was built with; `version` is the chaincode's. */
export function describeCatalogue(version: string): WireCatalogue {
  return {
    version,
    commands: Object.fromEntries(
      commands.map(({ name, role, fields, emits }) => [
        name,
        { role, input: shapeOf(fields), emits: emits.map(({ event }) => event) },
      ]),
    ),
    events: Object.fromEntries(eventTypes.map(({ event, fields }) => [event, shapeOf(fields)])),
  };
}
