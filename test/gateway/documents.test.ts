// What the gateway does once: documents with their limits and plans, and reads that several ask for at a time.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { getIntrospectionQuery, GraphQLError } from "graphql";
import { newDocuments } from "../../gateway/documents.js";
import { newSharing } from "../../gateway/sharing.js";
import type { SubgraphPorts } from "../../gateway/subgraph.js";
import { readSupergraph } from "../../gateway/supergraph.js";
import { warm } from "../../gateway/warm.js";
import { knownDocuments } from "../../platform/known-documents.js";
import { furnishedDomains } from "../../catalogue/index.js";
import { createLog } from "../../platform/log.js";

const addresses = furnishedDomains.map((domain) => ({ domain, url: "http://127.0.0.1:9/graphql" }));
const sdl = readFileSync("schema/supergraph.graphql", "utf8");
const limits = { tokens: 2_000, depth: 12, aliases: 15, rootMutations: 5 };
const documentsOf = (introspection: boolean) =>
  newDocuments(readSupergraph(sdl, {} as SubgraphPorts, addresses), { limits, introspection });
const messages = (introspection: boolean, query: string) => {
  const found = documentsOf(introspection).read(query);
  return "errors" in found ? found.errors.map(({ message }) => message) : [];
};

describe("documents", () => {
  it("tell the schema, and guess at its names, only where that is allowed", () => {
    expect(messages(true, getIntrospectionQuery())).toEqual([]);
    expect(messages(false, getIntrospectionQuery()).join()).toMatch(/introspection has been disabled/);
    expect(messages(false, `{ __type(name: "User") { name } }`)).toHaveLength(1);
    expect(messages(true, "{ walet }").join()).toMatch(/Did you mean "wallet"/);
    expect(messages(false, "{ walet }")).toEqual([`Cannot query field "walet" on type "Query".`]);
  });

  it("are read once, and forget the least asked for", () => {
    const documents = documentsOf(true);
    const query = "{ systemStatus { paused } }";
    const first = documents.read(query);
    expect(documents.read(query)).toBe(first);
    for (let i = 0; i < 2_000; i++) documents.read(`{ country(code: "N${i}") { name } }`);
    expect(documents.recent(10_000).length).toBeLessThan(1_000);
    expect(documents.read(query)).not.toBe(first);
  });

  it("say which operation is missing", () => {
    const found = documentsOf(true).read("query A { counters { users } } query B { counters { users } }");
    if ("errors" in found) throw new Error("the document is valid");
    const told = [undefined, "C", "A"].map((name) => {
      const operation = found.operation(name);
      return operation instanceof GraphQLError ? operation.message : operation.node.name?.value;
    });
    expect(told).toEqual([
      "Must provide operation name if query contains multiple operations.",
      'Unknown operation named "C".',
      "A",
    ]);
  });
});

describe("known operations", () => {
  const lines: string[] = [];
  const identity = { service: "gateway", environment: "development", version: "0" };
  const log = createLog({ ...identity, level: "info" }, { write: (line: string) => void lines.push(line) });
  const known = knownDocuments("schema/operations");

  it("all fit the supergraph and are there before the first request", async () => {
    const documents = documentsOf(false);
    await warm({ known, log }, documents);
    expect(lines).toEqual([]);
    expect([...documents.recent(100)].sort()).toEqual(known.map(({ text }) => text).sort());
  });

  it("hold what the typed client asks when it follows a command", async () => {
    const { ASK } = (await import(join(process.cwd(), "client", "dist", "follow.js"))) as { ASK: string };
    expect(known.find(({ name }) => name === "command.graphql")?.text).toBe(ASK);
  });

  it("are joined by what callers asked of the supergraph before; one that does not fit is named", async () => {
    const before = documentsOf(true);
    before.read("{ counters { users } }");
    const documents = documentsOf(true);
    await warm({ known: [{ name: "old.graphql", text: "{ planets }" }], log }, documents, before);
    expect(documents.recent(100)).toEqual(["{ counters { users } }"]);
    expect(lines.join()).toMatch(/old\.graphql.*Cannot query field \\"planets\\"/);
  });
});

describe("equal reads at one time", () => {
  interface Read {
    begun: number;
    end(value: number): void;
  }
  function newRead() {
    const reads: Read[] = [];
    const read = () => new Promise<number>((resolve) => reads.push({ begun: reads.length, end: resolve }));
    return { reads, read };
  }

  it("wait for the one under way and share the next, which begins after all of them asked", async () => {
    const { reads, read } = newRead();
    const sharing = newSharing<number>();
    const first = sharing.share("a", read);
    const others = [1, 2, 3].map(() => sharing.share("a", read));
    expect(reads).toHaveLength(1);
    reads[0]?.end(1);
    expect(await first).toBe(1);
    await turn();
    expect(reads).toHaveLength(2);
    reads[1]?.end(2);
    expect(await Promise.all(others)).toEqual([2, 2, 2]);
  });

  it("do not wait for long for a slow one", async () => {
    const { reads, read } = newRead();
    const sharing = newSharing<number>();
    const slow = sharing.share("a", read);
    const other = sharing.share("a", async () => 7);
    expect(await other).toBe(7);
    reads[0]?.end(1);
    expect(await slow).toBe(1);
  });

  it("go apart when their keys differ, and a failed one is forgotten", async () => {
    const sharing = newSharing<number>();
    const failing = sharing.share("a", () => Promise.reject(new Error("away")));
    expect(await sharing.share("b", async () => 2)).toBe(2);
    await expect(failing).rejects.toThrow("away");
    expect(await sharing.share("a", async () => 3)).toBe(3);
  });
});
