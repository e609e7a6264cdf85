// Two catalogues side by side: what is named, and what the channel cannot execute yet.
import { compare } from "../../catalogue/compatibility.js";
import { describeCatalogue } from "../../catalogue/description.js";
import { wireCatalogue, type WireCatalogue } from "../../catalogue/wire.js";

const ours: WireCatalogue = {
  version: "2",
  commands: {
    "a.pay": { role: "gx_admin", input: { to: "uuid", remark: "text 1..200?" }, emits: ["Paid"] },
    "a.stop": { role: "gx_admin", input: {}, emits: ["Stopped"] },
  },
  events: { Paid: { to: "uuid", fee: "qirat 0.." }, Stopped: {} },
};
type Change = (channel: { [K in keyof WireCatalogue]: WireCatalogue[K] }) => void;
const channelWith = (change: Change): WireCatalogue => {
  const copy = structuredClone(ours);
  change(copy);
  return copy;
};
const entry = (channel: WireCatalogue, name: string) => {
  const found = channel.commands[name];
  if (!found) throw new Error(`no ${name}`);
  return found;
};

it("finds nothing between equal catalogues", () => {
  expect(compare(ours, structuredClone(ours))).toEqual({ differences: [], heldBack: new Map() });
});

it.each<[string, Change, string, string]>([
  [
    "the channel does not know",
    (channel) => void delete channel.commands["a.pay"],
    "unknown to the channel",
    "command a.pay: unknown to the channel",
  ],
  [
    "has an input that the channel does not know",
    (channel) => void delete entry(channel, "a.pay").input["remark"],
    "input remark is unknown to the channel",
    "command a.pay: input remark is unknown to the channel",
  ],
  [
    "has an input of another form on the channel",
    (channel) => void (entry(channel, "a.pay").input["remark"] = "text 1..100?"),
    'input remark is "text 1..100?" on the channel, "text 1..200?" here',
    'command a.pay: input remark is "text 1..100?" on the channel, "text 1..200?" here',
  ],
  [
    "lacks an input that the channel asks for",
    (channel) => void (entry(channel, "a.pay").input["code"] = "text 1..9"),
    "input code is unknown here and asked for by the channel",
    "command a.pay: input code is unknown here and asked for by the channel",
  ],
  [
    "another role signs on the channel",
    (channel) => void (entry(channel, "a.pay").role = "gx_super_admin"),
    "signed by gx_super_admin on the channel, by gx_admin here",
    "command a.pay: signed by gx_super_admin on the channel, by gx_admin here",
  ],
  [
    "emits an event that lacks a field there",
    (channel) => void delete channel.events["Paid"]?.["fee"],
    "event Paid: field fee is unknown to the channel",
    "event Paid: field fee is unknown to the channel",
  ],
])("holds back a command that %s", (_, change, reason, difference) => {
  const { differences, heldBack } = compare(ours, channelWith(change));
  expect([...heldBack]).toEqual([["a.pay", reason]]);
  expect(differences).toContain(difference);
});

it.each<[string, Change, string]>([
  [
    "a command",
    (channel) => void (channel.commands["a.new"] = entry(channel, "a.stop")),
    "command a.new: unknown here",
  ],
  ["an event", (channel) => void (channel.events["New"] = {}), "event New: unknown here"],
  [
    "a field of an event",
    (channel) => void (channel.events["Paid"] = { ...channel.events["Paid"], tax: "qirat 0.." }),
    "event Paid: field tax is unknown here",
  ],
  [
    "an input that may be left out",
    (channel) => void (entry(channel, "a.pay").input["note"] = "text 1..9?"),
    "command a.pay: input note is unknown here",
  ],
])("names %s that only the channel knows, and holds nothing back", (_, change, difference) => {
  expect(compare(ours, channelWith(change))).toEqual({ differences: [difference], heldBack: new Map() });
});

it("names an event that the channel does not know", () => {
  const { differences } = compare(
    ours,
    channelWith((channel) => {
      delete channel.events["Stopped"];
      delete channel.commands["a.stop"];
    }),
  );
  expect(differences).toEqual(["command a.stop: unknown to the channel", "event Stopped: unknown to the channel"]);
});

describe("the catalogue as the chaincode tells it", () => {
  const told = describeCatalogue("1.0.0");

  it("holds every command with its input, and every event with its fields", () => {
    expect(wireCatalogue.parse(JSON.parse(JSON.stringify(told)))).toEqual(told);
    expect(told.commands["tokenomics.transfer"]).toEqual({
      role: "gx_partner_api",
      input: { to: "account user|organization|treasury|system", amount: "qirat 1..", remark: "text 1..140?" },
      emits: expect.arrayContaining(["BalanceChanged"]) as string[],
    });
    expect(told.events["SystemPaused"]).toEqual({ reason: "text 1..200", actor: "uuid" });
  });

  it("gives no field a form that says nothing", () => {
    const forms = [...Object.values(told.commands).map(({ input }) => input), ...Object.values(told.events)];
    for (const form of forms.flatMap((shape) => Object.values(shape)))
      expect(form).toMatch(/^(uuid|country|hash|share|flag|qirat|int|text|one of|account|\d+\.\.\d+ of|\w+ of|\{)/);
  });
});
