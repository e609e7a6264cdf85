// What the doctor finds: one thing of this machine, whether it is as it must be, and for what it is needed.

export interface Finding {
  readonly what: string;
  /** Purposes that need it. */
  readonly for: string;
  readonly ok: boolean;
  /** A lack of it only narrows what can be done. */
  readonly optional: boolean;
  /** What was found. */
  readonly detail: string;
  /** The command or setting that mends it; undefined where nothing is to be done. */
  readonly mend?: string;
}

interface Subject {
  readonly what: string;
  readonly for: string;
  readonly optional?: boolean;
}

export function found({ optional = false, ...subject }: Subject, detail: string): Finding {
  return { ...subject, optional, ok: true, detail };
}

export function lacking({ optional = false, ...subject }: Subject, detail: string, mend: string): Finding {
  return { ...subject, optional, ok: false, detail, mend };
}
