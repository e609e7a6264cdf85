// The list of crash points is whole: every name that a source gives to an adapter, every file that writes, every driver.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { crashPoints, drivers, reads, writers } from "../../chaos/crash-points.js";

const filesBelow = (folder: string): string[] =>
  readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesBelow(path) : path.endsWith(".ts") ? [path] : [];
  });
const files = ["platform", "subgraphs", "gateway", "workers"].flatMap(filesBelow);

const SQL =
  /^\s*(select|insert|update|delete|with|begin|commit|rollback|set|lock|copy|truncate|drop|alter|create|show|listen)\b/i;
const DATABASE = /\b(?:query|transaction|guard|fenced)(?:<[^()]*>)?\(\s*["`]([^"`]+)["`]/g;
const OTHERS = /\b(?:boundary|between)\(\s*"([^"]+)",\s*["`]([^"`]+)["`]/g;

/** Names as sources give them; a part that is filled in later is a star. */
function namesIn(text: string): string[] {
  const database = [...text.matchAll(DATABASE)].flatMap(([, name = ""]) =>
    SQL.test(name) ? [] : [`database ${name}`],
  );
  const others = [...text.matchAll(OTHERS)].map(([, kind, name]) => `${kind} ${name}`);
  return [...database, ...others].map((name) => name.replace(/\$\{[^}]*\}/g, "*"));
}

const known = [...crashPoints.map(({ name }) => name), ...reads];
const given = new Set(files.flatMap((file) => namesIn(readFileSync(file, "utf8"))));

it("knows each name that is given to PostgreSQL, the peer and Redis, as a crash point or as a read", () => {
  expect([...given].filter((name) => !known.includes(name))).toEqual([]);
});

it("names nothing that no source gives", () => {
  expect(known.filter((name) => !given.has(name))).toEqual([]);
});

it("sees a name that is new, and takes no SQL for one", () => {
  const text =
    'database.query<Row>("brand new", sql); pool.query("select 1"); between("cache", "tags", work); guard(`read ${model}`, w)';
  expect(namesIn(text)).toEqual(["database brand new", "database read *", "cache tags"]);
});

const WRITES = /\b(insert into|update app\.|update read\.|delete from|truncate|update \$\{)/i;

it("knows each file that writes into the database, with the points that its writes belong to", () => {
  const writing = files.filter((file) => WRITES.test(readFileSync(file, "utf8").replace(/^\s*(\/\/|\*).*$/gm, "")));
  expect(writing.sort()).toEqual(Object.keys(writers).sort());
  const names = crashPoints.map(({ name }) => name);
  expect(
    Object.values(writers)
      .flat()
      .filter((name) => !names.includes(name)),
  ).toEqual([]);
});

it("knows each file that reaches out of the process by a driver of its own", () => {
  const DRIVER = /^import (?!type)[^;]*from "(pg|ioredis|bullmq|@grpc\/grpc-js|@hyperledger\/fabric-gateway|undici)"/m;
  expect(files.filter((file) => DRIVER.test(readFileSync(file, "utf8"))).sort()).toEqual([...drivers].sort());
});
