-- Which projections and tables made the rows of this schema: a hash that the build computes. No row before block 0.
-- Where it differs from the code that wants to go on, the read models are rebuilt from block 0 (gx replay).
create table read.version (
  one  boolean primary key default true check (one),
  hash text not null
);
