-- needs 0.1.0
-- The attempt of a plan's step that asks, as job/task/attempt; empty: a run does.
alter table approvals add column attempt text not null default '';
create index approvals_attempt on approvals (attempt, state);
