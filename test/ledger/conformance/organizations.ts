// What more than one organization shows: endorsements of each, equal peers, rules that differ.
import { code, heightOf } from "../chain-reader.js";
import { connectAs, failure } from "../client.js";
import { eventually } from "../../environment.js";
import { endorsersOf } from "./bytes.js";
import { take } from "./streams.js";
import type { Check } from "./asked.js";

export const organizations: readonly Check[] = [
  {
    id: "O1",
    name: "collects an endorsement of each organization by itself",
    ask: async ({ key, endorsed, profile }) => {
      const transaction = await endorsed("put", key("endorsed"), "1");
      expect(endorsersOf(transaction.getBytes())).toEqual(profile.organizations.map(({ mspId }) => mspId).sort());
    },
  },
  {
    id: "O2",
    name: "endorses with too few organizations, and commits that as a policy failure",
    needs: "organizations",
    ask: async ({ connection, key, profile, statusOf }) => {
      const given = { arguments: [key("few"), "1"], endorsingOrganizations: [profile.mspId] };
      const transaction = await connection.contract.newProposal("put", given).endorse();
      expect(endorsersOf(transaction.getBytes())).toEqual([profile.mspId]);
      expect(await statusOf(transaction)).toBe(code.ENDORSEMENT_POLICY_FAILURE);
    },
  },
  {
    id: "O3",
    name: "keeps the same blocks with the same codes and commit hashes on every peer",
    needs: "organizations",
    ask: async ({ profile, admin, connection }) => {
      const height = await heightOf(connection.network);
      const chains: string[][] = [];
      for (const peer of profile.peers) {
        const other = connectAs({ ...profile, peers: [peer] }, admin);
        await eventually(async () => (await heightOf(other.network)) >= height);
        const blocks = await take(other.network.getBlockEvents({ startBlock: 0n }), height);
        chains.push(blocks.map((block) => Buffer.from(block.serializeBinary()).toString("base64")));
        other.close();
      }
      for (const chain of chains) expect(chain).toEqual(chains[0]);
      return `${height} blocks`;
    },
  },
  {
    id: "O4",
    name: "refuses to endorse what two runs do differently",
    needs: "twice",
    ask: async ({ connection, key }) => {
      const random = connection.contract.newProposal("putRandom", { arguments: [key("random")] });
      const error = await failure(random.endorse());
      expect([error.code, error.details.map(({ message }) => message)]).toEqual([
        10,
        ["ProposalResponsePayloads do not match"],
      ]);
      expect(error.message).toContain("failed to collect enough transaction endorsements");
    },
  },
];
