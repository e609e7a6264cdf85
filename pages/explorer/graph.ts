// How the explorer asks the graph: queries and mutations over HTTP, subscriptions over one WebSocket per token.
import { createGraphiQLFetcher, type Fetcher } from "@graphiql/toolkit";
import { createClient, type Client } from "graphql-ws";

/** Asks as whoever `token` gives at that moment; undefined: nobody. */
export function openGraph(token: () => string | undefined): Fetcher {
  let current = askAs(token());
  return (params, options) => {
    if (current.token !== token()) {
      void current.client.dispose();
      current = askAs(token());
    }
    return current.ask(params, options);
  };
}

interface Asking {
  readonly token: string | undefined;
  readonly client: Client;
  readonly ask: Fetcher;
}

function askAs(token: string | undefined): Asking {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const client = createClient({
    url: `${location.origin.replace(/^http/, "ws")}/graphql`,
    connectionParams: authorization,
    retryAttempts: 0,
  });
  const ask = createGraphiQLFetcher({ url: "/graphql", headers: authorization, wsClient: client });
  return { token, client, ask };
}
