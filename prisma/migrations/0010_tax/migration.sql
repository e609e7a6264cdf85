-- Assessments of the velocity tax, redistributions, and accounts in the order in which their timers started.

create table read.tax_assessment (
  -- Of the command.
  id                   uuid primary key,
  account_id           text not null,
  country              text not null,
  rate_bps             integer not null,
  balance_before       bigint not null,
  tax                  bigint not null,
  treasury_share       bigint not null,
  redistribution_share bigint not null,
  at                   timestamptz not null,
  position             text collate "C" not null unique
);
create index tax_assessment_by_account on read.tax_assessment (account_id, position desc);

create table read.redistribution (
  -- Of the command.
  id              uuid primary key,
  recipient_count integer not null,
  share           bigint not null,
  total           bigint not null,
  remainder       bigint not null,
  at              timestamptz not null,
  position        text collate "C" not null unique
);

-- Second in which the timer started, padded with zeros, and the position of the event: accounts that are due stand together.
alter table read.tax_account add column timer_key text collate "C";
create index tax_account_by_timer on read.tax_account (exempt, timer_key desc);
