// What a peer's `fabric-chaincode-node` loads: the contract `gx` with its three functions, one JSON argument each.
// It holds no rule: batches go to the host, queries to query.ts.
import { Contract, type Context } from "fabric-contract-api";
import { CONTRACT, EVENT_NAME, WIRE_VERSION } from "../catalogue/wire.js";
import { faulting } from "./fault.js";
import { judge } from "./host.js";
import { answer } from "./query.js";
import { quieten } from "./quiet.js";

class Gx extends Contract {
  constructor() {
    super(CONTRACT);
  }

  // A rest parameter: with a declared one the contract API would judge the argument's count and type by its own words.
  async execute(context: Context, ...args: string[]): Promise<string> {
    return faulting(async () => {
      const [outcomes, overlay] = await judge(context, args);
      await overlay.flush();
      context.stub.setEvent(EVENT_NAME, new TextEncoder().encode(JSON.stringify(outcomes)));
      return JSON.stringify({ version: WIRE_VERSION, count: outcomes.outcomes.length });
    });
  }

  async preview(context: Context, ...args: string[]): Promise<string> {
    return faulting(async () => {
      const [outcomes] = await judge(context, args);
      return JSON.stringify(outcomes);
    });
  }

  async query(context: Context, ...args: string[]): Promise<string> {
    return faulting(async () => JSON.stringify(await answer(context, args)));
  }
}

quieten();
export const contracts = [Gx];
