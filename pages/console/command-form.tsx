// The form of one command: fields from its entry in the catalogue, its rules while typing, its ticket and its way when sent.
import type { Accepted } from "@gx/client";
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { AnyCommand, Named } from "../../catalogue/language.js";
import { FieldsOf } from "./fields.js";
import { useFilling } from "./filling.js";
import { idOf } from "./form.js";
import { mutationOf } from "./form-value.js";
import { newUuid } from "./random.js";
import { hrefOf } from "./route.js";
import { hasRole, identity, session, signInAs } from "./session.js";
import { askerOf, roleFor, rolesFor } from "./asker.js";
import { Ticket } from "./ticket.js";
import { Copy, Notice } from "./ui.js";

type Entry = Named<AnyCommand>;

export function CommandForm({ command }: { command: Entry }) {
  const [sent, setSent] = useState<Accepted>();
  const [round, setRound] = useState(0);
  const again = () => {
    setSent(undefined);
    setRound(round + 1);
  };
  return (
    <section class="card form" aria-labelledby="form-title">
      <header class="section">
        <h2 id="form-title">
          <code>{command.name}</code>
        </h2>
        <a href={hrefOf("send")}>Choose another</a>
      </header>
      <p class="sentence">{command.sentence}</p>
      <MayAsk command={command} />
      <Fill key={round} command={command} disabled={sent !== undefined} onSent={setSent}>
        {sent && <Ticket sent={sent} again={again} />}
      </Fill>
    </section>
  );
}

function MayAsk({ command }: { command: Entry }) {
  const [fault, setFault] = useState<string>();
  const role = roleFor(command);
  if (identity.value && (role === undefined || mayAsk(command))) return null;
  const signIn = async () => setFault(role && (await signInAs(role)));
  return (
    <Notice>
      {role === undefined ? "This is asked by a user of the ledger. " : `This is asked by: ${askerOf(command)}. `}
      {role !== undefined && session.value?.keyed ? (
        <button type="button" onClick={() => void signIn()}>
          Sign in as {askerOf(command)}
        </button>
      ) : (
        <a href={hrefOf("sign-in")}>Sign in</a>
      )}
      {fault && <p class="fault">{fault}</p>}
    </Notice>
  );
}

const mayAsk = (command: Entry): boolean => hasRole(...rolesFor(command));

interface FillProps {
  readonly command: Entry;
  readonly disabled: boolean;
  readonly onSent: (sent: Accepted) => void;
  readonly children?: ComponentChildren;
}

function Fill({ command, disabled, onSent, children }: FillProps) {
  const filling = useFilling(command);
  const { form, key, setKey, refusal, sending, send } = filling;
  const submit = async (event: Event) => {
    event.preventDefault();
    const accepted = await send();
    if (accepted) onSent(accepted);
  };
  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <fieldset class="bare" disabled={disabled}>
        <FieldsOf form={form} fields={command.fields} typed={form.typed} />
        {Object.keys(command.fields).length === 0 && <p class="rule">This command has no fields.</p>}
        <Key fault={form.faultAt("idempotencyKey")} value={key} set={setKey} />
        {refusal && <Notice kind="bad">{refusal}</Notice>}
        {!disabled && (
          <button type="submit" class="primary" disabled={sending}>
            {sending ? "Sending …" : "Send"}
          </button>
        )}
      </fieldset>
      {children}
      <SameAsGraph {...mutationOf(command, command.mutation, form.typed, key)} />
    </form>
  );
}

/** Under which the command counts once. */
function Key({ fault, value, set }: { fault: string | undefined; value: string; set: (value: string) => void }) {
  return (
    <div class="field">
      <label for={idOf("idempotencyKey")}>idempotencyKey</label>
      <span class="beside">
        <input
          id={idOf("idempotencyKey")}
          value={value}
          spellcheck={false}
          autocomplete="off"
          aria-describedby="key-rule"
          aria-invalid={fault !== undefined}
          onInput={({ currentTarget }) => set(currentTarget.value)}
        />
        <button type="button" onClick={() => set(newUuid())} aria-label="New idempotency key">
          New
        </button>
      </span>
      <p id="key-rule" class={fault ? "fault" : "rule"}>
        {fault ?? "the same key with the same input is the same command, however often it is sent"}
      </p>
    </div>
  );
}

function SameAsGraph({ document, variables }: { document: string; variables: string }) {
  return (
    <details>
      <summary>The same as GraphQL</summary>
      <div class="code">
        <pre tabIndex={0}>{document}</pre>
        <Copy text={document} what="mutation" />
      </div>
      <div class="code">
        <pre tabIndex={0}>{variables}</pre>
        <Copy text={variables} what="variables" />
      </div>
    </details>
  );
}
