-- needs 0.1.0
-- Attempts that the hub gave to this node. An ended one is remembered for a day, so that it is never begun twice.

create table attempts (
    job integer not null,
    task integer not null,
    attempt integer not null,
    lease blob not null,
    work blob not null,
    began_at integer not null,
    ended_at integer,
    primary key (job, task, attempt)
) without rowid;
create index attempts_ended on attempts (ended_at) where ended_at is not null;

create table pool_epoch (
    epoch integer primary key
) without rowid;
