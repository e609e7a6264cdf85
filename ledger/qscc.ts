// The system chaincode qscc, as far as readers of the chain need it: height and blocks. Evaluate only.
import { common, peer } from "@hyperledger/fabric-protos";
import { blockHash, decodeBlock } from "./block.js";
import type { Blocks } from "./chain.js";
import type { Proposal } from "./proposal.js";

export interface QsccParts {
  channel: string;
  chain: Blocks;
}

interface Answer {
  response: InstanceType<typeof peer.Response>;
}

/** Arguments are [function, channel, ...]; faults come back as status 500, as a chaincode's. */
export async function systemQuery({ channel, chain }: QsccParts, { args }: Proposal): Promise<Answer> {
  const [name = "", asked = "", argument = ""] = args.map((arg) => arg.toString());
  const response = new peer.Response();
  try {
    if (asked !== channel) throw new Error(`Invalid chain ID, ${asked}`);
    const query = queries[name];
    if (!query) throw new Error(`Requested function ${name} not found or not emulated by the development ledger.`);
    response.setStatus(200);
    response.setPayload(await query(chain, argument));
  } catch (error) {
    response.setStatus(500);
    response.setMessage(error instanceof Error ? error.message : String(error));
  }
  return { response };
}

const queries: Record<string, (chain: Blocks, argument: string) => Promise<Uint8Array>> = {
  GetChainInfo: async (chain) => {
    const height = chain.height();
    const last = decodeBlock(await chain.block(height - 1));
    const info = new common.BlockchainInfo();
    info.setHeight(height);
    info.setCurrentblockhash(blockHash(last));
    info.setPreviousblockhash(last.previousHash);
    return info.serializeBinary();
  },
  GetBlockByNumber: (chain, argument) => {
    if (!/^\d{1,15}$/.test(argument)) throw new Error(`Failed to parse block number with error ${argument}`);
    return blockAt(chain, Number(argument));
  },
  GetBlockByTxID: (chain, argument) => {
    const found = chain.find(argument);
    if (!found)
      throw new Error(`Failed to get block for txID ${argument}, error no such transaction ID [${argument}] in index`);
    return blockAt(chain, found.block);
  },
};

async function blockAt(chain: Blocks, number: number): Promise<Uint8Array> {
  if (number >= chain.height()) {
    throw new Error(`Failed to get block number ${number}, error no such block number [${number}] in index`);
  }
  return chain.block(number);
}
