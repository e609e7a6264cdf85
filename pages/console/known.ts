// Values that fields may offer: countries and accounts, asked once when a form needs them. All of it is public.
import { signal } from "@preact/signals";
import { systemAccounts } from "../../catalogue/kinds.js";
import QUERY from "../../schema/operations/countries.graphql";
import { client } from "./session.js";

export interface Country {
  readonly code: string;
  readonly name: string | null;
}

export const countries = signal<readonly Country[]>([]);
export { systemAccounts };

interface Page {
  readonly countries: {
    readonly edges: readonly { readonly node: Country }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  } | null;
}

let asked = false;

/** Fields work without: whoever knows the code may type it. */
export async function wantCountries(): Promise<void> {
  if (asked) return;
  asked = true;
  const found: Country[] = [];
  let after: string | null = null;
  try {
    for (let more = true; more;) {
      const page: Page = await client.value.query<Page>(QUERY.trim(), { after });
      found.push(...(page.countries?.edges.map(({ node }) => node) ?? []));
      more = page.countries?.pageInfo.hasNextPage ?? false;
      after = page.countries?.pageInfo.endCursor ?? null;
    }
    countries.value = found.sort((a, b) => (a.code < b.code ? -1 : 1));
    asked = found.length > 0;
  } catch {
    asked = false;
  }
}
