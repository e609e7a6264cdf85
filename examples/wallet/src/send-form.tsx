// Sending coins: what is wrong is said beside its field, what became of it in one line below.
import type { Outcome, Sent } from "@gx/client";
import { useState } from "preact/hooks";
import { inQirat } from "./money.js";
import type { Session } from "./session.js";

type Faults = Readonly<Record<string, string>>;
interface News {
  readonly kind: "good" | "bad" | "soft";
  readonly text: string;
}

const FORMS = /^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|org_[0-9a-f-]{36}|treasury_[A-Z]{2}|SYSTEM_[A-Z_]+)$/;

export function SendForm({ session }: { readonly session: Session }) {
  const [faults, setFaults] = useState<Faults>({});
  const [news, setNews] = useState<News>();
  const [busy, setBusy] = useState(false);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const given = valuesOf(form);
    const found = faultsOf(given);
    setFaults(found);
    setNews(undefined);
    if (Object.keys(found).length > 0) return focusFirst(form, found);
    setBusy(true);
    try {
      const result = await pay(session, given, (text) => setNews({ kind: "soft", text }));
      setFaults(result.faults);
      setNews(result.news);
      if (result.news.kind === "good") form.reset();
      focusFirst(form, result.faults);
    } catch (error) {
      setNews({ kind: "bad", text: `Nobody knows yet: ${(error as Error).message}. Send it again; it is paid once.` });
    } finally {
      setBusy(false);
    }
  };
  return (
    <section>
      <h2>Send</h2>
      <form noValidate onSubmit={(event) => void submit(event)}>
        <Field name="to" label="To (account)" fault={faults["to"]} spellcheck={false} autocomplete="off" />
        <Field name="amount" label="Amount in GX" fault={faults["amount"]} inputMode="decimal" autocomplete="off" />
        <Field name="remark" label="Remark (may be empty)" fault={faults["remark"]} maxLength={140} />
        <button class="main" disabled={busy}>
          {busy ? "Sending …" : "Send"}
        </button>
        <p class={news?.kind ?? "soft"} role="status">
          {news?.text}
        </p>
      </form>
    </section>
  );
}

interface FieldProps {
  readonly name: string;
  readonly label: string;
  readonly fault: string | undefined;
  readonly inputMode?: "decimal";
  readonly autocomplete?: "off";
  readonly spellcheck?: boolean;
  readonly maxLength?: number;
}

function Field({ name, label, fault, ...input }: FieldProps) {
  const about = `${name}-fault`;
  return (
    <label>
      {label}
      <input name={name} aria-invalid={fault ? "true" : "false"} aria-describedby={about} {...input} />
      <span class="fault" id={about}>
        {fault}
      </span>
    </label>
  );
}

type Given = Readonly<Record<"to" | "amount" | "remark", string>>;

function valuesOf(form: HTMLFormElement): Given {
  const data = new FormData(form);
  const value = (name: string) => String(data.get(name) ?? "").trim();
  return { to: value("to"), amount: value("amount").replace(",", "."), remark: value("remark") };
}

/** What needs no gateway to be seen. */
function faultsOf({ to, amount }: Given): Faults {
  return {
    ...(FORMS.test(to)
      ? {}
      : { to: "must be an account: a uuid, org_<uuid>, treasury_<country code> or a SYSTEM_ name" }),
    ...(inQirat(amount) ? {} : { amount: "must be GX above 0 with at most 6 decimals, as 12.50" }),
  };
}

function focusFirst(form: HTMLFormElement, faults: Faults): void {
  const [first] = Object.keys(faults);
  if (first) form.querySelector<HTMLInputElement>(`[name="${first}"]`)?.focus();
}

/** Sends and follows. @throws when nobody answers. */
async function pay({ client }: Session, given: Given, tell: (text: string) => void) {
  const { to, remark } = given;
  const sent = await client.send("transfer", {
    to,
    amount: inQirat(given.amount) ?? "0",
    ...(remark ? { remark } : {}),
  });
  if (!sent.accepted) return turnedAway(sent);
  tell("Accepted: it will be carried out.");
  const outcome = await client.follow(sent, {
    onStatus: ({ status }) => status === "SUBMITTED" && tell("Submitted to the ledger …"),
  });
  return { faults: {}, news: newsOf(outcome) };
}

function turnedAway({ error }: Extract<Sent, { accepted: false }>) {
  const faults = Object.fromEntries(error.fields.map(({ path, message }) => [path, message]));
  return { faults, news: { kind: "bad", text: `Not accepted: ${error.message} (${error.code})` } satisfies News };
}

function newsOf(outcome: Outcome): News {
  if (outcome.status === "COMMITTED") return { kind: "good", text: `Committed in block ${outcome.blockNumber}.` };
  const what = outcome.status === "REFUSED" ? "Refused by the ledger" : "Failed, nothing was paid";
  return { kind: "bad", text: `${what}: ${outcome.error.message} (${outcome.error.code})` };
}
