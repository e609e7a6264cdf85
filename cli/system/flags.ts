// Options that one part of the command line hands on to another.

/** To the development ledger: run every proposal twice and refuse it when the results differ. */
export const ENDORSE_TWICE = "--endorse-twice";
