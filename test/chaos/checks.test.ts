// Each check of a chaos run can fail: one wrong fact is planted in what it judges, and the check names it.
import { judge, type CheckId } from "../../chaos/checks.js";
import type { CommandRow, Evidence } from "../../chaos/evidence.js";
import { newFold } from "../../chaos/fold.js";
import type { Entry, Heard } from "../../chaos/journal.js";
import { newTruth, type Effect } from "../../chaos/truth.js";

const [FIRST, SECOND, REFUSED] = ["c-first", "c-second", "c-refused"];
const ADA = "ada";
const place = (block: number, batchIndex: number): Omit<Effect, "status" | "code" | "events"> => ({
  ...{ block, txIndex: 0, batchIndex, txId: `tx-${block}` },
});
const effects: readonly (readonly [string, Effect])[] = [
  [FIRST, { ...place(1, 0), status: "COMMITTED", code: null, events: ["TransferCompleted", "BalanceChanged"] }],
  [SECOND, { ...place(1, 1), status: "COMMITTED", code: null, events: ["TransferCompleted"] }],
  [REFUSED, { ...place(2, 0), status: "REFUSED", code: "NOT_FOUND", events: [] }],
];
const rowOf = ([id, { status, code, block, txIndex, batchIndex, txId }]: readonly [string, Effect], seq: number) => ({
  ...{ id, actor: ADA, key: `key-${id}`, seq, role: "gx_partner_api", lanes: ["account:ada"], reason: null },
  ...{ status, code, block, txIndex, batchIndex, txId },
});
const entryOf = (id: string, over: Partial<Entry> = {}): Entry => ({
  ...{ number: 0, key: `key-${id}`, actor: ADA, mutation: "transfer", wasUnknown: false },
  ...{ ids: new Set([id]), heard: { is: "ok", id } as Heard, ...over },
});

/** A sound system with three commands. */
const sound = (): Evidence => ({
  entries: [entryOf(FIRST), entryOf(SECOND, { wasUnknown: true }), entryOf(REFUSED, { meant: "NOT_FOUND" })],
  rows: new Map(effects.map((effect, seq) => [effect[0], rowOf(effect, seq)])),
  effects: new Map(effects.map(([id, effect]) => [id, [effect]])),
  foldFaults: [],
  accounts: new Map([[ADA, { stored: 70n, pending: 5n, lines: 75n, count: 2 }]]),
  ...{ height: 3, hash: "h2" },
  receipts: new Map([[FIRST, "tx-1"]]),
  balances: new Map([[ADA, { stored: 70n, pending: 5n }]]),
  wallets: new Map([[ADA, { stored: 70n, pending: 5n }]]),
  statements: new Map([[ADA, { sum: 75n, count: 2 }]]),
  events: new Map([
    [FIRST, ["TransferCompleted", "BalanceChanged"]],
    [SECOND, ["TransferCompleted"]],
  ]),
  checkpoint: { block: 2, hash: "h2" },
  held: ["one", "two"].map((peer) => ({ peer, hash: "h2", state: "s2" })),
  verified: [],
  leftovers: [{ what: "keys in Redis", value: 3, most: 10, unit: "keys" }],
  harm: [{ what: "p99", value: 3, most: 10, unit: "ms" }],
});

const faultsOf = (evidence: Evidence) =>
  judge(evidence).flatMap(({ check, faults }) => faults.map((text) => `${check}: ${text}`));
const but = <K, V>(map: ReadonlyMap<K, V>, key: K, value: V | undefined): ReadonlyMap<K, V> => {
  const changed = new Map(map);
  if (value === undefined) changed.delete(key);
  else changed.set(key, value);
  return changed;
};
const row = ({ rows }: Evidence, id: string, over: Partial<CommandRow>) =>
  but(rows, id, { ...(rows.get(id) as CommandRow), ...over });

it("finds nothing in a sound system, and compares something in each check", () => {
  expect(faultsOf(sound())).toEqual([]);
  expect(judge(sound()).filter(({ compared }) => compared === 0)).toEqual([]);
});

