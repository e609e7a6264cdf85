// How the scenario must end: the final balances of protocol.md 19, and what follows from them.
import type { Account } from "./balances.js";
import type { Scene } from "./step.js";
import { WrongFigure } from "./world.js";

/** In Qirat. */
export const finalBalances: Readonly<Partial<Record<Account, string>>> = {
  Ada: "598472750",
  Bola: "429904000",
  Chi: "500000000",
  Dayo: "519850000",
  Emma: "331012500",
  Finn: "30993375",
  bakery: "59880000",
  "treasury NG": "224749625",
  "treasury US": "54243750",
  operations: "894000",
  "loan pool": "1000000000",
  redistribution: "0",
};
const SUM = "3750000000";
const CIRCULATING = "2470112625";
const USED = { NG: 4, US: 1, DE: 0 };

/** @throws WrongFigure */
export async function checkEnding(scene: Scene, balances: ReadonlyMap<Account, bigint>): Promise<void> {
  for (const [account, expected] of Object.entries(finalBalances)) {
    const found = String(balances.get(account as Account) ?? "none");
    if (found !== expected) throw new WrongFigure(`final balance of ${account}`, expected, found);
  }
  const sum = [...balances.values()].reduce((total, balance) => total + balance, 0n);
  if (String(sum) !== SUM) throw new WrongFigure("sum of all balances", SUM, String(sum));
  await scene.see("everybody", `${SUM} minted, ${CIRCULATING} circulate`, "{ supply { totalMinted circulating } }", {
    supply: { totalMinted: SUM, circulating: CIRCULATING },
  });
  for (const [code, used] of Object.entries(USED)) {
    const { country } = await scene.read<{ country: { slots: { phase: number; used: number }[] } }>(
      "everybody",
      `{ country(code: "${code}") { slots { phase used } } }`,
    );
    const found = country.slots.find(({ phase }) => phase === 1)?.used;
    if (found !== used) throw new WrongFigure(`used slots of ${code} in phase 1`, String(used), String(found));
  }
  scene.story.tell({ who: "everybody", what: "slots used in phase 1: NG 4, US 1, DE 0", result: "" });
}

/** The final table in Qirat, two accounts a row. */
export function finalTable(balances: ReadonlyMap<Account, bigint>): string[] {
  const cells = Object.keys(finalBalances).map((account) => {
    const balance = String(balances.get(account as Account) ?? "none");
    return `${account.padEnd(16)}${balance.padStart(12)}`;
  });
  const half = Math.ceil(cells.length / 2);
  const rows = cells.slice(0, half).map((cell, n) => `    ${cell}      ${cells[half + n] ?? ""}`.trimEnd());
  return ["Final balances in Qirat", ...rows, `    ${"sum".padEnd(16)}${SUM.padStart(12)}  = all that was minted`];
}
