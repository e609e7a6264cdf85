// Step 18: a pause refuses for good; even who holds the signing key cannot make the ledger decide twice.
import { GX } from "../../../catalogue/economy.js";
import { submitDirectly } from "../directly.js";
import type { Scene, Step } from "../step.js";
import { people, WrongFigure } from "../world.js";
import { pays } from "./society.js";

export function pause(scene: Scene): readonly Step[] {
  return [{ title: "A refusal is final, even without the gateway", run: () => refuseForGood(scene) }];
}

async function refuseForGood({ act, see, hold, config, story }: Scene): Promise<void> {
  const pauses = { command: "admin.pauseSystem", input: { reason: "demo" } };
  await act({ ...pauses, by: "super admin", what: "pauses the system" });
  const [id = ""] = await act(pays("Ada", people.Finn, 1n, "pays Finn 1", "PAUSED"));
  const query = `{ command(id: "${id}") { status txId error { code } } }`;
  await act({ by: "super admin", what: "resumes the system", command: "admin.resumeSystem", input: {} });
  const again = await submitDirectly(config, {
    ...{ id, command: "tokenomics.transfer", actor: people.Ada },
    input: { to: people.Finn, amount: String(GX), remark: null },
  });
  const found = `${again.status} ${again.code ?? ""}`;
  if (found !== "refused PAUSED" || again.repeatOf === undefined) {
    throw new WrongFigure(
      "the refused command, submitted once more",
      "refused PAUSED, a repeat",
      JSON.stringify(again),
    );
  }
  story.tell({
    who: "partner's key",
    what: "submits the refused command directly",
    result: "refused: PAUSED, as before",
  });
  await see("Ada", "it is as it was", query, {
    command: { status: "REFUSED", txId: again.repeatOf, error: { code: "PAUSED" } },
  });
  await act(pays("Ada", people.Finn, 2n, "pays Finn 2 under a new id, abroad: 15 bps, fee 0.003"));
  await hold({ Ada: "598.47275", Finn: "30.993375", operations: "0.894" });
}
