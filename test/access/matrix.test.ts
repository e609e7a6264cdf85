// The access matrix (protocol.md 16): every field, query, mutation and subscription × everybody who may ask.
// What is expected is typed by hand in law.ts, mutations.ts and subjects.ts; a field that they do not list fails.
import { randomUUID } from "node:crypto";
import {
  buildClientSchema,
  getIntrospectionQuery,
  getNamedType,
  isNonNullType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isObjectType,
  isUnionType,
  type IntrospectionQuery,
} from "graphql";
import { eventually } from "../environment.js";
import { newGraph, type Answer, type Graph } from "../gateway/graph.js";
import { byEvents } from "../gateway/streams.js";
import { find, refusalOf, refusedAt } from "./asking.js";
import { asked, cellsOfType, type Cell } from "./cells.js";
import { callers, queries, subscriptions, types, unions, values, type Query, type Who } from "./law.js";
import { commands, registration, replay, type Mutation } from "./mutations.js";
import { subjects, type Subject } from "./subjects.js";
import { newWorld, type Ids, type World } from "./world.js";

let graph: Graph;
let world: World;
let schema: GraphQLSchema;
const tokens = new Map<Who, string | undefined>([["nobody", undefined]]);
beforeAll(async () => {
  // A caller of this suite asks for everything at once.
  graph = await newGraph({ LIMIT_ALIASES: "1000", LIMIT_TOKENS: "100000" });
  world = await newWorld(graph);
  for (const [who, { sub, role }] of Object.entries(world.people)) tokens.set(who as Who, await graph.token(role, sub));
  const { data } = await graph.ask<IntrospectionQuery>(getIntrospectionQuery());
  schema = buildClientSchema(data as IntrospectionQuery);
}, 60_000);
afterAll(async () => {
  console.log(`access matrix: ${figures()}`);
  await graph.close();
});

/** Cells that were compared, fields and mutations that were asked for by everybody. */
const compared = { cells: 0, fields: new Set<string>(), mutations: new Set<string>() };
const seen = new Set<string>();
const figures = () =>
  `${compared.fields.size} fields and ${compared.mutations.size} mutations × ${callers.length} callers, ${compared.cells} cells compared`;

const filled = (text: string, more: Ids = {}) =>
  text.replace(/\$(\w+)/g, (_, name: string) => JSON.stringify(more[name] ?? world.ids[name] ?? `no id named ${name}`));
const ask = (who: Who, query: string) => graph.ask(query, {}, tokens.get(who));
const nameOf = (step: string) => step.split("(")[0] as string;
const cellsOf = (type: string) => types.filter((law) => law.type === type).flatMap(cellsOfType);
const label = (cell: Cell) => `${cell.subgraph} ${cell.path.join(".")}`;

/** Of a list only admins see the number of its rows. */
const shown = (value: unknown) =>
  JSON.stringify(value, (key, part: unknown) => (key === "totalCount" ? undefined : part));

/** Gathers what each caller should get and what came, and compares all at once. */
function newComparison() {
  const wrong: string[] = [];
  let cells = 0;
  return {
    add: (cell: string, should: string | undefined, did: string | undefined) => {
      cells += 1;
      if (should !== did) wrong.push(`${cell}: ${did ?? "answered"} instead of ${should ?? "an answer"}`);
    },
    /** Who may see a field sees what an admin sees in it, and not a mere null. */
    same: (cell: string, value: unknown, admins: unknown) => {
      if (shown(value) !== shown(admins)) wrong.push(`${cell}: ${shown(value)} instead of ${shown(admins)}`);
    },
    hold: () => {
      compared.cells += cells;
      expect(wrong).toEqual([]);
    },
  };
}

function expectedOf(cell: Cell, subject: Subject, who: Who, direct: boolean): string | undefined {
  const reached = direct ? undefined : refusalOf(subject.reach, who, subject.reached ?? []);
  if (reached || (subject.open && !cell.evenIfOpen)) return reached;
  return refusalOf(cell.letter, who, subject.concerns);
}

function remember(type: string, cells: readonly Cell[], answer: Answer<unknown>, way: readonly string[]): void {
  for (const { path } of cells) {
    const { value } = find(answer.data, [...way, ...path]);
    if (value != null && !(Array.isArray(value) && value.length === 0)) seen.add(`${type}.${path.join(".")}`);
  }
}

