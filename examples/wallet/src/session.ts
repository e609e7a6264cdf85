// Who is signed in, where: kept for this tab, so that a reload stays signed in and the next visitor is not.
import { connect, type Client } from "@gx/client";

export interface Account {
  readonly url: string;
  readonly token: string;
  /** The account's id, which is the user's. */
  readonly id: string;
}

export interface Session {
  readonly client: Client;
  readonly id: string;
  leave(): void;
}

const ENTRY = "gx wallet";

export function remembered(): Account | undefined {
  const text = sessionStorage.getItem(ENTRY);
  return text === null ? undefined : (JSON.parse(text) as Account);
}

export function openSession(account: Account): Session {
  // The key of a payment without an answer outlives a reload: sent again, it is the same payment.
  const client = connect({ url: account.url, token: account.token, storage: localStorage });
  return {
    client,
    id: account.id,
    leave: () => {
      client.close();
      sessionStorage.removeItem(ENTRY);
    },
  };
}

/** @throws an Error with a sentence for the user. */
export async function signIn(url: string, token: string): Promise<Session> {
  const client = connect({ url, token, patienceMs: 3_000 });
  try {
    const { me } = await client.query<{ me: { id: string; status: string | null } | null }>("{ me { id status } }");
    // Who only registered so far has no status on the ledger.
    if (!me?.status)
      throw new Error("The token is good, but its subject is no user of the ledger. Bring the user onto it first.");
    const account = { url, token, id: me.id };
    sessionStorage.setItem(ENTRY, JSON.stringify(account));
    return openSession(account);
  } finally {
    client.close();
  }
}
