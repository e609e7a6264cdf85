// The state of a form while it is filled: what was typed, which rules are broken, what the gateway said.
import { NoAnswerError, type Accepted, type CommandName, type Rejected } from "@gx/client";
import { useState } from "preact/hooks";
import type { AnyCommand, Named } from "../../catalogue/language.js";
import { idOf, type Form } from "./form.js";
import { emptyFields, faultsIn, inputOf, replaced, type Typed } from "./form-value.js";
import { newUuid } from "./random.js";
import { client } from "./session.js";

export function useFilling(command: Named<AnyCommand>) {
  const [typed, setTyped] = useState<Typed>(() => emptyFields(command.fields));
  const [key, setKeyOnly] = useState(newUuid);
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const [tried, setTried] = useState(false);
  const [rejected, setRejected] = useState<Rejected["error"]>();
  const [silence, setSilence] = useState<string>();
  const [sending, setSending] = useState(false);
  const own = new Map(faultsIn(command, typed, key).map(({ path, message }) => [path, message]));
  const theirs = new Map(fieldsOf(rejected).map(({ path, message }) => [path, message]));
  const form: Form = {
    typed,
    set: (path, value) => {
      setTyped((now) => replaced(now, path.split("."), value) as Typed);
      setRejected(undefined);
    },
    touch: (path) => setTouched((now) => new Set([...now, path])),
    faultAt: (path) => ((tried || touched.has(path)) && own.get(path)) || theirs.get(path),
  };
  const send = async (): Promise<Accepted | undefined> => {
    setTried(true);
    setRejected(undefined);
    setSilence(undefined);
    const [first] = own.keys();
    if (first !== undefined) return void focusOn(first);
    setSending(true);
    try {
      const input = inputOf(command.fields, typed);
      const answer = await client.value.send(command.mutation as CommandName, input as never, { key });
      if (answer.accepted) return answer;
      setRejected(answer.error);
      focusOn(fieldsOf(answer.error)[0]?.path ?? "");
    } catch (error) {
      if (!(error instanceof NoAnswerError)) throw error;
      setSilence("Nobody answered: nobody knows whether it was accepted. Send it again under the same key to be sure.");
    } finally {
      setSending(false);
    }
    return undefined;
  };
  const setKey = (value: string) => {
    setKeyOnly(value);
    setRejected(undefined);
  };
  const refusal = rejected ? `${rejected.code}: ${rejected.message}` : silence;
  return { form, key, setKey, refusal, sending, send };
}

/** A conflict is about the key, whatever the rest says. */
const fieldsOf = (rejected: Rejected["error"] | undefined) =>
  rejected?.code === "IDEMPOTENCY_CONFLICT"
    ? [{ path: "idempotencyKey", message: rejected.message }]
    : (rejected?.fields ?? []);

/** To where the hand is needed; a list that is too short has no field of its own. */
function focusOn(path: string): void {
  document.getElementById(idOf(path))?.focus();
}
