-- needs 0.1.0
-- How much of what a hold had captured came out of the bonus, so that what is given back goes to where it came from.

alter table ledger_holds add column bonus_captured integer not null default 0;
