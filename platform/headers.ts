// Headers that every answer of ours carries, whoever asks.

/** No page of others shows an answer within itself, or takes it for something else than it is. */
export const unframed = { "x-content-type-options": "nosniff", "x-frame-options": "DENY" } as const;
