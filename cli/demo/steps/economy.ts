// Steps 12 to 17: a vote makes payments cheaper, the pool lends, coins that rest are taxed and given to who has few.
import { GX } from "../../../catalogue/economy.js";
import type { Scene, Step } from "../step.js";
import { people, type Deed, type Person } from "../world.js";
import { pays } from "./society.js";

const COLLATERAL = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae";

export function economy(scene: Scene): readonly Step[] {
  const { act, hold } = scene;
  const loan = { id: "" };
  return [
    { title: "People vote for a lower fee", run: () => vote(scene) },
    {
      title: "The next payment is cheaper",
      run: async () => {
        await act(pays("Bola", people.Dayo, 120n, "pays Dayo 120, at home: now 8 bps, fee 0.096"));
        await hold({ Bola: "429.904", Dayo: "519.85", operations: "0.891" });
      },
    },
    {
      title: "The pool lends to who is trusted",
      run: async () => {
        loan.id = await borrow(scene);
      },
    },
    { title: "Coins that rest are taxed", run: () => taxResting(scene) },
    { title: "The tax goes to who has few", run: () => redistribute(scene) },
    { title: "Ada repays early, and is trusted more", run: () => repay(scene, loan.id) },
  ];
}

async function vote({ act, see, read, until, hold }: Scene): Promise<void> {
  const [proposalId = ""] = await act({
    ...{ by: "a1", what: "proposes feeP2pLocalHighBps 8 instead of 10", command: "governance.submitProposal" },
    input: { parameterId: "feeP2pLocalHighBps", newValue: 8, title: "Cheaper large payments at home" },
  });
  const votes = (by: Person, support: boolean): Deed => ({
    ...{ by, what: `votes ${support ? "for" : "against"}` },
    ...{ command: "governance.castVote", input: { proposalId, support } },
  });
  const execute: Deed = {
    ...{ by: "a1", what: "executes the proposal" },
    ...{ command: "governance.executeProposal", input: { proposalId } },
  };
  // All at once: the vote lasts five seconds.
  await act(
    ...[votes("Ada", true), votes("Bola", true), votes("Dayo", true), votes("Chi", false)],
    { ...votes("Emma", true), refusedWith: "TRUST_TOO_LOW" },
    { ...votes("Ada", true), what: "votes again", refusedWith: "ALREADY_ACTED" },
    { ...execute, refusedWith: "VOTING_OPEN" },
  );
  const { proposal } = await read<{ proposal: { endsAt: string } }>(
    "a1",
    `{ proposal(id: "${proposalId}") { endsAt } }`,
  );
  await until("the vote ends", Date.parse(proposal.endsAt));
  await act(execute);
  await see("everybody", "EXECUTED with 3 : 1", `{ proposal(id: "${proposalId}") { status votesFor votesAgainst } }`, {
    proposal: { status: "EXECUTED", votesFor: 3, votesAgainst: 1 },
  });
  await see("everybody", "feeP2pLocalHighBps is 8", '{ systemParameter(id: "feeP2pLocalHighBps") { value } }', {
    systemParameter: { value: 8 },
  });
  await hold({});
}

async function borrow({ act, see, hold }: Scene): Promise<string> {
  const applies = (by: Person): Deed => ({
    ...{ by, what: "applies for a loan of 1,000", command: "loanpool.applyForLoan" },
    input: { amount: String(1_000n * GX), collateralHash: COLLATERAL },
  });
  const [, loanId = ""] = await act({ ...applies("Dayo"), refusedWith: "TRUST_TOO_LOW" }, applies("Ada"));
  await act({ by: "a2", what: "approves Ada's loan", command: "loanpool.approveLoan", input: { loanId } });
  await see("Ada", "the loan is ACTIVE, 1,000 are owed", `{ loan(id: "${loanId}") { status outstanding } }`, {
    loan: { status: "ACTIVE", outstanding: String(1_000n * GX) },
  });
  await hold({ Ada: "1649.975" }, { LOAN: "1000" });
  return loanId;
}

async function taxResting({ act, see, read, until, hold }: Scene): Promise<void> {
  for (const name of ["Ada", "Emma"] as const) {
    const { me } = await read<{ me: { taxStatus: { dueAt: string } } }>(name, "{ me { taxStatus { dueAt } } }");
    await until(`the tax of ${name} is due`, Date.parse(me.taxStatus.dueAt));
  }
  const taxes = (name: "Ada" | "Emma", words: string): Deed => ({
    ...{ by: "a1", what: `taxes ${name}${words}` },
    ...{ command: "tax.applyVelocityTax", input: { accountId: people[name] } },
  });
  await act(taxes("Ada", ": 300 bps, 49.49925"), taxes("Emma", ": 250 bps, 8.4875"), {
    ...taxes("Ada", " again at once"),
    refusedWith: "TAX_NOT_DUE",
  });
  await hold({
    ...{ Ada: "1600.47575", Emma: "331.0125", "treasury NG": "224.749625", "treasury US": "54.24375" },
    redistribution: "28.993375",
  });
  await see(
    "everybody",
    "the pool's part is not folded yet",
    '{ wallet(id: "SYSTEM_REDISTRIBUTION_POOL") { stored pending } }',
    { wallet: { stored: "0", pending: "28993375" } },
  );
}

async function redistribute({ act, read, hold }: Scene): Promise<void> {
  const toFinn: Deed = {
    ...{ by: "a1", what: "redistributes to Finn" },
    ...{ command: "tax.redistribute", input: { recipients: [people.Finn] } },
  };
  await act({ ...toFinn, refusedWith: "NOTHING_TO_DISTRIBUTE" });
  const accountId = "SYSTEM_REDISTRIBUTION_POOL";
  const { wallet } = await read<{ wallet: { unfolded: { deltaKey: string }[] } }>(
    "a1",
    `{ wallet(id: "${accountId}") { unfolded(first: 100) { deltaKey } } }`,
  );
  const txIds = [...new Set(wallet.unfolded.map(({ deltaKey }) => deltaKey.split("~")[0]))];
  await act({
    by: "a1",
    what: "folds the credits of the pool",
    command: "admin.foldDeltas",
    input: { accountId, txIds },
  });
  await act(toFinn);
  await hold({ Finn: "28.993375", redistribution: "0" });
}

async function repay({ act, see, hold }: Scene, loanId: string): Promise<void> {
  const repays = (coins: bigint): Deed => ({
    ...{ by: "Ada", what: `repays ${coins}`, command: "loanpool.repayLoan" },
    input: { loanId, amount: String(coins * GX) },
  });
  // They share a lane, so the second is the rest.
  await act(repays(400n), repays(600n));
  await see(
    "Ada",
    "the loan is REPAID, trust 95",
    `{ loan(id: "${loanId}") { status outstanding } me { trustScore } }`,
    {
      loan: { status: "REPAID", outstanding: "0" },
      me: { trustScore: 95 },
    },
  );
  await hold({ Ada: "600.47575", "loan pool": "1000" });
}
