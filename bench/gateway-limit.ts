// The limit of a gateway: takes a body, posts it to subgraphs one after the other by the same client, and gives it back.
import { createServer } from "node:http";
import { Agent, request } from "undici";

// gateway-limit.js <port> <port of a subgraph>; the path of a request says how many posts it makes: /3
const [port, subgraph] = process.argv.slice(2).map(Number);
const dispatcher = new Agent({ connections: 32, pipelining: 1 });
const headers = { "content-type": "application/json" };
const body = JSON.stringify({ query: "{ __typename }" });

createServer((incoming, response) => {
  void (async () => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    for (let posts = Number(incoming.url?.slice(1)); posts > 0; posts--) {
      const answer = await request(`http://127.0.0.1:${subgraph}`, { method: "POST", headers, body, dispatcher });
      await answer.body.text();
    }
    response.setHeader("content-type", "application/json").end(Buffer.concat(chunks));
  })();
}).listen(port, "127.0.0.1");
