// Persons: users and how many live where.
import type { RowOf } from "../../platform/reads.js";
import type { Context } from "../context.js";
import { byId, given, page, reference, to } from "../entities.js";

export const identity = {
  persons: {
    User: { concerns: ({ id }: RowOf<"User">, sub: string) => id === sub },
  },
  resolvers: {
    Query: {
      me: (_: unknown, _args: unknown, { rows, caller }: Context) => rows.one("User", caller.sub ?? ""),
      user: byId("User"),
      users: page("User", { order: "position", where: (_, { status, nationality }) => given({ status, nationality }) }),
    },
    User: { ...reference("User", "User"), nationality: to("Country", "nationality") },
    Country: {
      residents: async ({ code }: { code: string }, _: unknown, { rows }: Context) =>
        (await rows.one("Residence", code))?.residents ?? 0,
    },
  },
};
