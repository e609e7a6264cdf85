// The examples of the documents: one good input for each command.
import { commands } from "../../catalogue/index.js";
import { exampleOf, examples } from "../../catalogue/examples.js";
import { faultsOf } from "../../catalogue/language.js";

it.each(commands.map((command) => [command.name, command] as const))("%s has a good example", (_name, command) => {
  const example = exampleOf(command);
  expect(example).toBeDefined();
  const parsed = command.schema.safeParse(example);
  expect(parsed.success ? [] : faultsOf(parsed.error)).toEqual([]);
  // Optional fields are shown too.
  expect(Object.keys(example ?? {}).sort()).toEqual(Object.keys(command.fields).sort());
});

it("shows no command that is not there", () => {
  const shown = Object.entries(examples).flatMap(([domain, all]) =>
    Object.keys(all).map((name) => `${domain}.${name}`),
  );
  expect(shown.sort()).toEqual(commands.map(({ name }) => name).sort());
});
