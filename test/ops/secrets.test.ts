// Secrets: what the pods of all overlays mount is the table k8s/secrets.yaml, which is typed here once more; none is in the tree.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, parseAllDocuments } from "yaml";
import { z } from "zod";
import { podsOf, type KeySource, type Volume } from "../../cli/manifests/pods.js";
import { root } from "../../platform/config.js";
import { check } from "./checks.js";
import { folderOf, overlays, render } from "./manifests.js";

const wallet = (role: string) => ["ca-cert", `org1-${role}-cert`, `org1-${role}-key`];
const plan: Readonly<Record<string, readonly string[]>> = {
  "postgres-secrets": [
    ...["url-api", "url-submitter", "url-projector", "url-migrate"],
    ...["superuser", "replication", "tls.crt", "tls.key"],
  ],
  "redis-secrets": ["users.acl", "url-subgraph", "url-submitter", "url-gateway", "cache-url"],
  "gateway-secrets": ["statement"],
  "fabric-wallet-super-admin": wallet("super-admin"),
  "fabric-wallet-admin": wallet("admin"),
  "fabric-wallet-partner-api": wallet("partner-api"),
  "fabric-reader": ["ca-cert", "reader-cert", "reader-key"],
  "gateway-tls": ["tls.crt", "tls.key"],
  "bootstrap-token": ["token"],
};
const textOf = (...path: string[]) => readFileSync(join(root, "k8s", ...path), "utf8");
const objects = overlays.flatMap((overlay) => render(folderOf(overlay)));

/** Secret and the keys that are asked of it; none: all of them. */
const mounted = podsOf(objects)
  .flatMap(({ template }) => template.spec.volumes ?? [])
  .flatMap(({ secret, projected }: Volume): Omit<KeySource, "optional">[] => [
    ...(secret ? [{ name: secret.secretName, ...(secret.items ? { items: secret.items } : {}) }] : []),
    ...(projected?.sources ?? []).flatMap((source) => (source.secret ? [source.secret] : [])),
  ]);

check("OPS-2.11", "U", "the table of Secrets is the plan's, and pods mount nothing else", () => {
  expect(parse(textOf("secrets.yaml"))).toEqual(plan);
  const missing = mounted.flatMap(({ name, items = [] }) =>
    items.length === 0 && plan[name] === undefined
      ? [name]
      : items.flatMap(({ key }) => (plan[name]?.includes(key) ? [] : [`${name} ${key}`])),
  );
  expect(missing).toEqual([]);
  const wanted = Object.keys(plan).filter((name) => name !== "gateway-tls");
  expect([...new Set(mounted.map(({ name }) => name))].toSorted()).toEqual(wanted.toSorted());
});

check(
  "OPS-2.11",
  "U",
  "no Secret is in the tree, and the component for stores outside makes the same names and keys",
  () => {
    expect(objects.filter(({ kind }) => kind === "Secret")).toEqual([]);
    const external = z.object({
      metadata: z.object({ name: z.string() }),
      spec: z.object({ target: z.object({ name: z.string() }), data: z.array(z.object({ secretKey: z.string() })) }),
    });
    const made = parseAllDocuments(textOf("components", "external-secrets", "secrets.yaml")).map((document) => {
      const { metadata, spec } = external.parse(document.toJS());
      expect(spec.target.name).toBe(metadata.name);
      return [metadata.name, spec.data.map(({ secretKey }) => secretKey)] as const;
    });
    const { "bootstrap-token": _, ...lasting } = plan;
    expect(Object.fromEntries(made)).toEqual(lasting);
  },
);
