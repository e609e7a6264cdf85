// The pages of the gateway as files over HTTP: what is served, with which headers, and what is not.
import { request } from "node:http";
import { newGraph, type Graph } from "./graph.js";

let graph: Graph;
beforeAll(async () => {
  graph = await newGraph();
});
afterAll(() => graph.close());

/** With the whole body: the gateway ends only when nobody is half way through one. */
async function get(path: string) {
  const response = await fetch(`${graph.url}${path}`);
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** As it is written: fetch would tidy the path, choose the Host itself and ask past every cache. */
function raw(path: string, headers: Record<string, string> = {}): Promise<number | undefined> {
  const { hostname, port } = new URL(graph.url);
  return new Promise((resolve, reject) =>
    request({ hostname, port, path, headers }, (response) => resolve(response.resume().statusCode))
      .on("error", reject)
      .end(),
  );
}

it("the sandbox alone shows a frame of another host", async () => {
  const framed = async (path: string) =>
    /frame-src [^;]*/.exec((await get(path)).headers.get("content-security-policy") ?? "");
  expect((await framed("/sandbox"))?.[0]).toBe("frame-src https://sandbox.embed.apollographql.com");
  for (const path of ["/", "/explorer"]) expect(await framed(path)).toBeNull();
});

describe.each([
  ["/", "console"],
  ["/explorer", "explorer"],
  ["/sandbox", "sandbox"],
])("the page %s", (path, name) => {
  it("names its own files, which are there", async () => {
    const page = await get(path);
    expect([page.status, page.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
    const files = [...page.text.matchAll(/(?:src|href)="(\/[^"]*\.\w+)"/g)].map(([, file]) => file as string);
    expect(files).toContain(`/${name}/index.js`);
    for (const file of files) expect([file, (await get(file)).status]).toEqual([file, 200]);
  });

  it.each([path, `/${name}/index.js`])("%s may reach its own origin alone and be framed by nobody", async (address) => {
    const { headers } = await get(address);
    const policy = headers.get("content-security-policy")?.split("; ") ?? [];
    expect(policy).toEqual(
      expect.arrayContaining(["default-src 'self'", "connect-src 'self'", "frame-ancestors 'none'"]),
    );
    expect(policy.filter((each) => !each.startsWith("frame-src")).join()).not.toMatch(
      /https?:|\*|script-src|unsafe-eval/,
    );
    expect(Object.fromEntries(headers)).toMatchObject({
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "cross-origin-resource-policy": "same-origin",
      "cache-control": "no-cache",
    });
  });

  it("is sent once, as long as it stays the same", async () => {
    const etag = (await get(path)).headers.get("etag") ?? "";
    expect(await raw(path, { "if-none-match": etag })).toBe(304);
  });
});

it.each([
  "/console/nothing.js",
  "/console/../../package.json",
  "/console/..%2f..%2f..%2fpackage.json",
  "/console/.env",
])("there is nothing at %s", async (path) => {
  expect([403, 404]).toContain(await raw(path));
});

it.each([
  ["Host", { host: "gx.example" }],
  ["Origin", { origin: "https://gx.example" }],
])("no page is shown under another %s", async (_, headers) => {
  for (const path of ["/", "/explorer", "/console/index.js"]) expect(await raw(path, headers)).toBe(403);
});

it("there is no explorer where it is switched off", async () => {
  const other = await newGraph({ EXPLORER: "off" });
  try {
    for (const path of ["/explorer", "/explorer/index.js", "/sandbox"])
      expect((await fetch(other.url + path)).status).toBe(404);
  } finally {
    await other.close();
  }
});
