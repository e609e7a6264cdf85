// Loans.
export const loanpool = { persons: {}, resolvers: {} };
