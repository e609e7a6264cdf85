// The newest commands, live: an admin sees all, a user his own. Each row leads to its timeline.
import { useSignal } from "@preact/signals";
import { GraphError } from "@gx/client";
import { LIST_FIELDS, submittedAfter, type Shown } from "./command.js";
import { durationOf, roleOf } from "./format.js";
import { usePolling } from "./poll.js";
import { hrefOf } from "./route.js";
import { client, identity, isAdmin } from "./session.js";
import { Empty, Id, Moment, Notice, State } from "./ui.js";

export interface CommandListProps {
  readonly first: number;
  readonly status?: string | undefined;
  readonly compact?: boolean;
}

const EVERY_MS = 1_000;

export function CommandList(props: CommandListProps) {
  const who = identity.value;
  if (who) return <Live key={`${who.sub} ${who.roles.join()}`} {...props} />;
  return (
    <Empty>
      <a href={hrefOf("sign-in")}>Sign in</a> to see commands: an admin sees all, a user the own ones.
    </Empty>
  );
}

/** What one identity has seen is never shown to the next. */
function Live({ first, status, compact = false }: CommandListProps) {
  const { rows, fault } = useFeed(first, status);
  if (fault) return <Notice kind="bad">{fault}</Notice>;
  if (!rows) return <Empty>Asking…</Empty>;
  if (rows.length === 0) return <Empty>{nothing(status)}</Empty>;
  return <Rows rows={rows} compact={compact} />;
}

function nothing(status: string | undefined) {
  if (status !== undefined) return `No command is ${status} now.`;
  return (
    <>
      No command yet. <a href={hrefOf("send")}>Send one</a>
    </>
  );
}

interface Feed {
  readonly rows?: readonly Shown[];
  readonly fault?: string;
}

function useFeed(first: number, status: string | undefined): Feed {
  const feed = useSignal<Feed>({});
  const ask = async (signal: AbortSignal) => {
    const list = isAdmin.value ? "commands" : "myCommands";
    const document = `query ($first: Int, $status: CommandStatus) {
      ${list}(first: $first, status: $status) { edges { node { ${LIST_FIELDS} } } } }`;
    try {
      const answer = await client.value.query<Answer>(document, { first, status: status ?? null }, { signal });
      feed.value = { rows: answer[list]?.edges.flatMap(({ node }) => node ?? []) ?? [] };
    } catch (error) {
      if (error instanceof GraphError) feed.value = { fault: error.faults[0]?.message ?? error.message };
      // Nobody answered: the frame says so, and the next look may.
    }
  };
  usePolling(ask, EVERY_MS, [client.value, first, status]);
  return feed.value;
}

type Answer = Readonly<Record<string, { readonly edges: readonly { readonly node: Shown | null }[] } | null>>;

function Rows({ rows, compact }: { rows: readonly Shown[]; compact: boolean }) {
  return (
    <div class="scroll">
      <table class={compact ? "commands compact" : "commands"}>
        <thead>
          <tr>
            <th scope="col">Command</th>
            <th scope="col">Status</th>
            {!compact && <th scope="col">Signed by</th>}
            <th scope="col">Accepted</th>
            <th scope="col" class="number">
              Submitted
            </th>
            {!compact && <th scope="col">Transaction of</th>}
            {!compact && <th scope="col">Id</th>}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={row.id} row={row} compact={compact} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ row, compact }: { row: Shown; compact: boolean }) {
  const { id, name, status, signingRole, acceptedAt, committedAt, error } = row;
  const after = submittedAfter(row);
  return (
    <tr>
      <th scope="row">
        <a href={hrefOf("command", id)}>{name}</a>
        {error && !compact && <div class="fault small">{error.message}</div>}
      </th>
      <td>
        <State of={status ?? ""} />
      </td>
      {!compact && <td>{roleOf(signingRole ?? "")}</td>}
      <td>{acceptedAt && <Moment at={acceptedAt} precise={!compact} />}</td>
      <td class="number">{after === undefined ? "" : `+${durationOf(after)}`}</td>
      {!compact && <td>{committedAt && <Moment at={committedAt} precise />}</td>}
      {!compact && (
        <td>
          <Id id={id} what="command id" />
        </td>
      )}
    </tr>
  );
}
