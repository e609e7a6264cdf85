// How many streams this gateway holds open at a time, sockets and event streams together. Never more than it may.
import type { Refusal } from "../../platform/web.js";

export interface Places {
  /** Undefined when all are taken; the returned function gives the place back. */
  take(): (() => void) | undefined;
  readonly refusal: Refusal;
}

export function newPlaces(most: number): Places {
  let taken = 0;
  return {
    take: () => {
      if (taken >= most) return undefined;
      taken += 1;
      let left = false;
      return () => {
        if (!left) taken -= 1;
        left = true;
      };
    },
    refusal: {
      ...{ status: 503, code: "UNAVAILABLE" },
      message: "This gateway holds as many connections as it may; try again later.",
    },
  };
}
