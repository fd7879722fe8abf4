-- needs 0.1.0
-- What became of the steps of a plan that failed: planned anew, once.
alter table hub_plans add column again text;
