// The examples of the documents: one good input for each command.
import { commands } from "../../catalogue/index.js";
import { exampleOf } from "../../catalogue/examples.js";
import { faultsOf } from "../../catalogue/language.js";

it.each(commands.map((command) => [command.name, command] as const))("%s has a good example", (_name, command) => {
  const example = exampleOf(command);
  expect(example).toBeDefined();
  const parsed = command.schema.safeParse(example);
  expect(parsed.success ? [] : faultsOf(parsed.error)).toEqual([]);
  // Optional fields are shown too.
  expect(Object.keys(example ?? {}).sort()).toEqual(Object.keys(command.fields).sort());
});
