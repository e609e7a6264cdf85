// What must not stand in a repository that anybody may read: addresses, hosts and people that exist.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { isIP } from "node:net";
import { join } from "node:path";
import { check } from "./checks.js";

const skipped = new Set(["node_modules", "dist", "generated", "coverage", ".git", ".gx"]);
// Addresses of packages: npm's own, and of nobody else.
const skippedFiles = new Set(["package-lock.json"]);
const TEXT =
  /\.(ts|tsx|mts|cts|js|mjs|cjs|json|md|ya?ml|conf|sh|sql|prisma|graphql|css|html|txt|csv|acl|example|tpl)$|(^|\/)[^.]+$/;
const MOST_BYTES = 2_000_000;

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (skipped.has(entry.name) || skippedFiles.has(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : entry.isFile() ? [path] : [];
  });
}

/** Ranges that lead nowhere outside: a machine itself, private networks, documentation (RFC 5737), all ones. */
const inside =
  /^(0\.|127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|169\.254\.|192\.0\.2\.|198\.51\.100\.|203\.0\.113\.|255\.255\.)/;
const inside6 = /^(::1?$|fe80:|f[cd]|2001:0?db8:|::ffff:)/i;

/** Names that nobody can own (RFC 2606, 6761), and names without a dot, which only a machine or a cluster knows. */
const nobodys = /(^|\.)(example|localhost|invalid|test|svc|cluster\.local)$|(^|\.)example\.(org|com|net)$/;
/** Pages and programs of others that ours name. */
const others: readonly string[] = [
  ...["specs.apollo.dev", "studio.apollographql.com", "sandbox.embed.apollographql.com", "www.apollographql.com"],
  ...["hyperledger-fabric.readthedocs.io", "www.apache.org", "prometheus.io", "kubernetes.io", "github.com"],
  ...["json.schemastore.org", "registry.npmjs.org", "www.w3.org", "nodejs.org", "deb.debian.org"],
];

const addresses = (text: string) =>
  [...text.matchAll(/(?<![\d.\w-])(?:\d{1,3}\.){3}\d{1,3}(?![\d\w]|\.\d)/g)]
    .map(([address]) => address)
    .filter((address) => isIP(address) === 4 && !inside.test(address));
const addresses6 = (text: string) =>
  [...text.matchAll(/(?<![\w:.])[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){3,7}(?![\w:.])/gi)]
    .map(([address]) => address)
    .filter((address) => isIP(address) === 6 && !inside6.test(address));
const mails = (text: string) =>
  [...text.matchAll(/(?<![\w/])[\w.+-]+@((?:[\w-]+\.)+[a-z]{2,})\b/gi)]
    .filter(([, host = ""]) => !nobodys.test(host))
    .map(([mail]) => mail);
const hosts = (text: string) =>
  [...text.matchAll(/\b[a-z][a-z+]*:\/\/(?:[^\s/@"'`]*@)?([\w-]+(?:\.[\w-]+)+)/gi)]
    .map(([, host = ""]) => host.toLowerCase())
    .filter((host) => isIP(host) === 0 && !/^[\d.]+$/.test(host) && !nobodys.test(host) && !others.includes(host));

const faults = (text: string) => [...addresses(text), ...addresses6(text), ...mails(text), ...hosts(text)];

describe("the repository", () => {
  check("OPS-1.5", "U", "the repository names no public address, no real host and nobody's mail address", () => {
    const files = filesBelow(".").filter((path) => TEXT.test(path) && statSync(path).size < MOST_BYTES);
    expect(files.length).toBeGreaterThan(500);
    const found = files.flatMap((path) => faults(readFileSync(path, "utf8")).map((fault) => `${path}: ${fault}`));
    expect(found).toEqual([]);
  });

  check("OPS-1.5", "U", "a public address, a real host and a mail address that are planted are found", () => {
    // Put together here: whole, this file would hold what it looks for.
    const [public4, public6] = [["8", "8", "4", "4"].join("."), ["2a00", "1450", "4001", "81b", "", "200e"].join(":")];
    const host = ["api", "company", "io"].join(".");
    expect(faults(`listens on ${public4}, not on 10.0.0.1 or 192.0.2.7; OID 1.2.840.10045.2.1`)).toEqual([public4]);
    expect(faults(`asks ${public6} and 2001:db8::1`)).toEqual([public6]);
    expect(faults(`write to ada@example.org or jane.doe@${host}`)).toEqual([`jane.doe@${host}`]);
    expect(faults(`https://${host}/graphql and http://gateway:4000 and redis://db.example.org`)).toEqual([host]);
  });
});
