// Every kind of value, against protocol.md 1.4 and the canonical amounts of 18.1.
import {
  account,
  array,
  bps,
  choice,
  count,
  country,
  faultsOf,
  flag,
  hash,
  int,
  integer,
  list,
  optional,
  qirat,
  qirat0,
  reasonCode,
  record,
  ref,
  share,
  text,
  time,
  units,
  uuid,
  type Kind,
} from "../../catalogue/language.js";

const ID = "6f0c1f6e-0000-7000-8000-00000000000a";
const OTHER = "6f0c1f6e-0000-7000-8000-00000000000b";
const HASH = "0123456789abcdef".repeat(4);

interface Sample {
  readonly kind: Kind;
  readonly good: readonly unknown[];
  readonly bad: readonly unknown[];
}

const samples: Record<string, Sample> = {
  uuid: {
    kind: uuid(),
    good: [ID, "ffffffff-ffff-ffff-ffff-ffffffffffff"],
    bad: [
      ID.toUpperCase(),
      ID.slice(1),
      `${ID}0`,
      `${ID}\n`,
      ` ${ID}`,
      ID.replaceAll("-", ""),
      `{${ID}}`,
      1,
      null,
      undefined,
    ],
  },
  ref: { kind: ref("User"), good: [ID], bad: ["User", ID.toUpperCase(), ""] },
  qirat: {
    kind: qirat(),
    good: ["1", "1250000000000000000", "9007199254740993"],
    bad: [
      "",
      "0",
      "01",
      "+1",
      "-1",
      "1.0",
      "1e3",
      " 1",
      "1 ",
      "1\n",
      "1250000000000000001",
      "99999999999999999999",
      "0x1",
      "١",
      1,
      1n,
      null,
    ],
  },
  qirat0: {
    kind: qirat0(),
    good: ["0", "1", "1250000000000000000"],
    bad: ["", "00", "01", "+1", "-0", "0.0", "1250000000000000001", 0],
  },
  "int 1..6": { kind: int(1, 6), good: [1, 6], bad: [0, 7, 1.5, "1", NaN, Infinity, true, null] },
  integer: {
    kind: integer(),
    good: [0, -5, 9007199254740991, -9007199254740991],
    bad: [9007199254740992, 0.5, "0"],
  },
  count: { kind: count(), good: [0, 9007199254740991], bad: [-1, 9007199254740992] },
  bps: { kind: bps(), good: [0, 10_000], bad: [-1, 10_001, 2.5] },
  time: { kind: time(), good: [0, 1_800_000_000], bad: [-1, 1.5, "2027-01-01T00:00:00Z"] },
  units: { kind: units(), good: [1, 100_000_000], bad: [0, 100_000_001] },
  share: {
    kind: share(),
    good: ["0.00000001", "0.13464767", "1.00000000"],
    bad: ["0.00000000", "1.00000001", "0.1", "0.000000001", "00.00000001", ".00000001", "1", 0.5],
  },
  cc: { kind: country(), good: ["NG", "QQ"], bad: ["ng", "N", "NGA", "N1", "ÑG", ""] },
  hash: { kind: hash(), good: [HASH], bad: [HASH.toUpperCase(), HASH.slice(1), `${HASH}0`, `0x${HASH}`] },
  bool: { kind: flag(), good: [true, false], bad: ["true", 1, 0, null] },
  "A / B": { kind: choice("Two", ["A", "B"]), good: ["A", "B"], bad: ["a", "C", "", ["A"], null] },
  reasonCode: { kind: reasonCode(), good: ["COURT_ORDER"], bad: ["OTHER"] },
  "accountId of any account": {
    kind: account(),
    good: [ID, `org_${ID}`, "treasury_NG", "SYSTEM_LOAN_POOL", "SYSTEM_OPERATIONS_FUND"],
    bad: [
      "treasury_ng",
      "treasury_NGA",
      "SYSTEM_POOL",
      "MINTED_LOAN",
      `org_${ID.toUpperCase()}`,
      `user_${ID}`,
      "",
      `x${ID}`,
    ],
  },
  "accountId of users and organizations": {
    kind: account("user", "organization"),
    good: [ID, `org_${ID}`],
    bad: ["treasury_NG", "SYSTEM_GX_POOL"],
  },
  "accountId of a counter": { kind: account("counter"), good: ["MINTED_LOAN"], bad: ["MINTED_", "SYSTEM_GX_POOL"] },
  "X?": { kind: optional(text(1, 3)), good: ["abc", null, undefined], bad: ["", "abcd", 1] },
  "X[1..2]": {
    kind: list(uuid(), 1, 2),
    good: [[ID], [ID, OTHER]],
    bad: [[], [ID, ID], [ID, OTHER, HASH], ["x"], ID, null],
  },
  "records[1..2], told apart by id or code": {
    kind: list(record("Row", { code: country(), value: int(0, 9) }), 1, 2),
    good: [
      [{ code: "NG", value: 1 }],
      [
        { code: "NG", value: 1 },
        { code: "US", value: 1 },
      ],
    ],
    bad: [
      [
        { code: "NG", value: 1 },
        { code: "NG", value: 2 },
      ],
      [{ code: "NG" }],
      [{ code: "NG", value: 1, more: 1 }],
      [null],
    ],
  },
  "an event's list": { kind: array(int(0, 9), 2), good: [[1, 1]], bad: [[1], [1, 1, 1], [10, 1]] },
};