type Planted = readonly [what: string, check: CheckId, plant: (of: Evidence) => Partial<Evidence>, named: RegExp];
const planted: readonly Planted[] = [
  ["a lost row", "I1", ({ rows }) => ({ rows: but(rows, FIRST, undefined) }), /c-first was accepted, and no row/],
  [
    "a lost outcome",
    "I1",
    (of) => ({ effects: but(of.effects, FIRST, undefined), rows: row(of, FIRST, { status: "SUBMITTED" }) }),
    /c-first was accepted, is SUBMITTED, and has no outcome/,
  ],
  [
    "a command given up without a reason",
    "I1",
    (of) => ({ effects: but(of.effects, SECOND, undefined), rows: row(of, SECOND, { status: "FAILED" }) }),
    /c-second is FAILED without a reason/,
  ],
  [
    "a second effect",
    "I2",
    ({ effects: all }) => ({
      effects: but(all, FIRST, [...(all.get(FIRST) ?? []), { ...(all.get(FIRST)?.[0] as Effect), txId: "tx-9" }]),
    }),
    /c-first has 2 effects, in tx-1 and tx-9/,
  ],
  [
    "a doubled receipt",
    "I2",
    ({ receipts }) => ({ receipts: but(receipts, FIRST, "tx-9") }),
    /receipt of c-first names tx-9/,
  ],
  [
    "doubled events",
    "I2",
    ({ events }) => ({ events: but(events, SECOND, ["TransferCompleted", "TransferCompleted"]) }),
    /c-second has the events TransferCompleted,TransferCompleted/,
  ],
  ["events of nobody", "I2", ({ events }) => ({ events: but(events, "c-x", ["UserCreated"]) }), /c-x has events/],
  [
    "two tickets for a key",
    "I2",
    ({ entries }) => ({ entries: [...entries, entryOf(FIRST, { ids: new Set([FIRST, SECOND]) })] }),
    /key key-c-first has the tickets/,
  ],
  [
    "two rows for a key",
    "I2",
    (of) => ({ rows: row(of, SECOND, { key: `key-${FIRST}` }) }),
    /has the rows c-first and c-second/,
  ],
  [
    "a false COMMITTED",
    "I3",
    ({ effects: all }) => ({ effects: but(all, SECOND, undefined) }),
    /c-second is COMMITTED, but no block/,
  ],
  [
    "a COMMITTED that was refused",
    "I3",
    (of) => ({ rows: row(of, REFUSED, { status: "COMMITTED" }) }),
    /status is COMMITTED/,
  ],
  ["another block", "I3", (of) => ({ rows: row(of, FIRST, { block: 7 }) }), /block is 7, on the ledger 1/],
  ["another transaction", "I3", (of) => ({ rows: row(of, FIRST, { txId: "tx-9" }) }), /transaction is tx-9/],
  [
    "an outcome that the row denies",
    "I3",
    (of) => ({ rows: row(of, FIRST, { status: "FAILED" }) }),
    /status is FAILED/,
  ],
  [
    "a refusal that was not due",
    "I3",
    ({ entries }) => ({ entries: entries.map((entry) => ({ ...entry, meant: "SELF_ACTION" })) }),
    /c-refused ended with NOT_FOUND, due was SELF_ACTION/,
  ],
  [
    "a refusal at the edge that was not due",
    "I3",
    ({ entries }) => ({
      entries: [...entries, entryOf("x", { ids: new Set(), heard: { is: "refused", code: "FORBIDDEN" } })],
    }),
    /refused at the edge with FORBIDDEN/,
  ],
  [
    "an unknown that stays",
    "I4",
    ({ entries }) => ({
      entries: [...entries, entryOf("x", { ids: new Set(), heard: { is: "unknown", why: "lost" }, wasUnknown: true })],
    }),
    /key-x was asked again and is still unknown/,
  ],
  [
    "an unknown without outcome",
    "I4",
    ({ effects: all }) => ({ effects: but(all, SECOND, []) }),
    /c-second has no single outcome/,
  ],
  ["money that does not add up", "I5", () => ({ foldFaults: ["block 2: the accounts hold 1"] }), /block 2/],
  [
    "a changed balance on the ledger",
    "I5",
    ({ balances }) => ({ balances: but(balances, ADA, { stored: 71n, pending: 5n }) }),
    /the ledger's ada holds 71 and 5 pending, expected 70/,
  ],
  [
    "a changed balance in the rows",
    "I6",
    ({ wallets }) => ({ wallets: but(wallets, ADA, { stored: 70n, pending: 6n }) }),
    /the row of ada holds 70 and 6 pending/,
  ],
  [
    "a missing wallet",
    "I6",
    ({ wallets }) => ({ wallets: but(wallets, ADA, undefined) }),
    /the row of ada holds missing/,
  ],
  [
    "a doubled line",
    "I6",
    ({ statements }) => ({ statements: but(statements, ADA, { sum: 75n, count: 3 }) }),
    /the statement of ada has 3 lines/,
  ],
  ["rows that stand behind", "I6", () => ({ checkpoint: { block: 1, hash: "h1" } }), /the rows stand at block 1 of 2/],
  ["rows of another chain", "I6", () => ({ checkpoint: { block: 2, hash: "hx" } }), /made from another block 2/],
  [
    "a peer that is behind",
    "I6",
    ({ held }) => ({ held: [...held, { peer: "three", hash: undefined, state: undefined }] }),
    /peer three holds no answer as its last block, not h2/,
  ],
  [
    "a peer with another state",
    "I6",
    ({ held }) => ({ held: [...held, { peer: "three", hash: "h2", state: "sx" }] }),
    /peer three made another state of the same blocks/,
  ],
  ["what gx verify found", "I6", () => ({ verified: ["gx verify: read.fee: x"] }), /read.fee/],
  [
    "an order that was not kept within a batch",
    "I7",
    (of) => ({ rows: row({ ...of, rows: row(of, FIRST, { seq: 1 }) }, SECOND, { seq: 0 }) }),
    /c-first overtook c-second on account:ada/,
  ],
  [
    "an order that was not kept over blocks",
    "I7",
    (of) => ({ rows: row({ ...of, rows: row(of, REFUSED, { seq: -1 }) }, FIRST, { seq: 0 }) }),
    /c-first overtook c-refused/,
  ],
  [
    "a leftover",
    "I8",
    () => ({ leftovers: [{ what: "advisory locks", value: 5, most: 4, unit: "locks" }] }),
    /advisory locks: 5.0 locks, at most 4/,
  ],
  [
    "a leftover that could not be measured",
    "I8",
    () => ({ leftovers: [{ what: "memory", value: Number.NaN, most: 4, unit: "MB" }] }),
    /memory: NaN/,
  ],
  ["harm without bound", "I9", () => ({ harm: [{ what: "p99", value: 11, most: 10, unit: "ms" }] }), /p99: 11.0 ms/],
];

