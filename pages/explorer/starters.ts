// The operations that lie open when somebody comes for the first time. Each runs as it is, in this order.
import type { People, Person } from "./people.js";

export interface Starter {
  readonly query: string;
  readonly variables?: string;
  readonly headers?: string;
}

const json = (value: unknown): string => JSON.stringify(value, null, 2);
const newKey = (): string => crypto.randomUUID();

export function startersFor({ ada, emma }: People): Starter[] {
  return [
    { query: status },
    { query: register, variables: json({ ...registration("ada", ada), ...registration("emma", emma) }) },
    { query: send, variables: json({ to: emma.id, amount: "200000000", remark: "rent", key: newKey() }) },
    { query: statement, variables: json({ wallet: ada.id }), headers: json({ "x-gx-after": "0" }) },
    { query: follow, variables: json({ id: "" }) },
  ];
}

const registration = (name: string, { id, biometricHash }: Person) => ({
  ...{ [name]: id, [`${name}Hash`]: biometricHash, [`${name}Key`]: newKey() },
});

const status = `# Public fields answer without a token.
query SystemStatus {
  systemStatus {
    bootstrapped
    profile
    paused
    countries
  }
  supply {
    totalMinted
    circulating
    pools { id cap minted }
  }
  counters { users countries }
}
`;

const register = `# Act as: partner. Brings two persons onto the ledger.
# Each answer is a ticket: the command is accepted,
# and ends soon after.
mutation Register(
  $ada: UUID!, $adaHash: String!, $adaKey: String!
  $emma: UUID!, $emmaHash: String!, $emmaKey: String!
) {
  ada: createUser(
    userId: $ada
    biometricHash: $adaHash
    nationality: "NG"
    ageYears: 30
    idempotencyKey: $adaKey
  ) { commandId status existing }
  emma: createUser(
    userId: $emma
    biometricHash: $emmaHash
    nationality: "US"
    ageYears: 40
    idempotencyKey: $emmaKey
  ) { commandId status existing }
}
`;

const send = `# Act as: user, with Ada's id as it is filled in.
# Amounts are in Qirat: 1 GX = 1,000,000.
# Run it twice: the same key with the same content gives
# the same ticket again, and no second payment.
mutation Send(
  $to: ID!
  $amount: Qirat!
  $remark: String
  $key: String!
) {
  transfer(
    to: $to
    amount: $amount
    remark: $remark
    idempotencyKey: $key
  ) { commandId status existing }
}
`;

const statement = `# Act as: user (Ada), or admin.
# Put the commandId of a ticket into x-gx-after (Headers,
# below): the answer then waits until it shows that command.
query Statement($wallet: ID!) {
  wallet(id: $wallet) {
    balance
    transactions(first: 10) {
      edges {
        node {
          at
          type
          direction
          amount
          remark
          counterparty { id }
          command { id status }
        }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
}
`;

const follow = `# Act as: whoever sent the command, or admin.
# Put the commandId of a ticket into the variables.
# Each step comes by itself, until the command has ended.
subscription Follow($id: UUID!) {
  commandUpdated(id: $id) {
    name
    status
    error { code message }
    attempts
    blockNumber
    txId
    events
    acceptedAt
    submittedAt
    committedAt
  }
}
`;