describe("through the gateway", () => {
  it.each(subjects)("shows of $name what the law allows, and no more", async (subject) => {
    const cells = cellsOf(subject.type);
    const text = subject.at.reduceRight(
      (inner, step) => `${step} { ${inner} }`,
      asked(cells)
        .map((cell) => cell.text)
        .join(" "),
    );
    const way = subject.at.map(nameOf);
    const comparison = newComparison();
    const all = await ask("a super admin", filled(`{ ${text} }`));
    for (const who of callers) {
      const answer = await ask(who, filled(`{ ${text} }`));
      for (const cell of cells) {
        const at = [...way, ...cell.path];
        const [should, did] = [expectedOf(cell, subject, who, false), refusedAt(answer, at)];
        comparison.add(`${who}: ${label(cell)}`, should, did);
        if (!should && !did && cell.path[0] !== "myVote")
          comparison.same(`${who}: ${label(cell)}`, find(answer.data, at).value, find(all.data, at).value);
      }
      remember(subject.type, cells, answer, way);
    }
    for (const { path } of cells) compared.fields.add(`${subject.type}.${path.join(".")}`);
    comparison.hold();
  });

  it("has shown a value of every field to somebody", () => {
    // No ledger is followed here, so nobody has looked at the chain's end.
    const ofTheChain = ["chainHeight", "lagBlocks", "lagMs", "at"].map((field) => `ProjectionStatus.${field}`);
    const all = types.flatMap((law) => cellsOfType(law).map(({ path }) => `${law.type}.${path.join(".")}`));
    expect(all.filter((field) => !seen.has(field))).toEqual(ofTheChain);
  });
});

describe("in the subgraph that owns the field", () => {
  const keyed = subjects.filter(({ key }) => key);
  it.each(keyed)("shows of $name what the law allows, and no more", async (subject) => {
    const key = Object.entries(subject.key ?? {}).map(([name, text]) => [name, JSON.parse(filled(text)) as string]);
    const representations = [{ __typename: subject.type, ...(Object.fromEntries(key) as object) }];
    const comparison = newComparison();
    for (const law of types.filter(({ type }) => type === subject.type)) {
      const cells = asked(cellsOfType(law));
      const fields = cells.map(
        ({ text }, i) => `f${i}: _entities(representations: $r) { ... on ${law.type} { ${text} } }`,
      );
      for (const who of callers) {
        const { sub, role } = who === "nobody" ? { sub: undefined, role: undefined } : world.people[who];
        const caller = { sub, roles: role ? [role] : [] };
        const answer = await graph.askSubgraph(
          law.subgraph as never,
          caller as never,
          `query ($r: [_Any!]!) { ${fields.join(" ")} }`,
          { r: representations },
        );
        for (const [index, cell] of cells.entries()) {
          const code = refusedAt(answer, [`f${index}`, ...cell.path]);
          comparison.add(`${who}: ${label(cell)}`, expectedOf(cell, subject, who, true), code);
        }
      }
    }
    comparison.hold();
  });
});

describe("queries", () => {
  const returned = (field: string) => getNamedType(schema.getQueryType()?.getFields()[field]?.type) as GraphQLNamedType;
  const textOf = ({ field, given, list }: Query, of = given) => {
    const inner = list
      ? "{ edges { cursor node { __typename } } pageInfo { hasNextPage endCursor } totalCount }"
      : `{ ${values[returned(field).name] ?? "__typename"} }`;
    return `${field}${of ? `(${of})` : ""} ${inner}`;
  };

  it.each(callers)("answer %s what the law allows", async (who) => {
    const answer = await ask(who, filled(`{ ${queries.map((query, i) => `q${i}: ${textOf(query)}`).join(" ")} }`));
    const comparison = newComparison();
    for (const [index, query] of queries.entries()) {
      const { field, given = "", letter, concerns = [], list } = query;
      const code = refusalOf(letter, who, concerns);
      const got = refusedAt(answer, [`q${index}`]);
      // Who is no user has no account to pay from: that is an answer, not a refusal.
      const refused = got === "NOT_FOUND" && field === "quoteTransfer" ? undefined : got;
      comparison.add(`${field}(${given})`, code, refused);
      compared.fields.add(`Query.${field}`);
      if (!list) continue;
      const counted = refusedAt(answer, [`q${index}`, "totalCount"]);
      comparison.add(`${field}(${given}) totalCount`, code ?? refusalOf("A", who, []), counted);
    }
    comparison.hold();
  });

  it.each(callers)("answer %s an id of nothing like a foreign one", async (who) => {
    const named = queries.filter(({ unknown }) => unknown);
    const answer = await ask(
      who,
      filled(`{ ${named.map((query, i) => `q${i}: ${textOf(query, query.unknown)}`).join(" ")} }`),
    );
    const comparison = newComparison();
    for (const [index, { field, unknown, letter }] of named.entries()) {
      // A user and an organization have fields for every token: whose are foreign to nobody.
      const code = refusalOf(letter === "P" ? "P" : "A", who, []);
      comparison.add(`${field}(${unknown})`, code, refusedAt(answer, [`q${index}`]));
      expect([field, find(answer.data, [`q${index}`]).value ?? null]).toEqual([field, null]);
    }
    comparison.hold();
  });
});

