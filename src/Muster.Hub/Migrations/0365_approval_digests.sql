-- needs 0.1.0
-- What is decided about, so that a yes is to that alone.
alter table approvals add column preview text not null default '';
alter table approvals add column digest text not null default '';
alter table approvals add column remember integer not null default 0;
