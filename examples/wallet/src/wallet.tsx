// The wallet of who is signed in.
import { useAccount, type Line } from "./account.js";
import { inGx } from "./money.js";
import { SendForm } from "./send-form.js";
import type { Session } from "./session.js";

export function Wallet({ session, onLeave }: { readonly session: Session; readonly onLeave: () => void }) {
  const { balance, lines, more, fault } = useAccount(session);
  return (
    <>
      <header>
        <div>
          <h1>Balance</h1>
          <p class="balance" aria-live="polite">
            {balance === undefined ? "…" : `${inGx(balance)} GX`}
          </p>
        </div>
        <button onClick={onLeave}>Sign out</button>
        <p class="soft id">
          Your account: <code>{session.id}</code>
        </p>
        <p class="fault id" role="alert">
          {fault}
        </p>
      </header>
      <SendForm session={session} />
      <section>
        <h2>Statement</h2>
        {lines.length === 0 ? <p class="soft">Nothing yet.</p> : <Statement lines={lines} />}
        {more && <button onClick={() => void more()}>Older ones</button>}
      </section>
    </>
  );
}

function Statement({ lines }: { readonly lines: readonly Line[] }) {
  return (
    <ol>
      {lines.map((line) => (
        <li key={line.id}>
          <span>{line.remark ?? words(line)}</span>
          <span class={`amount ${line.direction === "IN" ? "good" : ""}`}>
            {line.direction === "IN" ? "+" : "−"}
            {inGx(line.amount ?? "0")} GX
          </span>
          <span class="soft">
            {line.remark ? `${words(line)}, ` : ""}
            {line.at && <time dateTime={line.at}>{new Date(line.at).toLocaleString()}</time>}
            {line.counterparty && <> · {line.counterparty.id}</>}
          </span>
        </li>
      ))}
    </ol>
  );
}

/** "LOAN_REPAYMENT" to "Loan repayment". */
function words({ type }: Line): string {
  const text = (type ?? "").replaceAll("_", " ").toLowerCase();
  return text.charAt(0).toUpperCase() + text.slice(1);
}
