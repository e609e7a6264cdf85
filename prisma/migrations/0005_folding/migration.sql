-- Folding: credits are marked by the transaction that made them, and found while they wait.
alter table read.delta add column tx_id text;
alter table read.delta add column at timestamptz;
update read.delta d set tx_id = split_part(d.delta_key, '~', 1), at = e.at
  from read.event e
  where e.name = 'AccountCredited' and e.payload ->> 'accountId' = d.account_id and e.payload ->> 'deltaKey' = d.delta_key;
alter table read.delta alter column tx_id set not null;
alter table read.delta alter column at set not null;
alter table read.delta drop constraint delta_pkey;
-- One index for a row and for all rows of a transaction; tx_id is the part of delta_key before the tilde.
alter table read.delta add primary key (account_id, tx_id, delta_key);
-- What waits to be folded, oldest first. It stays small.
create index delta_unfolded on read.delta (account_id, at) where not folded;
