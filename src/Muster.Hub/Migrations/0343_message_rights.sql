alter table messages add column may_approve integer not null default 0;
