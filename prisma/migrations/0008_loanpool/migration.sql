-- Loans, what was repaid, and what the loan pool needs to know of borrowers and of itself.

create table read.loan (
  id               uuid primary key,
  borrower_id      uuid not null,
  amount           bigint not null,
  -- 0 until the loan is approved.
  outstanding      bigint not null,
  status           text not null,
  collateral_hash  text not null,
  purpose_hash     text,
  applied_at       timestamptz not null,
  approved_at      timestamptz,
  due_at           timestamptz,
  -- When it was rejected, or repaid as a whole.
  closed_at        timestamptz,
  decided_by       uuid,
  rejection_reason text,
  position         text collate "C" not null unique
);
create index loan_by_borrower on read.loan (borrower_id, position desc);
create index loan_by_borrower_and_status on read.loan (borrower_id, status, position desc);
create index loan_by_status on read.loan (status, position desc);

create table read.repayment (
  position    text collate "C" primary key,
  loan_id     uuid not null,
  amount      bigint not null,
  -- Of the loan, after it.
  outstanding bigint not null,
  at          timestamptz not null
);
create index repayment_by_loan on read.repayment (loan_id, position desc);

-- What decides whether a user may ask for a loan.
create table read.borrower (
  id          uuid primary key,
  status      text not null,
  trust_score integer not null,
  frozen      boolean not null
);

-- The one loan pool: counters that are kept, so that nobody sums up loans.
create table read.loan_pool (
  id           text primary key check (id = 'LOAN'),
  -- Balance of the pool's account: stored part and unfolded credits.
  stored       bigint not null,
  pending      bigint not null,
  minted       bigint not null,
  -- Sum of what is outstanding.
  lent         bigint not null,
  active_loans bigint not null,
  -- The trust that a borrower needs.
  min_trust    bigint not null,
  paused       boolean not null
);
