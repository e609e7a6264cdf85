// What sending gave: the ticket of each command, and its way while it goes on.
import type { Accepted, Standing } from "@gx/client";
import { useEffect, useRef, useState } from "preact/hooks";
import { hrefOf } from "./route.js";
import { client } from "./session.js";
import { Steps } from "./timeline.js";
import { Id, Notice } from "./ui.js";

export function Ticket({ sent, again }: { sent: Accepted; again: () => void }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    place.current?.scrollIntoView({ block: "nearest" });
    place.current?.focus({ preventScroll: true });
  }, []);
  return (
    <div class="ticket" aria-live="polite" tabIndex={-1} ref={place}>
      <h3>{sent.existing ? "This is the first ticket of this key" : "Ticket"}</h3>
      {sent.tickets.map(({ commandId, acceptedAt }) => (
        <Followed key={commandId} id={commandId} acceptedAt={acceptedAt} />
      ))}
      <p class="buttons">
        <button type="button" onClick={again}>
          Send another
        </button>
      </p>
    </div>
  );
}

function Followed({ id, acceptedAt }: { id: string; acceptedAt: string }) {
  const [standing, setStanding] = useState<Standing>();
  const [fault, setFault] = useState<string>();
  const [visibleAfter, setVisibleAfter] = useState<number>();
  useEffect(() => {
    const begin = performance.now();
    const leaving = new AbortController();
    client.value
      .follow(id, { onStatus: setStanding, signal: leaving.signal })
      .then(() => setVisibleAfter(performance.now() - begin))
      .catch((error: unknown) => leaving.signal.aborted || setFault(String(error)));
    return () => leaving.abort();
  }, [id]);
  const now = standing ?? { status: "ACCEPTED" as const, acceptedAt, submittedAt: null, committedAt: null };
  return (
    <>
      <p>
        <Id id={id} what="command id" whole /> <a href={hrefOf("command", id)}>Timeline</a>
      </p>
      <Steps command={now} visibleAfter={visibleAfter} />
      {standing?.error && (
        <Notice kind="bad">
          <strong>{standing.error.code}</strong> {standing.error.message}
        </Notice>
      )}
      {fault && <Notice kind="bad">{fault}</Notice>}
    </>
  );
}
