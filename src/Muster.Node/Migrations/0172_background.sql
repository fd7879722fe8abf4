-- needs 0.1.0
-- Tool calls that went on after they had answered. state: running -> ended (its result is being brought) -> told. Times are Unix milliseconds.
-- job, task, attempt: its place in the pool, once the hub has said it.
create table background_tasks (
    job_id          text primary key,
    run_id          text not null,
    call_id         text not null,
    conversation_id text not null,
    user_id         text not null,
    epoch           integer not null,
    language        text not null,
    tool            text not null,
    line            text not null,
    follow          text not null,
    started_at      integer not null,
    max_seconds     real not null,
    state           text not null check (state in ('running', 'ended', 'told')),
    outcome         text not null default '',
    exit_code       integer not null default 0,
    error           text not null default '',
    ended_at        integer,
    job             integer,
    task            integer,
    attempt         integer
) without rowid;
create index background_open on background_tasks (state) where state <> 'told';
create index background_conversation on background_tasks (conversation_id, started_at);
