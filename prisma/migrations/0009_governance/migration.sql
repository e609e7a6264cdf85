-- Proposals and votes.
create table read.proposal (
  id              uuid primary key,
  parameter_id    text not null,
  current_value   bigint not null,
  new_value       bigint not null,
  title           text not null,
  proposer_id     uuid not null,
  -- The thresholds that held when it was submitted.
  quorum_votes    integer not null,
  approval_bps    integer not null,
  voter_min_trust integer not null,
  -- Numbers of its rows of votes.
  votes_for       bigint not null,
  votes_against   bigint not null,
  status          text not null,
  failure_reason  text,
  submitted_at    timestamptz not null,
  ends_at         timestamptz not null,
  position        text collate "C" not null unique
);
create index proposal_by_status on read.proposal (status, position desc);
create index proposal_by_parameter on read.proposal (parameter_id, status, position desc);

create table read.vote (
  -- <proposal id>~<voter id>: one vote per proposal and voter.
  id          text primary key,
  proposal_id uuid not null,
  voter_id    uuid not null,
  support     boolean not null,
  at          timestamptz not null,
  position    text collate "C" not null
);
create index vote_by_proposal on read.vote (proposal_id, position desc);
create index vote_by_voter on read.vote (voter_id, position desc);
