-- needs 0.1.0
-- The credential that a schedule was made with may submit jobs, so that what it starts may, too.
alter table schedules add column may_run integer not null default 0;

-- Whether something of a schedule goes on is asked when it is removed.
create index messages_schedule on messages (schedule_id, run_id) where schedule_id is not null;