describe("mutations", () => {
  const all: readonly Mutation[] = [...commands, ...registration, ...replay];
  const textOf = ({ field, given, returns }: Mutation, who: Who, own: Ids) => {
    const key =
      returns === "user" || field === "replayCommand" ? "" : `idempotencyKey: "${who.replaceAll(" ", "-")}-${field}"`;
    const input = [filled(given, own), key].filter(Boolean).join(", ");
    return `mutation { done: ${field}(${input}) { ${returns === "user" ? "id" : (values["CommandTicket"] as string)} } }`;
  };
  const ownOf = (who: Who): Ids => ({
    own: who === "nobody" ? randomUUID() : world.people[who].sub,
    ownHash: `${randomUUID()}${randomUUID()}`.replaceAll("-", ""),
  });

  it.each([...commands, ...replay])("lets ask for $field whom the law lets: $may", async (mutation) => {
    const comparison = newComparison();
    for (const who of callers) {
      for (const id of ["failed", "failedSuperAdmins"])
        if (mutation.given === `id: $${id}`) await world.fail(world.ids[id] as string);
      const answer = await ask(who, textOf(mutation, who, ownOf(who)));
      const refused = who === "nobody" ? "UNAUTHENTICATED" : "FORBIDDEN";
      comparison.add(who, mutation.may.includes(who) ? undefined : refused, answer.errors[0]?.extensions.code);
      const name = mutation.field === "replayCommand" ? "" : `${mutation.subgraph}.${mutation.field}`;
      const [ticket] = [(answer.data as { done?: unknown } | null)?.done ?? []].flat() as {
        name: string;
        status: string;
      }[];
      if (ticket && name) expect(ticket).toMatchObject({ name, status: "ACCEPTED", existing: false });
    }
    compared.mutations.add(mutation.field);
    comparison.hold();
  });

  const onLedger: readonly Who[] = ["the user", "another user", "a stakeholder", "a guardian"];
  it("lets everybody with a token register, and admins decide", async () => {
    const comparison = newComparison();
    for (const who of callers) {
      for (const mutation of registration) {
        const waiting = await newApplicant(mutation.field === "registerOnChain");
        const answer = await ask(who, textOf(mutation, who, { ...ownOf(who), waiting, approved: waiting }));
        const refused = refusalOf("A", who, []);
        // Who is on the ledger may ask, and is told so.
        const already = ["registerUser", "submitKyc"].includes(mutation.field) && onLedger.includes(who);
        const answered = already ? "CONFLICT" : undefined;
        const code = answer.errors[0]?.extensions.code;
        comparison.add(`${who}: ${mutation.field}`, mutation.may.includes(who) ? answered : refused, code);
        compared.mutations.add(mutation.field);
      }
    }
    comparison.hold();
  });

  /** Somebody whose registration waits for an admin, or is approved. */
  async function newApplicant(approved: boolean): Promise<string> {
    const id = randomUUID();
    const token = await graph.token("USER", id);
    const steps = registration
      .slice(0, 2)
      .map((mutation) => textOf(mutation, "nobody", { own: id, ownHash: ownOf("nobody")["ownHash"] as string }));
    for (const step of steps) expect((await graph.ask(step, {}, token)).errors).toEqual([]);
    if (approved) await ask("an admin", `mutation { approveUser(id: "${id}") { id } }`);
    return id;
  }

  it("takes no token that is bad, for queries and mutations alike", async () => {
    const bad = `${tokens.get("a super admin")}x`;
    const documents = [
      ...queries.map(({ field, given }) => `{ ${field}${given ? `(${filled(given)})` : ""} { __typename } }`),
      ...all.map((mutation) =>
        textOf(mutation, "a super admin", { own: randomUUID(), ownHash: "", waiting: "", approved: "" }),
      ),
    ];
    const answers = await Promise.all(documents.map((document) => graph.ask(document, {}, bad)));
    expect(
      new Set(answers.map(({ status, data, errors }) => `${status} ${String(data)} ${errors[0]?.extensions.code}`)),
    ).toEqual(new Set(["401 null UNAUTHENTICATED"]));
  });
});

