-- needs 0.1.0
-- What the runs of the hub's own assistant did so far, so that a hub that is killed goes on with them.

create table hub_journal (
    run_id text not null references runs (id) on delete cascade,
    number integer not null,
    record text not null,
    primary key (run_id, number)
) without rowid;

-- Whether the credential that a message came with may submit jobs, as a plan does.
alter table messages add column may_run integer not null default 0;

-- Plans that run in conversations; without a plan while it is being made.
create table hub_plans (
    run_id text primary key references runs (id) on delete cascade,
    plan text,
    job_id text
) without rowid;