describe.each(Object.entries(samples))("%s", (_name, { kind, good, bad }) => {
  it.each(good.map((value) => [value]))("takes %p and keeps it", (value) => {
    expect(kind.zod.safeParse(value)).toMatchObject({ success: true, data: value ?? null });
  });

  it.each(bad.map((value) => [value]))("refuses %p with a sentence of its own", (value) => {
    const [fault] = faultsOf(kind.zod.safeParse(value).error!);
    expect(fault?.message).toMatch(/^(is missing: )?(is unknown|must (be|hold) )/);
  });
});

describe("text 2..4", () => {
  const good = (value: unknown) => text(2, 4).zod.safeParse(value).success;

  it("counts code points", () => {
    expect(["ab", "abcd", "😀😀😀😀", "é́x"].map(good)).toEqual([true, true, true, true]);
    expect(["a", "abcde", "😀", "😀😀😀😀😀"].map(good)).toEqual([false, false, false, false]);
  });

  it.each([
    0x00, 0x09, 0x0a, 0x1f, 0x7f, 0x85, 0x200b, 0x2028, 0x2029, 0x202a, 0x202e, 0x2066, 0x2069, 0xfeff, 0xd800, 0xdfff,
  ])("has no U+%i", (code) => {
    expect(good(`a${String.fromCharCode(code)}b`)).toBe(false);
  });

  it.each([0x20, 0xa0, 0x1680, 0x2003, 0x3000])("has white space U+%i inside only", (code) => {
    const space = String.fromCharCode(code);
    expect([`a${space}b`, `${space}ab`, `ab${space}`].map(good)).toEqual([true, false, false]);
  });

  it("is in NFC", () => {
    expect([good("e\u0301a"), good("\u00e9a")]).toEqual([false, true]);
  });

  it("keeps what may look strange: joiners, marks and private characters", () => {
    expect(["a\u200db", "a\u200eb", "a\ue000b", "a\u2065b", "a\u202fb"].map(good)).toEqual([
      true,
      true,
      true,
      true,
      true,
    ]);
  });
});

describe("the faults of an input", () => {
  const rows = record("Input", {
    countries: list(record("Row", { code: country(), name: text(1, 3) }), 1, 2),
    remark: optional(text(1, 3)),
  });

  it("are told all at once, each with its path and rule", () => {
    const input = { countries: [{ code: "ng" }, { code: "NG", name: "", note: 1 }], remark: "long", actor: "me" };
    expect(faultsOf(rows.zod.safeParse(input).error!)).toEqual([
      { path: "countries.0.code", message: "must be two upper-case letters" },
      { path: "countries.0.name", message: expect.stringMatching(/^is missing: must be text of 1 to 3 /) as string },
      { path: "countries.1.name", message: expect.stringMatching(/^must be text of 1 to 3 /) as string },
      { path: "countries.1.note", message: "is unknown" },
      { path: "remark", message: expect.stringMatching(/^must be text/) as string },
      { path: "actor", message: "is unknown" },
    ]);
  });

  it("are none where an optional field is absent or null, which is stored as null", () => {
    const countries = [{ code: "NG", name: "x" }];
    expect(rows.zod.parse({ countries })).toEqual({ countries, remark: null });
    expect(rows.zod.parse({ countries, remark: null })).toEqual({ countries, remark: null });
  });
});
