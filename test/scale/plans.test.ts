// Every list, search and count of the graph over a small world that was projected from blocks: an index serves each of them.
import { watchedGraph, type Statement } from "../../bench/scale/graph.js";
import { judged, type Judged } from "../../bench/scale/judge.js";
import { landmarksOf } from "../../bench/scale/landmarks.js";
import { questionsOf, type Landmarks } from "../../bench/scale/questions.js";
import { fillWith, type Filled } from "../../bench/scale/rows.js";
import { busyPerson, storyOf } from "../../bench/scale/story.js";
import { furnishedDomains } from "../../catalogue/index.js";
import { READING } from "../../platform/reads.js";
import { newDatabase, type TestDatabase } from "../environment.js";

let database: TestDatabase;
let filled: Filled;
let landmarks: Landmarks;
const answers: Judged[] = [];

/** Tables of this size are read as a whole sooner than by an index: here it counts whether there is one. */
const SETTINGS = { ...READING, enable_seqscan: "off", enable_sort: "off", random_page_cost: "1.1" };

beforeAll(async () => {
  database = await newDatabase();
  filled = await fillWith(database.pool, storyOf(1_500, 10), () => undefined);
  const client = await database.pool.connect();
  const graph = watchedGraph(database.url, { sub: busyPerson.id, roles: ["SUPER_ADMIN"] });
  try {
    landmarks = await landmarksOf(client);
    for (const [name, value] of Object.entries(SETTINGS)) await client.query(`set ${name} = ${value}`);
    for await (const answer of judged({ graph, client, landmarks })) answers.push(answer);
  } finally {
    await graph.close();
    client.release(true);
  }
}, 120_000);
afterAll(() => database.close());

it("is a world in which every event is known and changes what is there", async () => {
  const { rows } = await database.pool.query("select reason, detail from read.quarantine limit 5");
  expect({ rows, missing: filled.missing }).toEqual({ rows: [], missing: {} });
});

it("is a world in which no list is empty", () => {
  const lists = answers.filter(({ kind }) => kind === "page");
  const field = ({ question }: Judged) => question.slice(0, question.indexOf("("));
  const filled = new Set(lists.filter(({ plan }) => plan.found > 0).map(field));
  expect(lists.map(field).filter((list) => !filled.has(list))).toEqual([]);
});

it("reads no more rows than a page, a count or a value needs", () => {
  const faults = answers.flatMap(({ domain, question, plan }) =>
    plan.faults.map((fault) => `${domain}, ${question}: ${fault} (${plan.text})`),
  );
  expect(faults).toEqual([]);
});

/** How often the statement that is sent most often is sent, whatever its values. */
function repeated(statements: readonly Statement[]): number {
  const times = new Map<string, number>();
  for (const { text } of statements) {
    const shape = text.replace(/ IN \([^)]*\)| = \$\d+/g, "");
    times.set(shape, (times.get(shape) ?? 0) + 1);
  }
  return Math.max(0, ...times.values());
}

it.each(["SUPER_ADMIN", "USER"])(
  "sends no statement for each row of a hundred, whatever they lead to: %s",
  async (role) => {
    const graph = watchedGraph(database.url, { sub: busyPerson.id, roles: [role] });
    const perRow: string[] = [];
    try {
      for (const domain of furnishedDomains) {
        for (const { name, inFull, variables } of questionsOf(graph.schemas[domain], landmarks)) {
          if (inFull === undefined) continue;
          const { statements } = await graph.ask(domain, inFull, { ...variables, first: 100 });
          // A thing and those that it leads to may be of one kind.
          if (repeated(statements) > 3) perRow.push(`${domain}, ${name}: one of them ${repeated(statements)} times`);
        }
      }
    } finally {
      await graph.close();
    }
    expect(perRow).toEqual([]);
  },
);
