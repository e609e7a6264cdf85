// The set-up of a newcomer's ledger: by ordinary mutations, and to its end however often it is begun.
import { setUp } from "../../cli/setup.js";
import { main as projector } from "../../workers/projector/main.js";
import { main as submitter } from "../../workers/submitter/main.js";
import { eventually } from "../environment.js";
import { describeOnLedgers } from "../ledgers.js";
import { newFlow, type Flow } from "./flow.js";

describeOnLedgers("the set-up of a newcomer's ledger", (kind) => {
  let flow: Flow;
  beforeAll(async () => {
    flow = await newFlow(kind);
  }, 60_000);
  afterAll(() => flow.close());

  const accepted = async () => (await flow.world.database.pool.query("select from app.command")).rowCount;

  it("goes on where it was cut short, and accepts nothing twice", async () => {
    const lines: string[] = [];
    const begin = () =>
      setUp({
        gateway: `${flow.graph.url}/graphql`,
        home: flow.graph.config.home,
        say: (line) => void lines.push(line),
      });
    // Cut short: nobody submits, so the bootstrap waits; somebody begins again meanwhile.
    const first = begin();
    await eventually(async () => (await accepted()) === 1, "the first command");
    const second = begin();
    await flow.start(submitter);
    await flow.start(projector);
    await Promise.all([first, second]);
    await begin();
    expect(await accepted()).toBe(1 + 5);
    expect(lines.filter((line) => line === "Loaded 234 countries")).toHaveLength(3);
    const answer = await flow.graph.ask(
      `{ systemStatus { profile countries shareTotal } quorum: systemParameter(id: "quorumVotes") { value min }
       first: countries(first: 1) { edges { node { code } } } country(code: "VA") { name slots { total } treasury { balance } } }`,
    );
    expect(answer.data).toEqual({
      systemStatus: { profile: "devnet", countries: 234, shareTotal: "1.00000000" },
      quorum: { value: 3, min: 1 },
      first: { edges: [{ node: { code: "VA" } }] },
      country: {
        name: "Vatican City",
        slots: [7, 14, 21, 28, 108, 171].map((total) => ({ total })),
        treasury: { balance: "0" },
      },
    });
  }, 180_000);
});
