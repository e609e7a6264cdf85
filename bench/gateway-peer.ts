// What people run today, as the library's own documentation shows it: @apollo/server over @apollo/gateway.
import { readFileSync } from "node:fs";
import { ApolloGateway, RemoteGraphQLDataSource } from "@apollo/gateway";
import { ApolloServer } from "@apollo/server";
import { startStandaloneServer } from "@apollo/server/standalone";

// gateway-peer.js <port> <file of the supergraph> <domain>=<port> …
const [port, file = "", ...subgraphs] = process.argv.slice(2);
const ports = Object.fromEntries(subgraphs.map((pair) => pair.split("=") as [string, string]));
const gateway = new ApolloGateway({
  supergraphSdl: readFileSync(file, "utf8"),
  buildService: ({ name }) => new RemoteGraphQLDataSource({ url: `http://127.0.0.1:${ports[name]}/graphql` }),
});
const server = new ApolloServer({ gateway });
await startStandaloneServer(server, { listen: { host: "127.0.0.1", port: Number(port) } });
