-- What a trust score is made of. Nobody had relationships or loans before: the score was that of a new person.
alter table read."user" add column relationship_score integer;
alter table read."user" add column loan_adjustment integer;
alter table read."user" add column parents integer;
alter table read."user" add column spouses integer;
alter table read."user" add column siblings integer;
alter table read."user" add column children integer;
alter table read."user" add column friends integer;
update read."user" set relationship_score = trust_score, loan_adjustment = 0,
  parents = 0, spouses = 0, siblings = 0, children = 0, friends = 0;
alter table read."user" alter column relationship_score set not null;
alter table read."user" alter column loan_adjustment set not null;
alter table read."user" alter column parents set not null;
alter table read."user" alter column spouses set not null;
alter table read."user" alter column siblings set not null;
alter table read."user" alter column children set not null;
alter table read."user" alter column friends set not null;

-- Guardians: the list as it is now, and whom somebody is a guardian of. A row that is not active names a guardian of before.
alter table read."user" add column guardians uuid[];
update read."user" set guardians = '{}';
alter table read."user" alter column guardians set not null;
create table read.guardian (
  user_id     uuid not null,
  guardian_id uuid not null,
  active      boolean not null,
  position    text collate "C" not null,
  primary key (user_id, guardian_id)
);
create index guardian_by_guardian on read.guardian (guardian_id, active, position desc);

create index user_by_status on read."user" (status, position desc);
create index user_by_nationality_and_status on read."user" (nationality, status, position desc);

create table read.relationship (
  id           uuid primary key,
  subject_id   uuid not null,
  object_id    uuid not null,
  -- What the object is to the subject.
  type         text not null,
  status       text not null,
  requested_at timestamptz not null,
  decided_at   timestamptz,
  position     text collate "C" not null
);
-- Each relationship twice, once for each of the two: a person's list is read from one index.
create table read.relationship_party (
  relationship_id uuid not null,
  user_id         uuid not null,
  status          text not null,
  position        text collate "C" not null,
  primary key (relationship_id, user_id)
);
create index relationship_party_by_user on read.relationship_party (user_id, position desc);
create index relationship_party_by_user_and_status on read.relationship_party (user_id, status, position desc);

create table read.recovery_session (
  id           uuid primary key,
  user_id      uuid not null,
  initiator_id uuid not null,
  guardians    uuid[] not null,
  required     integer not null,
  -- EXPIRED is not stored: an OPEN session is that from expires_at on.
  status       text not null,
  opened_at    timestamptz not null,
  expires_at   timestamptz not null,
  position     text collate "C" not null
);
create index recovery_session_by_user on read.recovery_session (user_id, position desc);
create table read.recovery_confirmation (
  session_id  uuid not null,
  guardian_id uuid not null,
  position    text collate "C" not null,
  primary key (session_id, guardian_id)
);

-- Who asked to become a user, and what was decided: off chain, so it survives a rebuild of the read models.
create table app.registration (
  -- `sub` of the person's token; the user id on the ledger.
  id             uuid primary key,
  display_name   text not null,
  email          text not null,
  birth_date     date not null,
  nationality    text not null,
  biometric_hash text not null,
  -- Of the documents that were shown.
  evidence_hash  text,
  -- ACTIVE is not stored: it means that the ledger has the user.
  state          text not null default 'REGISTERED'
                 check (state in ('REGISTERED', 'PENDING_ADMIN_APPROVAL', 'APPROVED_PENDING_ONCHAIN', 'DENIED')),
  registered_at  timestamptz not null default now(),
  submitted_at   timestamptz,
  -- Text order is the order of (submitted_at, id).
  place          text collate "C" unique,
  reviewed_at    timestamptz,
  reviewed_by    uuid,
  denial_reason  text
);
create index registration_by_state on app.registration (state, place desc);
-- How the ledger answered for a person.
create index command_create_user on app.command ((input ->> 'userId')) where name = 'identity.createUser';