it.each(planted)("names %s (%s)", (_, check, plant, named) => {
  const evidence = sound();
  const faults = faultsOf({ ...evidence, ...plant(evidence) });
  expect(faults.filter((text) => text.startsWith(`${check}: `) && named.test(text))).not.toEqual([]);
});

describe("the fold of the money", () => {
  const genesis = [
    { name: "GenesisDistributed", userId: ADA, amount: "500" },
    { name: "BalanceChanged", accountId: ADA, balance: "500" },
    { name: "AccountCredited", accountId: "MINTED_USER_GENESIS", deltaKey: "t~0", amount: "500" },
  ];
  const faultsAfter = (...events: readonly Readonly<Record<string, unknown>>[]) => {
    const fold = newFold();
    for (const event of events) fold.take(event);
    fold.endOfBlock(4);
    return fold.faults.join("\n");
  };

  it("adds up for a person with genesis coins", () => {
    expect(faultsAfter(...genesis)).toBe("");
  });

  it.each([
    ["coins from nowhere", [...genesis.slice(0, 2)], /block 4: the accounts hold 500, but 0 were minted/],
    ["a statement without its line", [...genesis.slice(1)], /block 4: ada holds 500, its statement says 0/],
    ["a credit that was told twice", [...genesis, genesis[2] ?? {}], /MINTED_USER_GENESIS t~0 was credited twice/],
    [
      "a negative balance",
      [...genesis, { name: "BalanceChanged", accountId: ADA, balance: "-1" }],
      /less than nothing/,
    ],
    [
      "a fold that adds something",
      [
        ...genesis,
        { name: "DeltasFolded", accountId: "MINTED_USER_GENESIS", txIds: ["t"], amount: "600", stored: "600" },
      ],
      /600 were folded, its deltas are 500/,
    ],
  ])("names %s", (_, events, named) => {
    expect(faultsAfter(...events)).toMatch(named);
  });

  it("keeps the balance when deltas are folded", () => {
    const folded = {
      name: "DeltasFolded",
      accountId: "MINTED_USER_GENESIS",
      txIds: ["t"],
      amount: "500",
      stored: "500",
    };
    expect(faultsAfter(...genesis, folded)).toBe("");
  });
});

it("sees a second effect of a command in the blocks, and passes over a repetition", () => {
  const truth = newTruth();
  const payload = (outcome: object) =>
    Buffer.from(
      JSON.stringify({ version: 1, outcomes: [{ commandId: FIRST, status: "committed", events: [], ...outcome }] }),
    );
  const block = (number: number, outcome: object, valid = true) => ({
    ...{ number, previousHash: "", dataHash: "", hash: `h${number}`, timeMs: 0, bytes: 0 },
    transactions: [
      { index: 0, txId: `tx-${number}`, type: 3, code: valid ? 0 : 11, valid, timeMs: 0, payload: payload(outcome) },
    ],
  });
  truth.take(block(0, {}));
  truth.take(block(1, { repeatOf: "tx-0" }));
  truth.take(block(2, {}, false));
  expect([truth.effects.get(FIRST)?.length, truth.repeats()]).toEqual([1, 1]);
  truth.take(block(3, {}));
  expect(truth.effects.get(FIRST)?.map(({ txId }) => txId)).toEqual(["tx-0", "tx-3"]);
});
