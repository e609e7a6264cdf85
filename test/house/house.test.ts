// The plan of the house as tests: what the import rules cannot say.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { domainNames } from "../../catalogue/language.js";
import { anchorOf } from "../../cli/docs/markdown.js";
import { furnishedDomains } from "../../catalogue/index.js";

function filesBelow(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesBelow(path) : [path];
  });
}
const sources = (...folders: string[]) => folders.flatMap(filesBelow).filter((path) => path.endsWith(".ts"));

describe("the house", () => {
  it.each(furnishedDomains)("%s is the name of its file on every floor", (domain) => {
    const rooms = [
      `catalogue/${domain}.ts`,
      `catalogue/events/${domain}.ts`,
      `workers/projector/${domain}.ts`,
      `prisma/models/${domain}.prisma`,
    ];
    const folder = readdirSync(`subgraphs/${domain}`).sort();
    expect(rooms.filter((path) => !statSync(path, { throwIfNoEntry: false }))).toEqual([]);
    // A domain that grows gets files for its further nouns; the SDL stands in one place.
    expect(folder).toEqual(expect.arrayContaining(["resolvers.ts", "schema.graphql"]));
    expect(folder.filter((name) => !name.endsWith(".ts"))).toEqual(["schema.graphql"]);
  });

  it("never names a domain on the platform floor", () => {
    // Words of Fabric too: its networks have identities, admins and organizations.
    const shared = ["identity", "admin", "organization"];
    const pattern = new RegExp(`\\b(${domainNames.filter((name) => !shared.includes(name)).join("|")})\\b`);
    const naming = sources("platform").filter(
      (path) => !path.endsWith("settings.ts") && pattern.test(readFileSync(path, "utf8")),
    );
    expect(naming).toEqual([]);
  });

  it("reads the environment in the configuration alone", () => {
    const reading = sources("platform", "subgraphs", "gateway", "workers", "ledger", "cli").filter(
      (path) => path !== "platform/config.ts" && /\bprocess\.env\b/.test(readFileSync(path, "utf8")),
    );
    expect(reading).toEqual([]);
  });

  it("writes the read models in the projector alone", () => {
    const writing = /\b(insert into|update|delete from|truncate|copy)\s+"?read"?\./i;
    const places = sources("platform", "subgraphs", "gateway", "workers", "cli", "bench", "chaos", "test").filter(
      (path) => writing.test(readFileSync(path, "utf8")),
    );
    // The tests of verification plant one wrong value per table, those of operations a row in quarantine, and try who may write:
    // that is what they are for.
    const may = ["workers/projector/", "test/verify/", "test/ops/cluster/"];
    expect(places.filter((path) => !may.some((allowed) => path.startsWith(allowed)))).toEqual([]);
  });

  it("inserts commands in one place", () => {
    const places = sources("platform", "subgraphs", "gateway", "workers", "ledger", "cli", "bench", "chaos").filter(
      (path) => /\binsert into\s+app\.command\b/i.test(readFileSync(path, "utf8")),
    );
    // Generated worlds and random commands have no gateway: their commands end in blocks that nobody was asked for.
    expect(places.sort()).toEqual(["bench/scale/rows.ts", "chaos/model/rows.ts", "platform/accept.ts"]);
  });

  const pages = [
    ...["README.md", "CONTRIBUTING.md", "CHANGELOG.md"],
    ...["docs", "k8s", "ledger"].flatMap(filesBelow).filter((path) => path.endsWith(".md")),
  ];

  it("links to files that are there", () => {
    const broken = pages.flatMap((page) =>
      [...readFileSync(page, "utf8").matchAll(/\]\((?!https?:)([^)#]+)/g)]
        .map(([, target]) => join(dirname(page), target as string))
        .filter((path) => !existsSync(path))
        .map((path) => `${page} → ${path}`),
    );
    expect(broken).toEqual([]);
  });

  it("links to places of pages that are there", () => {
    const placesOf = (text: string) => [
      ...[...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => anchorOf(heading)),
      ...[...text.matchAll(/<a id="([^"]+)">/g)].map(([, id]) => id),
    ];
    const places = new Map(pages.map((page) => [page, new Set(placesOf(readFileSync(page, "utf8")))]));
    const broken = pages.flatMap((page) =>
      [...readFileSync(page, "utf8").matchAll(/\]\((?!https?:)([^)#]*)#([^)]+)\)/g)]
        .map(([, target = "", place = ""]) => ({ on: target === "" ? page : join(dirname(page), target), place }))
        .filter(({ on, place }) => on.endsWith(".md") && !places.get(on)?.has(place))
        .map(({ on, place }) => `${page} → ${on}#${place}`),
    );
    expect(broken).toEqual([]);
  });
});
