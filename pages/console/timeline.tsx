// One command from its acceptance to its end: who, when, where on the ledger, what it caused, why not.
import { GraphError } from "@gx/client";
import { useSignal } from "@preact/signals";
import { commandOf } from "../../catalogue/index.js";
import { fieldsFor, isOpen, stepsOf, submittedAfter, type OnItsWay, type Shown } from "./command.js";
import { durationOf, roleOf } from "./format.js";
import { usePolling } from "./poll.js";
import { hrefOf } from "./route.js";
import { client, identity, isAdmin } from "./session.js";
import { Empty, Id, Moment, Notice, Section, State } from "./ui.js";

interface Seen {
  readonly command?: Shown;
  readonly fault?: string;
}

export function Timeline({ id }: { id: string }) {
  const who = identity.value;
  if (who) return <Live key={`${who.sub} ${who.roles.join()}`} id={id} />;
  return (
    <Notice>
      <a href={hrefOf("sign-in")}>Sign in</a> to see this command: whoever asked for it may, and admins.
    </Notice>
  );
}

function Live({ id }: { id: string }) {
  const { command, fault } = useCommand(id);
  if (fault) return <Notice kind="bad">{fault}</Notice>;
  if (!command) return <Empty>Asking…</Empty>;
  return (
    <>
      <Way command={command} />
      <div class="two">
        <Facts command={command} />
        <Cause command={command} />
      </div>
    </>
  );
}

/** Looks often while it is on its way, seldom afterwards: a FAILED one may be run again. */
function useCommand(id: string): Seen {
  const seen = useSignal<Seen>({});
  const open = seen.value.command === undefined || isOpen(seen.value.command);
  const ask = async (signal: AbortSignal) => {
    if (seen.value.fault) return;
    const document = `query ($id: UUID!) { command(id: $id) { ${fieldsFor(isAdmin.value)} } }`;
    try {
      const { command } = await client.value.query<{ command: Shown | null }>(document, { id }, { signal });
      seen.value = command ? { command } : { fault: "There is no command of this id." };
    } catch (error) {
      if (error instanceof GraphError) seen.value = { fault: error.faults[0]?.message ?? error.message };
    }
  };
  usePolling(ask, open ? 500 : 5_000, [client.value, open]);
  return seen.value;
}

function Way({ command }: { command: Shown }) {
  const { name, status, error } = command;
  const after = submittedAfter(command);
  const entry = commandOf(name ?? "");
  return (
    <section class="card" aria-label="Way of the command">
      <header class="section">
        <h2>
          <code>{name}</code>
        </h2>
        <p class="summary" aria-live="polite">
          <State of={status ?? ""} />
          {after !== undefined && <span class="number">{durationOf(after)} from acceptance to the orderer</span>}
        </p>
      </header>
      {entry && <p class="sentence">{entry.sentence}</p>}
      <Steps command={command} />
      {error && (
        <Notice kind="bad">
          <strong>{error.code}</strong> {error.message}
        </Notice>
      )}
    </section>
  );
}

/** The steps of a command on its way; also shown below the form that sent it. */
export function Steps({ command, visibleAfter }: { command: OnItsWay; visibleAfter?: number | undefined }) {
  return (
    <ol class="steps">
      {stepsOf(command).map(({ status, sentence, at, of, after }) => (
        <li key={status} class={at || status === command.status ? `come ${status}` : "to-come"}>
          <strong>{status}</strong>
          <span>{sentence}</span>
          {at && (
            <span class="when">
              {of && <span class="took">{of}</span>}
              <Moment at={at} precise />
              {after !== undefined && <span class="took">+{durationOf(after)}</span>}
              {visibleAfter !== undefined && status === command.status && (
                <span class="took">visible here after {durationOf(visibleAfter)}</span>
              )}
            </span>
          )}
        </li>
      ))}
    </ol>
  );
}

function Facts({ command }: { command: Shown }) {
  const { id, actorId, signingRole, attempts, blockNumber, txIndex, batchIndex, txId, events, incomplete } = command;
  return (
    <Section title="On the ledger">
      <dl>
        <Fact name="Command">
          <Id id={id} what="command id" whole />
        </Fact>
        {actorId && (
          <Fact name="Asked by">
            <Id id={actorId} what="id of who asked" whole />
          </Fact>
        )}
        <Fact name="Signed by">{roleOf(signingRole ?? "")}</Fact>
        <Fact name="Attempts">{attempts}</Fact>
        <Fact name="Block">{blockNumber ?? "not in a block yet"}</Fact>
        {txId && (
          <Fact name="Transaction">
            <Id id={txId} what="transaction id" whole />
          </Fact>
        )}
        {blockNumber != null && (
          <Fact name="Place">
            transaction {txIndex} of the block, command {batchIndex} of the transaction
          </Fact>
        )}
        <Fact name="Events">{eventsOf(events)}</Fact>
        {incomplete === true && <Fact name="Incomplete">An event of it could not be decoded.</Fact>}
      </dl>
    </Section>
  );
}

function eventsOf(events: readonly string[] | null) {
  if (!events?.length) return "none";
  const counts = new Map<string, number>();
  for (const event of events) counts.set(event, (counts.get(event) ?? 0) + 1);
  return (
    <ul class="plain">
      {[...counts].map(([event, count]) => (
        <li key={event}>
          {event}
          {count > 1 && ` × ${count}`}
        </li>
      ))}
    </ul>
  );
}

function Fact({ name, children }: { name: string; children: preact.ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Cause({ command: { input, lastError } }: { command: Shown }) {
  if (input == null) return null;
  return (
    <Section title="Input">
      <pre tabIndex={0}>{JSON.stringify(JSON.parse(input), undefined, 2)}</pre>
      {lastError && (
        <>
          <h3>Last error of the system</h3>
          <pre tabIndex={0}>{lastError}</pre>
        </>
      )}
    </Section>
  );
}
