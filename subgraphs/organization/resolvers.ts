// Organizations and their multi-signature transactions.
export const organization = { persons: {}, resolvers: {} };
