// Proposals, votes and what they decide.
export const governance = { persons: {}, resolvers: {} };
