-- The read models: what the projector derives from the blocks, and nothing else. May be dropped and rebuilt from block 0.
-- position = block, transaction, command and event, zero-padded, so that text order is ledger order.
create schema if not exists read;

create table read.checkpoint (
  one        boolean primary key default true check (one),
  -- The last block that was projected; -1 before block 0.
  block      bigint not null,
  -- Header hash of that block, hex.
  block_hash text not null,
  -- Timestamp of its last valid transaction.
  block_time timestamptz
);
insert into read.checkpoint (block, block_hash) values (-1, '');

-- How far the chain is and how late the rows are, as the projector last saw it. The one table that is not derived from
-- blocks: it holds clock time, is lost in a crash and is not part of any comparison.
create unlogged table read.chain_head (
  one     boolean primary key default true check (one),
  -- Number of blocks of the chain: the last one has the number height - 1.
  height  bigint not null,
  -- Age of the oldest block that is not projected, 0 when none is.
  lag_ms  bigint not null,
  seen_at timestamptz not null
);

-- Every decoded event, as it stands in its block.
create table read.event (
  position   text collate "C" primary key,
  block      bigint not null,
  tx_id      text not null,
  command_id uuid not null,
  domain     text not null,
  name       text not null,
  at         timestamptz not null,
  payload    jsonb not null
);
create index event_by_command on read.event (command_id);

-- What did not decode, raw. Mend the decoder, then rebuild.
create table read.quarantine (
  position   text collate "C" primary key,
  block      bigint not null,
  tx_id      text not null,
  command_id uuid,
  reason     text not null,
  detail     text not null,
  raw        bytea not null
);

-- ---------------------------------------------------------------- identity
create table read."user" (
  id              uuid primary key,
  nationality     text not null,
  age_years       integer not null,
  status          text not null,
  lock_reason     text,
  trust_score     integer not null,
  genesis_outcome text not null,
  created_at      timestamptz not null,
  position        text collate "C" not null unique
);
create index user_by_nationality on read."user" (nationality, position desc);

create table read.residence (
  country   text primary key,
  residents bigint not null
);

-- ---------------------------------------------------------------- tokenomics
create table read.wallet (
  id            text primary key,
  kind          text not null,
  -- USER: user id; ORGANIZATION: organization id; TREASURY: country code; SYSTEM: null.
  owner_id      text,
  stored        bigint not null,
  -- Sum of the unfolded deltas.
  pending       bigint not null,
  frozen        boolean not null,
  freeze_reason text
);
-- Supply reads the few hundred accounts that are nobody's.
create index wallet_by_kind on read.wallet (kind);

create table read.delta (
  account_id text not null,
  delta_key  text not null,
  amount     bigint not null,
  folded     boolean not null default false,
  primary key (account_id, delta_key)
);

create table read.pool (
  id      text primary key,
  ordinal integer not null,
  cap     bigint not null,
  -- Minted = stored + pending: the two genesis counters are credited by deltas, the others are set.
  stored  bigint not null,
  pending bigint not null
);

create table read.genesis (
  user_id uuid primary key,
  country text not null,
  phase   integer not null,
  amount  bigint not null,
  at      timestamptz not null
);

-- Signed lines of account statements: GraphQL Transaction.
create table read.entry (
  id              text primary key,
  wallet_id       text not null,
  type            text not null,
  -- Signed: below 0 went out.
  amount          bigint not null,
  counterparty_id text,
  remark          text,
  command_id      uuid not null,
  tx_id           text not null,
  block           bigint not null,
  at              timestamptz not null,
  position        text collate "C" not null
);
create index entry_by_wallet on read.entry (wallet_id, position desc);
create index entry_by_wallet_and_type on read.entry (wallet_id, type, position desc);

-- ---------------------------------------------------------------- admin
create table read.system (
  id              text primary key check (id = 'system'),
  profile         text not null,
  operator_msp    text not null,
  bootstrapped_at timestamptz not null,
  paused          boolean not null,
  pause_reason    text,
  paused_at       timestamptz,
  countries       integer not null,
  units           bigint not null
);

create table read.parameter (
  id         text primary key,
  value      bigint not null,
  updated_at timestamptz not null
);

create table read.parameter_change (
  position       text collate "C" primary key,
  parameter_id   text not null,
  value          bigint not null,
  previous_value bigint,
  source         text not null,
  command_id     uuid not null,
  at             timestamptz not null
);

create table read.country (
  code            text primary key,
  name            text not null,
  region          text,
  units           bigint not null,
  -- Slots of phases 1 to 6.
  slots           bigint[] not null,
  treasury_status text not null,
  position        text collate "C" not null unique
);
create index country_by_region on read.country (region, position desc);

create table read.slot_use (
  country text not null,
  phase   integer not null,
  used    bigint not null,
  primary key (country, phase)
);

create table read.admin_appointment (
  id           uuid primary key,
  status       text not null,
  appointed_by uuid not null,
  appointed_at timestamptz not null,
  revoked_at   timestamptz,
  reason       text,
  position     text collate "C" not null
);

-- users, usersPhase1 to usersPhase6, organizations, countries
create table read.counter (
  name  text primary key,
  value bigint not null
);

-- ---------------------------------------------------------------- tax
create table read.fee (
  position   text collate "C" primary key,
  payer      text not null,
  amount     bigint not null,
  kind       text not null,
  scope      text,
  rate_bps   integer not null,
  command_id uuid not null,
  at         timestamptz not null
);
create index fee_by_payer on read.fee (payer, position desc);

-- What fees and the tax need to know of an account.
create table read.tax_account (
  id          text primary key,
  country     text not null,
  balance     bigint not null,
  timer_start timestamptz,
  exempt      boolean not null
);

create table read.rate (
  parameter_id text primary key,
  value        bigint not null
);
