-- Organizations, their rules and multi-signature transactions; who is concerned by the accounts of organizations.

-- ---------------------------------------------------------------- organization
create table read.organization (
  id           uuid primary key,
  name         text not null,
  type         text not null,
  country      text not null,
  status       text not null,
  lock_reason  text,
  -- In the order of the proposal.
  stakeholders uuid[] not null,
  endorsements uuid[] not null,
  proposer_id  uuid not null,
  proposed_at  timestamptz not null,
  activated_at timestamptz,
  position     text collate "C" not null unique
);
-- A list with any of its three filters is a walk of one index.
create index organization_by_type on read.organization (type, position desc);
create index organization_by_status on read.organization (status, position desc);
create index organization_by_country on read.organization (country, position desc);
create index organization_by_type_and_status on read.organization (type, status, position desc);
create index organization_by_country_and_type on read.organization (country, type, position desc);
create index organization_by_country_and_status on read.organization (country, status, position desc);
create index organization_by_all on read.organization (country, type, status, position desc);

create table read.stakeholder (
  organization_id uuid not null,
  user_id         uuid not null,
  -- The organization's.
  position        text collate "C" not null,
  primary key (organization_id, user_id)
);
create index stakeholder_by_user on read.stakeholder (user_id, position desc);

-- At most ten of an organization.
create table read.auth_rule (
  organization_id    uuid not null,
  rule_id            text not null,
  amount_above       bigint not null,
  required_approvers integer not null,
  approver_group     uuid[] not null,
  primary key (organization_id, rule_id)
);

create table read.multi_sig_tx (
  id              uuid primary key,
  organization_id uuid not null,
  initiator_id    uuid not null,
  to_id           text not null,
  amount          bigint not null,
  remark          text,
  rule_id         text not null,
  required        integer not null,
  approver_group  uuid[] not null,
  approvals       uuid[] not null,
  status          text not null,
  failure_code    text,
  created_at      timestamptz not null,
  decided_at      timestamptz,
  position        text collate "C" not null unique
);
create index multi_sig_tx_by_organization on read.multi_sig_tx (organization_id, position desc);
create index multi_sig_tx_by_status on read.multi_sig_tx (organization_id, status, position desc);

-- One row for each of the group of a transaction; waiting: it is pending, and this one has not approved.
create table read.approval (
  multi_sig_tx_id uuid not null,
  user_id         uuid not null,
  waiting         boolean not null,
  -- The transaction's.
  position        text collate "C" not null,
  primary key (multi_sig_tx_id, user_id)
);
create index approval_by_user on read.approval (user_id, waiting, position desc);

-- ---------------------------------------------------------------- tokenomics and tax
-- Who is concerned by the account of an organization: its stakeholders.
create table read.account_persons (
  id      text primary key,
  persons uuid[] not null
);
create table read.taxpayer_persons (
  id      text primary key,
  persons uuid[] not null
);
-- Type of an organization; null for persons.
alter table read.tax_account add column organization_type text;