it.each(subscriptions)("streams $field($given) to whom it is a concern", async ({ field, given, concerns }) => {
  const comparison = newComparison();
  for (const who of callers) {
    const subscriber = byEvents(graph.url, tokens.get(who));
    const document = `subscription { ${filled(`${field}(${given})`)} { id } }`;
    const stream = subscriber.subscribe<Record<string, unknown>>(document, {});
    // A statement has something to tell when a payment comes; when the stream has begun is not to be seen from here.
    await eventually(async () => {
      if (field === "transactionAdded") await world.pay();
      return stream.values.length > 0;
    }, `${field} to tell ${who} anything`);
    const [first] = stream.values;
    const refused = first?.errors?.[0]?.extensions["code"] as string | undefined;
    comparison.add(who, refusalOf("S", who, concerns), refused);
    expect([who, refused === undefined]).toEqual([who, first?.data?.[field] != null]);
    stream.stop();
    await subscriber.close();
  }
  compared.fields.add(`Subscription.${field}`);
  comparison.hold();
});

// ---------------------------------------------------------------- nothing is left out

describe("the graph", () => {
  const fieldNames = (type: GraphQLObjectType | null | undefined) => Object.keys(type?.getFields() ?? {}).sort();
  const unique = (names: readonly string[]) => [...new Set(names)].sort();

  it("has exactly the queries, mutations and subscriptions of the law", () => {
    expect(fieldNames(schema.getQueryType())).toEqual(unique(queries.map(({ field }) => field)));
    expect(fieldNames(schema.getMutationType())).toEqual(
      unique([...commands, ...registration, ...replay].map(({ field }) => field)),
    );
    expect(fieldNames(schema.getSubscriptionType())).toEqual(unique(subscriptions.map(({ field }) => field)));
    expect(commands).toHaveLength(46);
  });

  it("has exactly the types and fields of the law, which lead where it says", () => {
    const law: Record<string, readonly string[]> = {};
    const graphs: Record<string, readonly string[]> = {};
    for (const type of unique(types.map((each) => each.type))) {
      for (const { path, leads } of cellsOf(type).filter(({ path: at }) => at.at(-1) !== "totalCount")) {
        const [parent, field] = [typeAt(type, path.slice(0, -1)), path.at(-1) as string];
        law[parent.name] = unique([...(law[parent.name] ?? []), field]);
        graphs[parent.name] = fieldNames(parent);
        if (leads) expect([type, ...path, ...led(parent, field)]).toEqual([type, ...path, leads.type, leads.list]);
      }
    }
    for (const [type, fields] of Object.entries(values)) {
      law[type] = fields.split(" ").sort();
      graphs[type] = fieldNames(schema.getType(type) as GraphQLObjectType);
    }
    expect(graphs).toEqual(law);
    const pages = /(Connection|Edge)$/;
    const rest = Object.values(schema.getTypeMap()).filter(
      (type) => isObjectType(type) && !type.name.startsWith("__") && !(type.name in law) && !pages.test(type.name),
    );
    expect(rest.map(({ name }) => name).sort()).toEqual(["Mutation", "PageInfo", "Query", "Subscription"]);
    for (const type of Object.values(schema.getTypeMap())) {
      if (isUnionType(type))
        expect([type.name, unique(type.getTypes().map(({ name }) => name))]).toEqual([type.name, unions[type.name]]);
      if (!isObjectType(type) || !pages.test(type.name)) continue;
      const page = type.name.endsWith("Edge") ? ["cursor", "node"] : ["edges", "pageInfo", "totalCount"];
      expect([type.name, fieldNames(type)]).toEqual([type.name, page]);
    }
  });

  it("lets every field that somebody may not see be null, but the key of a thing", () => {
    const entities = unique(subjects.filter(({ key }) => key).map(({ type }) => type));
    const stubborn = entities.flatMap((type) =>
      cellsOf(type)
        .filter(({ letter, path: [field = "", ...below] }) => letter !== "P" && below.length === 0 && field !== "id")
        .filter(({ path }) => isNonNullType(typeAt(type, []).getFields()[path[0] as string]?.type))
        .map(({ path }) => `${type}.${path[0]}`),
    );
    expect(stubborn).toEqual([]);
  });

  function typeAt(type: string, path: readonly string[]): GraphQLObjectType {
    return path.reduce(
      (object, name) => getNamedType(object.getFields()[name]?.type) as GraphQLObjectType,
      schema.getType(type) as GraphQLObjectType,
    );
  }

  function led(object: GraphQLObjectType, field: string): [type: string | undefined, list: boolean] {
    const named = getNamedType(object.getFields()[field]?.type) as GraphQLNamedType | undefined;
    if (!named?.name.endsWith("Connection")) return [named?.name, false];
    const edge = getNamedType((named as GraphQLObjectType).getFields()["edges"]?.type) as GraphQLObjectType;
    return [(getNamedType(edge.getFields()["node"]?.type) as GraphQLNamedType | undefined)?.name, true];
  }
});
