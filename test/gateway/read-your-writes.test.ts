// Read your writes through gateway and subgraphs: what `x-gx-after` waits for, what it does not, and what `x-gx-block` says.
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tokenomics } from "../../catalogue/events/tokenomics.js";
import { STATEMENT_HEADER } from "../../platform/statement.js";
import { eventually } from "../environment.js";
import { newGraph, nobody, post, type Answer, type Graph } from "./graph.js";
import { EMMA, newWorld } from "./world.js";

const WAIT_MS = 4_000;
const WALLET = "query ($id: ID!) { wallet(id: $id) { balance } }";
const FUND = "SYSTEM_LOAN_POOL";
const TRANSFER = `mutation ($key: String!) { transfer(to: "${FUND}", amount: "1", idempotencyKey: $key) { commandId status } }`;

let graph: Graph;
let emma: string;
beforeAll(async () => {
  graph = await newGraph({ READ_WAIT_MS: String(WAIT_MS) });
  await newWorld(graph.history);
  emma = await graph.token("USER", EMMA);
});
afterAll(() => graph.close());

const last = () => graph.history.blocks.length - 1;
const credited = (balance: string) => [tokenomics.BalanceChanged({ accountId: FUND, balance })];
const after = (point: string | number, query = WALLET, variables: object = { id: FUND }, token?: string) =>
  graph.ask<{ wallet: { balance: string } }>(query, variables, token, { "x-gx-after": String(point) });
const transfer = async (headers: Record<string, string> = {}) => {
  const answer = await graph.ask<{ transfer: { commandId: string } }>(TRANSFER, { key: randomUUID() }, emma, headers);
  return { answer, id: answer.data?.transfer.commandId ?? "" };
};
const fault = ({ status, errors }: Answer<unknown>) => [status, errors[0]?.extensions.code];

describe("a read after a block", () => {
  it("that is there answers at once, and says which block it reflects", async () => {
    const answer = await after(last());
    expect(answer.errors).toEqual([]);
    expect(Number(answer.headers.get("x-gx-block"))).toBe(last());
  });

  it("that comes in time shows its rows, through a database that cuts all its connections too", async () => {
    for (const cut of [false, true]) {
      const next = last() + 1;
      const balance = String(next * 1_000);
      const answering = after(next);
      if (cut) {
        await graph.database.pool.query(
          "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
        );
      }
      await graph.history.happened(credited(balance));
      const answer = await answering;
      expect(answer.errors).toEqual([]);
      expect(answer.data?.wallet.balance).toBe(balance);
      expect(Number(answer.headers.get("x-gx-block"))).toBeGreaterThanOrEqual(next);
    }
  });

  it("that does not come is BEHIND with the distance, as is one of a command that stays open", async () => {
    const { id } = await transfer();
    const [block, command] = await Promise.all([after(last() + 3), after(id)]);
    expect([...fault(block), block.errors[0]?.extensions]).toEqual([
      ...[503, "BEHIND"],
      { code: "BEHIND", distance: 3, requestId: expect.any(String) as string },
    ]);
    expect([...fault(command), command.errors[0]?.extensions]).toEqual([
      ...[503, "BEHIND"],
      { code: "BEHIND", distance: null, requestId: expect.any(String) as string },
    ]);
    expect(block.data?.wallet ?? null).toBeNull();
  }, 30_000);

  it("far beyond the chain is BEHIND without waiting", async () => {
    const begin = performance.now();
    const answer = await after(last() + 5_000);
    expect(fault(answer)).toEqual([503, "BEHIND"]);
    expect(performance.now() - begin).toBeLessThan(WAIT_MS);
  });

  it("that a hundred others wait for is BEHIND without waiting, and the hundred are answered", async () => {
    const target = last() + 1;
    const ask = async () => {
      const body = JSON.stringify({ query: WALLET, variables: { id: FUND } });
      const deadline = Date.now() + 30_000;
      const statement = await graph.statements.sign(nobody, "tokenomics", body, { target, deadline });
      const url = graph.subgraphs.find(({ domain }) => domain === "tokenomics")?.url ?? "";
      return post<{ wallet: { balance: string } }>(url, body, { [STATEMENT_HEADER]: statement });
    };
    let answered = 0;
    const all = Array.from({ length: 101 }, () =>
      ask().then((answer) => {
        answered += 1;
        return answer;
      }),
    );
    // The one too many is told at once; the others are not.
    await eventually(() => answered === 1, "one answer");
    await graph.history.happened(credited("5"));
    const answers = await Promise.all(all);
    expect(answers.filter(({ data }) => data?.wallet.balance === "5").length).toBe(100);
    expect(answers.filter(({ errors }) => errors[0]?.extensions.code === "BEHIND").length).toBe(1);
  }, 40_000);
});

