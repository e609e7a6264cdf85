// Whether the rows of a database were made by other projections than this installation's. Reads only.
import pg from "pg";
import { asUnavailable } from "../../platform/database.js";
import { builtVersion, versionOfRows } from "../../workers/projector/version.js";

/** @throws GxError UNAVAILABLE, NOT_BUILT */
export async function isOutdated(databaseUrl: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000 });
  client.on("error", () => undefined);
  try {
    await client.connect();
    const found = await versionOfRows((sql) => client.query(sql));
    return found !== undefined && found !== builtVersion();
  } catch (error) {
    throw asUnavailable(error);
  } finally {
    await client.end().catch(() => undefined);
  }
}
