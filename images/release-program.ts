// npm run release: writes release.json of what is built here, signs it, verifies it.
// Never holds behaviour: that is release.ts and contents.ts.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { Command } from "commander";
import { GxError, messageOf } from "../platform/errors.js";
import { contentsOf } from "./contents.js";
import { parsed, signatureOf, textOf, verified } from "./release.js";

const FILE = "release.json";

interface Keyed {
  key: string;
}

const read = (file: string): string => {
  if (existsSync(file)) return readFileSync(file, "utf8");
  throw new GxError("RELEASE_CONTENT", `there is no file ${file}`);
};
const signatureFile = (file: string) => `${file}.sig`;

const program = new Command("release").description("What a release is made of, and its signature.");
program
  .command("write")
  .description("Write what is built here; an image without a digest was not pushed yet.")
  .option("--digest <image=sha256:…>", "digest of an image in the registry; may be given again", collect, [])
  .option("--out <file>", "where to", FILE)
  .action(({ digest, out }: { digest: string[]; out: string }) => {
    writeFileSync(out, textOf(parsed(textOf(contentsOf(digest)))));
    console.log(`Wrote ${out}`);
  });
program
  .command("sign")
  .description(`Sign it with the release key; the signature gets the file's name and .sig.`)
  .argument("[file]", "the release", FILE)
  .requiredOption("--key <file>", "private key, Ed25519 in PEM")
  .action((file: string, { key }: Keyed) => {
    const text = read(file);
    parsed(text);
    writeFileSync(signatureFile(file), `${signatureOf(text, read(key))}\n`);
    console.log(`Signed ${file}: ${signatureFile(file)}`);
  });
program
  .command("verify")
  .description("Whether the holder of the release key signed exactly this, with a digest for every image.")
  .argument("[file]", "the release", FILE)
  .requiredOption("--key <file>", "public key, Ed25519 in PEM")
  .action((file: string, { key }: Keyed) => {
    const signature = existsSync(signatureFile(file)) ? read(signatureFile(file)) : undefined;
    const { version, images } = verified(read(file), signature, read(key));
    console.log(`${file} is release ${version}: ${Object.keys(images).join(", ")}`);
  });

function collect(value: string, before: readonly string[]): string[] {
  return [...before, value];
}

program.parseAsync().catch((error: unknown) => {
  console.error(`release: ${messageOf(error)}`);
  process.exitCode = 1;
});
