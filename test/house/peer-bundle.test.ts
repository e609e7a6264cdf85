// What peers run is the law and nothing else: the bundle that the build made holds no other floor and no other library.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

interface Metafile {
  readonly inputs: Readonly<Record<string, { readonly imports: readonly { path: string; external?: boolean }[] }>>;
}

const folder = join("dist", "peer");

function metafile(): Metafile {
  const file = join(folder, "meta.json");
  if (!existsSync(file)) throw new Error(`${file} is missing: run npm run build`);
  return JSON.parse(readFileSync(file, "utf8")) as Metafile;
}

it("holds chaincode, catalogue and zod only", () => {
  const strangers = Object.keys(metafile().inputs).filter(
    (file) => !/^(chaincode|catalogue|node_modules\/zod)\//.test(file),
  );
  expect(strangers).toEqual([]);
});

it("holds every file of the chaincode", () => {
  const files = readdirSync("chaincode").map((file) => `chaincode/${file}`);
  expect(Object.keys(metafile().inputs)).toEqual(expect.arrayContaining(files));
});

it("leaves the shim and the contract API alone to the peer's own npm install", () => {
  const imports = Object.values(metafile().inputs).flatMap((input) => input.imports);
  const external = imports.filter((entry) => entry.external).map(({ path }) => path);
  expect([...new Set(external)].sort()).toEqual(["fabric-contract-api", "fabric-shim"]);
  const { dependencies, main } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
    dependencies: Record<string, string>;
    main: string;
  };
  expect([Object.keys(dependencies).sort(), main]).toEqual([["fabric-contract-api", "fabric-shim"], "index.cjs"]);
});

it("asks for no module of Node.js", () => {
  expect(
    readFileSync(join(folder, "index.cjs"), "utf8")
      .match(/require\("[^"]*"\)/g)
      ?.sort(),
  ).toEqual([...['require("fabric-contract-api")', 'require("fabric-shim")']]);
});
