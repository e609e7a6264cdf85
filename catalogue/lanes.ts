// Lane keys that commands of several domains share (protocol.md 12).

/** The lane of an account that stores its balance; credits of treasuries and system accounts never conflict. */
export const storedLane = (accountId: string): string[] =>
  /^(treasury_|SYSTEM_)/.test(accountId) ? [] : [`account:${accountId}`];
