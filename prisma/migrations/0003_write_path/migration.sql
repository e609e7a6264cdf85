-- Leadership with a number: it goes up with every new leader, and whatever a leader changes is conditional on its own.
create table app.leadership (
  name    text primary key,
  number  bigint not null,
  -- The leader's last sign of life, database time.
  beat_at timestamptz not null,
  -- Makes a change of the number a change of a key: it waits for those who hold the row FOR KEY SHARE. A beat does not.
  unique (name, number)
);

-- When the job of an accepted command is added again, and how often it was.
alter table app.command add column next_sweep_at timestamptz;
alter table app.command add column sweeps integer not null default 0;
