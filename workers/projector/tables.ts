// The read models: which domain owns which table of schema `read`. Values only; a test compares them with the database.
import { admin } from "./tables/admin.js";
import { governance } from "./tables/governance.js";
import { identity } from "./tables/identity.js";
import { loanpool } from "./tables/loanpool.js";
import { organization } from "./tables/organization.js";
import { tax } from "./tables/tax.js";
import { tokenomics } from "./tables/tokenomics.js";
import type { Table } from "./tables/table.js";

export const tables = {
  identity,
  tokenomics,
  admin,
  loanpool,
  organization,
  governance,
  tax,
} as const satisfies Readonly<Record<string, Readonly<Record<string, Table>>>>;

export type { Column, Table } from "./tables/table.js";

export type Tables = typeof tables;
/** The domains that own tables. */
export type TableOwner = keyof Tables;

/** "genesisOutcome" → "genesis_outcome": a table's or column's name in the database. */
export const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
