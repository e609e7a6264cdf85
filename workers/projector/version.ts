// Which projections made the rows, and which ones this installation has: they must not be mixed in one set of rows.
// Writes nothing.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { QueryResultRow } from "pg";
import { root } from "../../platform/config.js";
import { GxError } from "../../platform/errors.js";

/** Rows were made by other projections: they have to be made again before anybody goes on. */
export class OutdatedRows extends GxError {
  override readonly name = "OutdatedRows";
  constructor(found: string, wanted: string) {
    super(
      "OUTDATED_ROWS",
      `the read models were made by other projections (${found || "of an unknown version"}, this is ${wanted}); ` +
        "rebuild them beside the live ones with: npm run gx -- replay",
      { retry: "later" },
    );
  }
}

/**
 * Hash of the projections and tables of the build in `folder`.
 * @throws GxError NOT_BUILT
 */
export function builtVersion(folder = root): string {
  const file = join(folder, "dist", "read-models.json");
  if (!existsSync(file)) throw new GxError("NOT_BUILT", `${file} is missing; make it with: npm run build`);
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}

type Query = <R extends QueryResultRow>(sql: string) => Promise<{ rows: R[] }>;

/** Hash of what made the rows, "" when unknown; undefined as long as there are none: they take any version. */
export async function versionOfRows(query: Query): Promise<string | undefined> {
  const { rows } = await query<{ hash: string | null; block: string | null }>(
    "select (select hash from read.version where one) as hash, (select block from read.checkpoint) as block",
  );
  return rows[0]?.block === "-1" ? undefined : (rows[0]?.hash ?? "");
}

/** @throws OutdatedRows */
export async function sameVersion(query: Query, wanted = builtVersion()): Promise<void> {
  const found = await versionOfRows(query);
  if (found !== undefined && found !== wanted) throw new OutdatedRows(found, wanted);
}
