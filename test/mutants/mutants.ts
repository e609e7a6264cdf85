// Faults planted into the sources on purpose, each with the test that has to notice it.
// A mutant that nobody catches, or that is caught for another reason than its own, is a hole in the suites.

export interface Mutant {
  name: string;
  /** What the code does wrong with it. */
  does: string;
  file: string;
  /** Occurs exactly once in the file; where it does not, the code has moved and the mutant is to be planted anew. */
  find: string;
  replace: string;
  caughtBy: {
    /** File of the test, from the repository. */
    file: string;
    /** The test's own words. */
    sentence: string;
    /** Stands in its failure: the reason is the mutant's and no other. */
    shows: RegExp;
  };
}

const role = "test/submitter/role.test.ts";
const projected = "test/projector/project.test.ts";
const fenced = "test/submitter/fencing.test.ts";
const scenario = (name: string) => `test/scenarios/${name}.test.ts`;

export const mutants: readonly Mutant[] = [
  // ---------------------------------------------------------------- chaincode
  {
    name: "receipts off",
    does: "executes a command again that has a receipt",
    file: "chaincode/host.ts",
    find: "if (first) return {",
    replace: "if (first?.txId === txId) return {",
    caughtBy: {
      file: role,
      sentence: "sends again what a crashed one left SUBMITTED, and the receipts keep it single",
      shows: /Expected length: 5\s+Received length: 10/,
    },
  },
  // ---------------------------------------------------------------- read path
  {
    name: "checkpoint outside the transaction",
    does: "moves the checkpoint although the rows of the block are not written",
    file: "workers/projector/project.ts",
    find: "await moveCheckpoint(client, blocks, models, clock);",
    replace:
      "const apart = await pool.connect(); await moveCheckpoint(apart, blocks, models, clock).finally(() => apart.release());",
    caughtBy: {
      file: projected,
      sentence: "an error in the middle leaves nothing of the block",
      shows: /-\s+"block": "0",\s+\+\s+"block": "1",/,
    },
  },
  {
    name: "last status wins",
    does: "lets a later copy of a command say how it ended",
    file: "workers/projector/decode.ts",
    find: "  if (parsed.data.repeatOf !== undefined) return;\n",
    replace: "",
    caughtBy: {
      file: scenario("a-command-is-executed-a-second-time"),
      sentence: "in blocks: a repeated outcome and an invalid copy do not touch the command, whatever they say",
      shows: /-\s+"status": "COMMITTED",[^]*\+\s+"status": "REFUSED",/,
    },
  },
  {
    name: "tags after the commit",
    does: "tells the cache of a block's rows when readers have seen the block already",
    file: "workers/projector/follow.ts",
    find: "announce: (changes, block) => announce(cache, changes, block, measures.invalidated),",
    replace:
      "announce: async (changes, block) => void setTimeout(() => void announce(cache, changes, block, measures.invalidated), 50),",
    caughtBy: {
      file: scenario("the-cache-is-flushed-and-fails-over-under-read-your-writes"),
      sentence: "the cache is flushed and fails over under read your writes",
      shows: /\+\s+"[0-9a-f-]{36}: \d+ after \d+"/,
    },
  },
  // ---------------------------------------------------------------- queue
  {
    name: "re-add with BullMQ's defaults",
    does: "leaves finished jobs in Redis, where they swallow the next one of the same command",
    file: "platform/queue.ts",
    find: "  removeOnComplete: true,\n  removeOnFail: true,\n",
    replace: "",
    caughtBy: {
      file: "test/platform/queue.test.ts",
      sentence: "takes the id of a finished job again",
      shows: /waited \d+ ms in vain for: the job to be gone/,
    },
  },
  {
    name: "sweep without condition",
    does: "adds jobs again, and counts it, for commands that have gone on",
    file: "workers/submitter/store.ts",
    find: [
      "where role = $3 and status = 'ACCEPTED'",
      "        and coalesce(next_sweep_at, accepted_at + interval '${SWEEP.first} s') <= now() order by seq limit $4",
      "        for update skip locked`;",
      "      const next = `least(${SWEEP.most}, ${SWEEP.first} * 2 ^ least(sweeps + 1, 10)) * interval '1 s'`;",
      "      const sql = `update app.command set sweeps = sweeps + 1, next_sweep_at = now() + ${next} from term",
      "        where id in (${due}) and status = 'ACCEPTED' returning ${COLUMNS}`;",
    ].join("\n"),
    replace: [
      "where role = $3",
      "        and coalesce(next_sweep_at, accepted_at + interval '5 s') <= now() order by seq limit $4",
      "        for update skip locked`;",
      "      const sql = `update app.command set sweeps = sweeps + 1, next_sweep_at = now() + interval '10 s' from term",
      "        where id in (${due}) returning ${COLUMNS}`;",
    ].join("\n"),
    caughtBy: {
      file: fenced,
      sentence: "takes what is ACCEPTED and old, the oldest first, and nothing that has gone on",
      shows: /toEqual.*deep equality/,
    },
  },
  // ---------------------------------------------------------------- submitter
  {
    name: "leader without number",
    does: "lets a leader that has a successor go on noting",
    file: "workers/submitter/store.ts",
    find: "where name = $1 and number = $2 for key share",
    replace: "where name = $1 and $2::bigint > 0 for key share",
    caughtBy: {
      file: fenced,
      sentence: "changes no row, whatever it notes, and is told so",
      shows: /Received promise resolved instead of rejected/,
    },
  },
  {
    name: "somebody else's end overwritten",
    does: "notes a submission of a command that has ended meanwhile",
    file: "workers/submitter/store.ts",
    find: "and c.attempt = was.attempt and ${OPEN}",
    replace: "and c.attempt = was.attempt",
    caughtBy: {
      file: role,
      sentence: "leaves alone what somebody else took further meanwhile",
      shows: /\+\s+"commandId"|"status": "SUBMITTED"/,
    },
  },
  {
    name: "new leader loads ACCEPTED only",
    does: "leaves to nobody what its predecessor had sent",
    file: "workers/submitter/store.ts",
    find: "const sql = `${LIGHT} where role = $1 and ${OPEN} and seq > $2",
    replace: "const sql = `${LIGHT} where role = $1 and status = 'ACCEPTED' and seq > $2",
    caughtBy: {
      file: role,
      sentence: "sends again what a crashed one left SUBMITTED, and the receipts keep it single",
      shows: /waited \d+ ms in vain for: second attempts/,
    },
  },
  {
    name: "acknowledgement taken for the outcome",
    does: "calls a command done with when the orderer has taken it",
    file: "workers/submitter/submit.ts",
    find: 'const settled = await stage(parts, "commit", unlessAborted(outcome, parts.left));',
    replace: "const settled = { code: 0, block: 0, payload: undefined };",
    caughtBy: {
      file: scenario("an-acknowledged-submission-is-lost"),
      sentence: "an acknowledged submission is lost: it is sent again once a later block has come without it",
      shows: /I1 3 of 3 commands never ended/,
    },
  },
  {
    name: "sent before it is noted",
    does: "hands a transaction to the orderer of which no row tells",
    file: "workers/submitter/submit.ts",
    find: "const waited = await store.submitted(rows, endorsed.txId);",
    replace: "await endorsed.submit(); const waited = await store.submitted(rows, endorsed.txId);",
    caughtBy: {
      file: scenario("two-workers-work-on-one-command"),
      sentence: "two workers work on one command: one of their transactions is valid, the other one changes nothing",
      shows: /-\s+"attempt": 2,[^]*\+\s+"attempt": 0,/,
    },
  },
  {
    name: "conflict taken for the end",
    does: "drops commands whose transaction lost to another one",
    file: "workers/submitter/classes.ts",
    find: '      return "CONFLICT";',
    replace: "      return undefined;",
    caughtBy: {
      file: scenario("everyone-on-one-account"),
      sentence: "everyone on one account, and others write it past us: all end in order, and conflicts are bounded",
      shows: /I1 \d+ of 177 commands never ended/,
    },
  },
  {
    name: "lanes off",
    does: "lets a command go while an older one of its lane is on its way",
    file: "workers/submitter/batch.ts",
    find: "command.lanes.every(isFree)",
    replace: "true",
    caughtBy: {
      file: "test/submitter/pipeline.test.ts",
      sentence: "are as many as the role may have, and one that hangs holds only its own lanes",
      shows: /-\s+Array \[\]\s+\+\s+Array \[/,
    },
  },
  {
    name: "lower numbers not waited for",
    does: "lets a command go before an older one that is not visible yet",
    file: "workers/submitter/look.ts",
    find: "order.found(await store.drawing(), Date.now())",
    replace: "order.found((await store.drawing(), []), Date.now())",
    caughtBy: {
      file: role,
      sentence: "holds a command while a lower number of its lane is not committed yet",
      shows: /-\s+"status": "ACCEPTED",|"attempt": 1/,
    },
  },
  {
    name: "given up without a doubt",
    does: "calls a command FAILED of which an earlier submission may still come",
    file: "workers/submitter/react.ts",
    find: 'const finding = entry ? await mayStillCome(work, entry) : "on the ledger";',
    replace: 'const finding = "never" as string;',
    caughtBy: {
      file: "test/submitter/pipeline.test.ts",
      sentence: "is not, while an earlier submission of it may still come; it is afterwards",
      shows: /waited \d+ ms in vain for: the reason/,
    },
  },
  // ---------------------------------------------------------------- live updates
  {
    name: "read before it is heard",
    does: "reads the present row before it listens, so that a change in between is told to nobody",
    file: "gateway/live/feed.ts",
    find: "    await listening.ready;\n",
    replace: "",
    caughtBy: {
      file: "test/gateway/live-feed.test.ts",
      sentence: "does not look before it listens",
      shows: /-\s+Array \[\]\s+\+\s+Array \[/,
    },
  },
  {
    name: "signal forgotten",
    does: "forgets what is told while a look is under way",
    file: "gateway/live/feed.ts",
    find: '      wanted = false;\n      return state === "open" ? look(block) : undefined;\n',
    replace:
      '      const answer = state === "open" ? await look(block) : undefined;\n      wanted = false;\n      return answer;\n',
    caughtBy: {
      file: "test/gateway/live-feed.test.ts",
      sentence: "looks again for what is told while a look is under way",
      shows: /waited \d+ ms in vain for: look 2/,
    },
  },
];
