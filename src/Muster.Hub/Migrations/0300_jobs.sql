-- needs 0.1.0
-- The pool: its jobs, the tasks that were leased at least once, and what it shares itself out by. Times are Unix milliseconds,
-- amounts micro-credits, states the numbers of docs/task-states.md.

create table pools (
    id integer primary key,
    epoch integer not null,
    next_job integer not null,
    next_batch integer not null,
    seed integer not null
);

create table jobs (
    number integer primary key,
    id text not null unique,
    owner text not null,
    name text not null,
    state integer not null,
    reason text,
    priority integer not null,
    submitted_at integer not null,
    started_at integer,
    ended_at integer,
    version integer not null,
    task_count integer not null,
    running integer not null,
    verifying integer not null,
    succeeded integer not null,
    failed integer not null,
    cancelled integer not null,
    expired integer not null,
    skipped integer not null,
    hold integer not null,
    hold_rest integer not null,
    spent integer not null,
    paused_at integer,
    hold_number integer not null,
    live integer not null,
    plan blob not null
);
create index jobs_owner on jobs (owner, number);
create index jobs_live on jobs (live) where live = 1;

-- A task without a row has never been leased: its job says what it is.
create table tasks (
    job integer not null,
    idx integer not null,
    state integer not null,
    version integer not null,
    open integer not null,
    attempt integer not null,
    detail blob not null,
    result blob,
    primary key (job, idx)
) without rowid;

-- Inputs of function tasks, some hundred to a row.
create table task_payloads (
    job integer not null,
    first integer not null,
    body blob not null,
    primary key (job, first)
) without rowid;

create table pool_owners (
    user_id text primary key,
    usage real not null,
    at integer not null
) without rowid;

create table pool_trust (
    node text primary key,
    level integer not null,
    streak integer not null
) without rowid;

create table receipt_batches (
    number integer primary key,
    node text not null,
    root blob not null,
    signature blob not null,
    leaves blob not null,
    at integer not null
);
