// What the ledger says of an account: balance and statement, read at first, after each break, and whenever something comes.
import type { Client, PageInfo, Transaction } from "@gx/client";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { Session } from "./session.js";

export type Line = Pick<Transaction, "id" | "direction" | "amount" | "type" | "remark" | "at"> & {
  readonly counterparty: { readonly id: string } | null;
};

interface Page {
  readonly wallet: { readonly balance: string };
  readonly transactions: {
    readonly edges: readonly { readonly node: Line }[];
    readonly pageInfo: Pick<PageInfo, "hasNextPage" | "endCursor">;
  };
}

const LINE = "id direction amount type remark at counterparty { id }";
const READ = `query ($id: ID!, $after: String) {
  wallet(id: $id) { balance }
  transactions(walletId: $id, first: 10, after: $after) { edges { node { ${LINE} } } pageInfo { hasNextPage endCursor } }
}`;
const LISTEN = "subscription ($id: ID!) { transactionAdded(walletId: $id) { id } }";

export interface Account {
  /** In Qirat; undefined until it is known. */
  readonly balance: string | undefined;
  /** Newest first. */
  readonly lines: readonly Line[];
  /** Reads the next page; undefined when there is none. */
  readonly more: (() => Promise<void>) | undefined;
  /** Why it is not up to date. */
  readonly fault: string;
}

const nothing = {
  balance: undefined as string | undefined,
  lines: [] as readonly Line[],
  cursor: null as string | null,
};

export function useAccount({ client, id }: Session): Account {
  const [known, setKnown] = useState(nothing);
  const [fault, setFault] = useState("");
  const inTurn = useRef(newTurns()).current;
  const read = useCallback(
    (after?: string) =>
      inTurn(after ?? "", async () => {
        try {
          const page = await client.query<Page>(READ, { id, after: after ?? null });
          setKnown((before) => merged(before, page, after !== undefined));
          setFault("");
        } catch (error) {
          if ((error as { code?: string }).code !== "CLOSED") setFault((error as Error).message);
        }
      }),
    [client, id, inTurn],
  );
  useEffect(() => listen(client, id, () => void read(), setFault), [client, id, read]);
  const { balance, lines, cursor } = known;
  return { balance, lines, fault, more: cursor === null ? undefined : () => read(cursor) };
}

/** One read after the other, so that an older answer never comes last; what waits for its turn already is not asked for twice. */
function newTurns() {
  const waiting = new Set<string>();
  let last = Promise.resolve();
  return (name: string, act: () => Promise<void>): Promise<void> => {
    if (waiting.has(name)) return last;
    waiting.add(name);
    last = last.then(() => {
      waiting.delete(name);
      return act();
    });
    return last;
  };
}

/** Newest lines come in front of those that are there, older ones behind; what is the same line stays one. */
function merged(before: typeof nothing, { wallet, transactions }: Page, older: boolean): typeof nothing {
  const { edges, pageInfo } = transactions;
  const read = edges.map(({ node }) => node);
  const fresh = new Set(read.map(({ id }) => id));
  const kept = before.lines.filter(({ id }) => !fresh.has(id));
  const touches = older || before.lines.length > kept.length;
  // So much has come at once that there is a gap: the statement begins anew.
  if (!touches) return { balance: wallet.balance, lines: read, cursor: nextOf(pageInfo) };
  const cursor = older ? nextOf(pageInfo) : before.cursor;
  return { balance: wallet.balance, lines: older ? [...kept, ...read] : [...read, ...kept], cursor };
}

const nextOf = ({ hasNextPage, endCursor }: Page["transactions"]["pageInfo"]) => (hasNextPage ? endCursor : null);

/** Calls `read` whenever there may be something new; the returned function ends it. */
function listen(client: Client, id: string, read: () => void, tell: (fault: string) => void): () => void {
  const left = new AbortController();
  const values = client.subscribe(LISTEN, { id }, { signal: left.signal, onConnected: read });
  const run = async () => {
    for await (const value of values) if (value) read();
  };
  read();
  run().catch((error: unknown) => {
    if (!left.signal.aborted) tell(`Not live any more: ${(error as Error).message}`);
  });
  return () => left.abort();
}
