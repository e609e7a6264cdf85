// The models of the typed client say what the migrated tables are.
import { readdirSync, readFileSync } from "node:fs";
import { newDatabase, type TestDatabase } from "../environment.js";

let database: TestDatabase;
beforeAll(async () => {
  database = await newDatabase();
});
afterAll(() => database.close());

const types: Readonly<Record<string, string>> = {
  ...{
    String: "text",
    Int: "int4",
    BigInt: "int8",
    Boolean: "bool",
    DateTime: "timestamptz",
    Json: "jsonb",
    Bytes: "bytea",
  },
  ...{
    "String @db.Uuid": "uuid",
    "DateTime @db.Date": "date",
    "String[]": "_text",
    "String[] @db.Uuid": "_uuid",
    "BigInt[]": "_int8",
  },
};

/** `schema.table.column type?` for every field of every model. */
function modelled(): string[] {
  const text = readdirSync("prisma/models")
    .map((name) => readFileSync(`prisma/models/${name}`, "utf8"))
    .join("\n");
  return [...text.matchAll(/^model \w+ \{\n([\s\S]*?)^\}/gm)].flatMap(([, body = ""]) => {
    const table = `${/@@schema\("(\w+)"\)/.exec(body)?.[1]}.${/@@map\("(\w+)"\)/.exec(body)?.[1]}`;
    const fields = [...body.matchAll(/^ {2}(\w+) +(\w+)(\[\])?(\?)?(.*)$/gm)];
    const models = new Set([...text.matchAll(/^model (\w+)/gm)].map(([, name]) => name));
    return fields
      .filter(([, , type]) => !models.has(type))
      .map(([, name = "", type = "", list = "", optional = "", rest = ""]) => {
        const column = / @map\("(\w+)"\)/.exec(rest)?.[1] ?? name;
        const native = `${type}${list}${/ @db\.(Uuid|Date)\b/.exec(rest)?.[0] ?? ""}`;
        return `${table}.${column} ${types[native] ?? native}${optional}`;
      });
  });
}

it("column by column, with types and what may be null", async () => {
  const { rows } = await database.pool.query<{ column: string }>(
    `select table_schema || '.' || table_name || '.' || column_name || ' ' || udt_name || case when is_nullable = 'YES' then '?' else '' end as column
       from information_schema.columns where table_schema in ('app', 'read')`,
  );
  // A list cannot be optional in a model; a command that has not ended has no list of events.
  const tables = rows.map(({ column }) => column.replace("event_names _text?", "event_names _text"));
  expect(modelled().sort()).toEqual(tables.sort());
});
