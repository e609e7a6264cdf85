// The operations that lie open when somebody comes for the first time. Each runs as it is, in this order.
import follow from "../../schema/operations/follow.graphql";
import mine from "../../schema/operations/mine.graphql";
import register from "../../schema/operations/register.graphql";
import send from "../../schema/operations/send.graphql";
import statement from "../../schema/operations/statement.graphql";
import status from "../../schema/operations/status.graphql";
import type { People, Person } from "./people.js";

export interface Starter {
  readonly query: string;
  readonly variables?: string;
  readonly headers?: string;
}

const json = (value: unknown): string => JSON.stringify(value, null, 2);
const newKey = (): string => crypto.randomUUID();

export function startersFor({ ada, emma }: People): Starter[] {
  const starters: Starter[] = [
    { query: status },
    { query: register, variables: json({ ...registration("ada", ada), ...registration("emma", emma) }) },
    { query: send, variables: json({ to: emma.id, amount: "200000000", remark: "rent", key: newKey() }) },
    { query: statement, variables: json({ wallet: ada.id }), headers: json({ "x-gx-after": "0" }) },
    { query: mine },
    { query: follow, variables: json({ id: "" }) },
  ];
  // As the gateway knows them: their plans are made before anybody asks.
  return starters.map((starter) => ({ ...starter, query: starter.query.trim() }));
}

const registration = (name: string, { id, biometricHash }: Person) => ({
  ...{ [name]: id, [`${name}Hash`]: biometricHash, [`${name}Key`]: newKey() },
});
