// Steps 6 to 11: people pay each other, become a family, and found a bakery that spends by two signatures.
import { GX } from "../../../catalogue/economy.js";
import type { RefusalCode } from "../../../catalogue/refusals.js";
import type { Scene, Step } from "../step.js";
import { people, type Deed, type Person } from "../world.js";

/** A payment of whole coins between accounts. */
export const pays = (by: Person, to: string, coins: bigint, what: string, refusedWith?: RefusalCode): Deed => ({
  ...{ by, what, command: "tokenomics.transfer", input: { to, amount: String(coins * GX) } },
  ...(refusedWith === undefined ? {} : { refusedWith }),
});

export function society(scene: Scene): readonly Step[] {
  const { act, hold } = scene;
  const { Ada, Bola } = people;
  const bakery = { id: "" };
  return [
    {
      title: "Coins cross a border",
      run: async () => {
        await act(pays("Emma", Ada, 200n, "pays Ada 200, abroad: 25 bps, fee 0.5"));
        await hold({ Emma: "299.5", Ada: "700", operations: "0.5" });
      },
    },
    {
      title: "Coins stay at home",
      run: async () => {
        await act(pays("Ada", Bola, 50n, "pays Bola 50, at home: 5 bps, fee 0.025"));
        await hold({ Ada: "649.975", Bola: "550", operations: "0.525" });
      },
    },
    {
      title: "Nobody spends what he does not have",
      run: async () => {
        await act(pays("Finn", Ada, 1n, "pays Ada 1", "INSUFFICIENT_FUNDS"));
        await hold({});
      },
    },
    { title: "Ada finds her family, and trust grows", run: () => family(scene) },
    {
      title: "A bakery is founded",
      run: async () => {
        bakery.id = await foundBakery(scene);
      },
    },
    { title: "The bakery pays by two signatures", run: () => payByTwo(scene, bakery.id) },
  ];
}

async function family({ act, see, hold }: Scene): Promise<void> {
  const relatives = [
    ["Bola", "PARENT"],
    ["Chi", "SPOUSE"],
    ["Dayo", "SIBLING"],
  ] as const;
  const asked = await act(
    ...relatives.map(([name, type]) => ({
      ...{ by: "Ada" as const, what: `asks ${name} to be her ${type.toLowerCase()}` },
      ...{ command: "identity.requestRelationship", input: { objectId: people[name], type } },
    })),
  );
  await act(
    ...relatives.map(([name], n) => ({
      ...{ by: name, what: "confirms" },
      ...{ command: "identity.confirmRelationship", input: { relationshipId: asked[n] } },
    })),
  );
  for (const [name, trustScore] of Object.entries({ Ada: 80, Bola: 20, Chi: 35, Dayo: 25, Emma: 10, Finn: 10 })) {
    await see(name as Person, `trust ${trustScore}`, "{ me { trustScore } }", { me: { trustScore } });
  }
  await hold({});
}

async function foundBakery({ act, see, hold, found }: Scene): Promise<string> {
  const owners = [people.Ada, people.Chi];
  const [id = ""] = await act({
    ...{ by: "Ada", what: 'proposes the business "Bakery", NG, of Ada and Chi' },
    command: "organization.proposeOrganization",
    input: { name: "Bakery", type: "BUSINESS", country: "NG", stakeholders: owners },
  });
  const input = { organizationId: id };
  const activate = { command: "organization.activateOrganization", input };
  // They share a lane, so they run in this order.
  await act(
    {
      ...{ by: "Ada", what: "defines: from 0, 2 of Ada and Chi", command: "organization.defineAuthRule" },
      input: { ...input, ruleId: "r1", amountAbove: "0", requiredApprovers: 2, approverGroup: owners },
    },
    { ...activate, by: "Ada", what: "activates", refusedWith: "NOT_ALL_ENDORSED" },
    { by: "Chi", what: "endorses", command: "organization.endorseMembership", input },
    { ...activate, by: "Chi", what: "activates" },
  );
  await see("Chi", "the bakery is ACTIVE", `{ organization(id: "${id}") { name status } }`, {
    organization: { name: "Bakery", status: "ACTIVE" },
  });
  found(`org_${id}`);
  await act(pays("Dayo", `org_${id}`, 100n, "pays the bakery 100, merchant at home: 15 bps, fee 0.15"));
  await hold({ Dayo: "399.85", bakery: "100", operations: "0.675" });
  return id;
}

async function payByTwo({ act, see, hold }: Scene, organizationId: string): Promise<void> {
  const [id = ""] = await act({
    ...{ by: "Ada", what: "initiates 40 from the bakery to Emma", command: "organization.initiateMultiSigTx" },
    input: { organizationId, to: people.Emma, amount: String(40n * GX) },
  });
  await act({
    ...{ by: "Chi", what: "approves: merchant abroad, 30 bps, fee 0.12", command: "organization.approveMultiSigTx" },
    input: { multiSigTxId: id },
  });
  await see("Ada", "the payment is EXECUTED", `{ multiSigTx(id: "${id}") { status required approvals { id } } }`, {
    multiSigTx: { status: "EXECUTED", required: 2, approvals: [{ id: people.Ada }, { id: people.Chi }] },
  });
  await hold({ bakery: "59.88", Emma: "339.5", operations: "0.795" });
}