describe("a read after a command", () => {
  it("waits for its end, whoever asked for it, and shows its effect", async () => {
    const { id } = await transfer();
    const answering = after(id);
    await graph.history.happened(credited("77"), { commandId: id });
    const answer = await answering;
    expect(answer.data?.wallet.balance).toBe("77");
    expect((await after(id)).data?.wallet.balance).toBe("77");
  });

  it("that was refused shows that nothing changed", async () => {
    const { id } = await transfer();
    const answering = after(id);
    await graph.history.refused("INSUFFICIENT_FUNDS", { commandId: id });
    expect((await answering).errors).toEqual([]);
  });

  it("that FAILED does not wait, also when it fails meanwhile", async () => {
    const { id } = await transfer();
    const answering = after(id);
    await graph.database.pool.query("update app.command set status = 'FAILED' where id = $1", [id]);
    expect((await answering).errors).toEqual([]);
    expect((await after(id)).errors).toEqual([]);
  });

  it("that nobody knows is INVALID_INPUT", async () => {
    const answer = await after(randomUUID());
    expect(fault(answer)).toEqual([400, "INVALID_INPUT"]);
    expect(answer.errors[0]?.extensions.fields).toEqual([{ path: "x-gx-after", message: "names no command" }]);
  });
});

test.each([
  ..."abc,-1,1.5,1e3,01,0x1,9007199254740993000".split(","),
  "",
  "1, 2",
  "0B1D0000-0000-4000-8000-00000000000A",
])("the header %j is INVALID_INPUT, for mutations too", async (header) => {
  const answer = await after(header);
  expect(fault(answer)).toEqual([400, "INVALID_INPUT"]);
  expect(answer.errors[0]?.extensions).toMatchObject({
    category: "BAD_USER_INPUT",
    fields: [{ path: "x-gx-after", message: "must be the id of a command or the number of a block" }],
  });
  expect(fault((await transfer({ "x-gx-after": header })).answer)).toEqual([400, "INVALID_INPUT"]);
});

it("a mutation waits for nothing", async () => {
  const { answer } = await transfer({ "x-gx-after": String(last() + 100) });
  expect(answer.errors).toEqual([]);
  expect(answer.headers.get("x-gx-block")).toBeNull();
});

it("pages of the development machine may send the one header and read the other", async () => {
  const { headers } = await graph.ask("{ __typename }", {}, undefined, { origin: "http://localhost:5173" });
  expect(headers.get("access-control-allow-headers")).toContain("x-gx-after");
  expect(headers.get("access-control-expose-headers")).toContain("x-gx-block");
});

it("an answer of several subgraphs reflects the smallest of their blocks", async () => {
  const behind = createServer((_, response) => {
    response.writeHead(200, { "content-type": "application/json", "x-gx-block": "1" });
    response.end(JSON.stringify({ data: { feeSchedule: [] } }));
  });
  await new Promise<void>((resolve) => behind.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(behind.address() as AddressInfo).port}/graphql`;
  const other = await newGraph({}, { tax: url });
  await newWorld(other.history);
  await eventually(async () => {
    const { headers } = await other.ask("{ systemStatus { paused } }");
    return headers.get("x-gx-block") === String(other.history.blocks.length - 1);
  }, "the subgraph to know its block");
  const { headers } = await other.ask("{ systemStatus { paused } feeSchedule { kind } }");
  expect(headers.get("x-gx-block")).toBe("1");
  await other.close();
  behind.close();
});
