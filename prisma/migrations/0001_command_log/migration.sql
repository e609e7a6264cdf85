-- The command log: what callers were promised. Survives every rebuild of the read models.
create schema if not exists app;

-- Order of acceptance. One sequence for all queues (protocol.md 12).
create sequence app.command_seq as bigint;

create table app.command (
  id              uuid primary key,
  seq             bigint not null unique default nextval('app.command_seq'),
  actor           uuid not null,
  -- The caller's idempotency key; the commands of one list request share it and are told apart by part.
  request_key     text not null,
  part            integer not null default 0,
  -- sha256 of command and canonical input of the whole request, hex.
  content_hash    text not null,
  domain          text not null,
  name            text not null,
  role            text not null,
  input           jsonb not null,
  lanes           text[] not null,
  weight          integer not null,
  -- Bytes of the command inside a batch.
  size            integer not null,
  request_id      text,
  status          text not null default 'ACCEPTED'
                  check (status in ('ACCEPTED', 'SUBMITTED', 'COMMITTED', 'REFUSED', 'FAILED')),
  -- Submissions so far; every change of a submission's state is conditional on it.
  attempt         integer not null default 0,
  -- Attempts that count towards the limit of protocol.md 14.
  failures        integer not null default 0,
  last_error      text,
  accepted_at     timestamptz not null default now(),
  submitted_at    timestamptz,
  -- Of the latest submission until the projector sets the outcome's.
  tx_id           text,
  -- From here on: written by the projector alone, together with the block's rows.
  committed_at    timestamptz,
  block           bigint,
  tx_index        integer,
  batch_index     integer,
  code            text,
  event_names     text[],
  incomplete      boolean not null default false,
  unique (actor, request_key, part)
);

create index command_open on app.command (role, seq) where status in ('ACCEPTED', 'SUBMITTED');
create index command_by_actor on app.command (actor, seq desc);
create index command_by_status on app.command (status, seq desc);

-- The chain that this database belongs to: hash of block 0. Another chain behind the same address is refused.
create table app.chain (
  one          boolean primary key default true check (one),
  channel      text not null,
  genesis_hash text not null
);
