// Every list, search and count of the graph over a small world that was projected from blocks: an index serves each of them.
import { watchedGraph } from "../../bench/scale/graph.js";
import { judged, type Judged } from "../../bench/scale/judge.js";
import { landmarksOf } from "../../bench/scale/landmarks.js";
import { fillWith, type Filled } from "../../bench/scale/rows.js";
import { busyPerson, storyOf } from "../../bench/scale/story.js";
import { newDatabase, type TestDatabase } from "../environment.js";

let database: TestDatabase;
let filled: Filled;
const answers: Judged[] = [];

/** Tables of this size are read as a whole sooner than by an index: here it counts whether there is one. */
const SETTINGS =
  "set enable_seqscan = off; set enable_sort = off; set enable_bitmapscan = off; set random_page_cost = 1.1";

beforeAll(async () => {
  database = await newDatabase();
  filled = await fillWith(database.pool, storyOf(1_500, 10), () => undefined);
  const client = await database.pool.connect();
  const graph = watchedGraph(database.url, { sub: busyPerson.id, roles: ["SUPER_ADMIN"] });
  try {
    const landmarks = await landmarksOf(client);
    await client.query(SETTINGS);
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
