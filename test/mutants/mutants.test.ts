// Every planted fault is caught, by the test that is named for it and for the reason that is its own.
import { stripVTControlCharacters } from "node:util";
import { newDatabase } from "../environment.js";
import { copySources, type Copy } from "./copy.js";
import { mutants } from "./mutants.js";

let copy: Copy;
const caught: string[][] = [];
beforeAll(async () => {
  // The cluster of this run stands before the first child asks for it.
  await (await newDatabase()).close();
  copy = copySources();
});
afterAll(() => {
  copy.remove();
  const table = [["mutant", "caught by", "how"], ...caught].map((cells) => cells.join(" | "));
  console.log([...table, `${caught.length} of ${mutants.length} caught`].join("\n"));
});

test("without a fault nothing is caught", async () => {
  const { ran, failures, said } = await copy.control(mutants);
  expect(failures).toEqual([]);
  const sentences = new Set(mutants.map(({ caughtBy }) => caughtBy.sentence));
  if (ran !== sentences.size) throw new Error(`${ran} of ${sentences.size} tests ran:\n${said}`);
}, 300_000);

describe("a mutant is caught", () => {
  test.each(mutants)("$name: $does", async (mutant) => {
    const { sentence, shows, file } = mutant.caughtBy;
    const { ran, failures, said } = await copy.tryOut(mutant);
    if (ran !== 1) throw new Error(`"${sentence}" is not one test of ${file}:\n${said}`);
    expect(failures.map((failure) => failure.sentence)).toEqual([sentence]);
    const message = stripVTControlCharacters(failures[0]?.message ?? "");
    expect(message).toMatch(shows);
    caught.push([mutant.name, `${file}: ${sentence}`, shows.exec(message)?.[0].replace(/\s+/g, " ") ?? ""]);
  });
});
