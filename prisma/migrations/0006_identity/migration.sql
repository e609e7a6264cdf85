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
