-- needs 0.1.0
-- What somebody waits for, so that it can be said what would let it go on. Both are null where too few credits are there, and for who waited before.

-- scope: the conversation, schedule or task whose limit it is. micro: what the next call may cost.
alter table spending_waits add column scope text;
alter table spending_waits add column micro integer;
