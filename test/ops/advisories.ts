// Lowest versions that published advisories ask for, of packages that we install. Typed by hand, compared with every lock file.
// Reviewed each month: an advisory that is critical is met within 7 days, one that is high within 30. What no advisory names has no row.

export interface Advisory {
  readonly name: string;
  /** The first repaired version of each major version that got a repair. */
  readonly fixedIn: readonly string[];
  readonly id: string;
  /** When somebody last looked whether the row still says all. */
  readonly reviewed: string;
}

const reviewed = "2026-11-22";
const row = (name: string, id: string, ...fixedIn: string[]): Advisory => ({ name, fixedIn, id, reviewed });

export const advisories: readonly Advisory[] = [
  row("@apollo/gateway", "CVE-2025-32030, CVE-2025-32031", "2.10.1"),
  row("@grpc/grpc-js", "GHSA-7v5v-9h63-cj86", "1.10.9"),
  row("brace-expansion", "GHSA-rgw5-rvv9-x895", "1.1.18", "2.1.4", "5.0.9"),
  row("cookie", "GHSA-pxg6-pf52-xh8x", "0.7.0"),
  row("cross-spawn", "GHSA-3xgq-45jj-v275", "6.0.6", "7.0.5"),
  row("esbuild", "GHSA-67mh-4wv8-2f99", "0.25.0"),
  row("fast-uri", "GHSA-7p8r-x3mc-p8w7", "3.1.5"),
  row("fastify", "GHSA-jx2c-rxcm-jvmq", "5.7.2"),
  row("form-data", "GHSA-fjxv-7rqg-78g4", "2.5.4", "3.0.4", "4.0.4"),
  row("glob", "CVE-2025-64756", "10.5.0", "11.1.0"),
  row("json5", "CVE-2022-46175", "1.0.2", "2.2.2"),
  row("protobufjs", "CVE-2026-41242", "7.5.5"),
  row("semver", "GHSA-c2qf-rxjj-qqgw", "6.3.1", "7.5.2"),
  row("undici", "GHSA-4cwx-7wf7-3272", "6.28.0", "7.29.0"),
  row("word-wrap", "CVE-2023-26115", "1.2.4"),
  row("ws", "GHSA-3h5v-q93c-6h6q", "5.2.4", "6.2.3", "7.5.10", "8.17.1"),
];
