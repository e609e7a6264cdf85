// Small pieces that every view is made of.
import { useState } from "preact/hooks";
import type { ComponentChildren } from "preact";
import { momentOf, shortOf } from "./format.js";

export type Tone = "good" | "busy" | "bad" | "idle";

const tones: Readonly<Record<string, Tone>> = {
  ...{ ready: "good", current: "good", running: "good", COMMITTED: "good", DONE: "good" },
  ...{ starting: "busy", draining: "busy", behind: "busy", waiting: "busy", ACCEPTED: "busy", SUBMITTED: "busy" },
  ...{ failing: "bad", away: "bad", "other chain": "bad", stopped: "bad", REFUSED: "bad", FAILED: "bad" },
};

/** A state as a word; its colour only says the same again. */
export function State({ of, children }: { of: string; children?: ComponentChildren }) {
  return <span class={`state ${tones[of] ?? "idle"}`}>{children ?? of}</span>;
}

export type NoticeKind = "info" | "bad" | "good";

export function Notice({ kind = "info", children }: { kind?: NoticeKind; children: ComponentChildren }) {
  return (
    <div class={`notice ${kind}`} role={kind === "bad" ? "alert" : "status"}>
      {children}
    </div>
  );
}

/** Copies a text; says so to eyes and to screen readers. */
export function Copy({ text, what, children }: { text: string; what: string; children?: ComponentChildren }) {
  const [copied, setCopied] = useState(false);
  const copy = () => {
    void navigator.clipboard.writeText(text).then(() => {
      setCopied(true);
      setTimeout(() => setCopied(false), 1_500);
    });
  };
  return (
    <button
      type="button"
      class="quiet"
      onClick={copy}
      aria-label={children || copied ? undefined : `Copy ${what}`}
      title={`Copy ${what}`}
    >
      {copied ? "Copied" : (children ?? "Copy")}
      <span class="unseen" aria-live="polite">
        {copied ? `${what} copied` : ""}
      </span>
    </button>
  );
}

/** An id: short to look at, whole to copy. */
export function Id({ id, what, whole = false }: { id: string; what: string; whole?: boolean }) {
  return (
    <span class="id">
      <code title={id}>{whole ? id : shortOf(id)}</code>
      <Copy text={id} what={what} />
    </span>
  );
}

export function Moment({ at, precise = false }: { at: string; precise?: boolean }) {
  return (
    <time dateTime={at} title={at}>
      {momentOf(at, precise)}
    </time>
  );
}

export function Empty({ children }: { children: ComponentChildren }) {
  return <p class="empty">{children}</p>;
}

/** A part of a view with its heading. */
export function Section(props: { title: string; aside?: ComponentChildren; children: ComponentChildren }) {
  const id = `section-${props.title.toLowerCase().replace(/\W+/g, "-")}`;
  return (
    <section aria-labelledby={id} class="card">
      <header class="section">
        <h2 id={id}>{props.title}</h2>
        {props.aside}
      </header>
      {props.children}
    </section>
  );
}
