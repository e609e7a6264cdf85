-- Commands by signing role and domain: a list of one of the two is merged from the pairs that exist.
create index command_by_queue on app.command (role, domain, seq desc);
create index command_by_queue_and_status on app.command (role, domain, status, seq desc);
create index command_by_actor_and_status on app.command (actor, status, seq desc);

-- A span of time as a span of blocks. Times of transactions need not ascend, so the latest time so far is what ascends:
-- one row for each minute that it reached, with the first block in which it did.
create table read.clock (
  at    timestamptz primary key,
  block bigint not null
);
-- The latest time of any event, and by how many seconds a later event was behind it, at most.
alter table read.checkpoint add column latest timestamptz;
alter table read.checkpoint add column behind bigint not null default 0;
