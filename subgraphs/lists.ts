// The mutations that take any number of rows and split them in order into commands (protocol.md 16.1).

export interface ListMutation {
  /** The field of the command's input that holds the rows. */
  readonly field: string;
  /** Rows of one command. */
  readonly size: number;
}

export const lists: Readonly<Record<string, ListMutation>> = {
  "admin.initializeCountryData": { field: "countries", size: 50 },
};
