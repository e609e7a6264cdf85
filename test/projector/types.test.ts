// What the compiler must refuse in a projection; `npm run check` fails where it no longer does.
import { changesOf, type Projection } from "../../workers/projector/change.js";

const { put, patch, add } = changesOf("identity");

test("a misspelt table, column, event or type of value does not compile", () => {
  // @ts-expect-error a table of another domain
  const foreign = put("wallet", {});
  // @ts-expect-error a misspelt column
  const misspelt = patch("user", { id: "a" }, { statuss: "LOCKED" });
  // @ts-expect-error a value of another type
  const mistyped = patch("user", { id: "a" }, { trustScore: "10" });
  // @ts-expect-error a column that may not be null
  const absent = patch("user", { id: "a" }, { status: null });
  // @ts-expect-error a row without all of its columns
  const partial = put("residence", { country: "NG" });
  // @ts-expect-error a column that cannot be added to
  const summed = add("residence", { country: "NG" }, { country: 1n });
  const unknown = {
    // @ts-expect-error an event that the catalogue does not have
    UserRenamed: () => [],
  } satisfies Projection<"identity">;
  const strange = {
    // @ts-expect-error a change of another domain's table
    UserCreated: ({ userId }) => [changesOf("tax").patch("taxAccount", { id: userId }, { exempt: true })],
  } satisfies Projection<"identity">;
  expect([foreign, misspelt, mistyped, absent, partial, summed, unknown, strange]).toHaveLength(8);
});
