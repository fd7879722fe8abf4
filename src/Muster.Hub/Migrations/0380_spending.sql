-- needs 0.1.0
-- What conversations and schedules may spend, what their runs set aside for models, and which runs wait for more. Amounts are micro-credits.

-- The key that a message was sent with, and the schedule that it comes from: they pay for it too.
alter table messages add column key_id text;
alter table messages add column schedule_id text;

-- The key that a schedule was made with.
alter table schedules add column key_id text;

-- scope: the id of a conversation or schedule. spent: what was taken for good, without jobs. No limit while max is null.
create table spending_limits (
    scope text primary key,
    max integer,
    spent integer not null default 0
) without rowid;

-- Holds of jobs that were submitted for a scope: what they have not given back counts as spent.
create table spending_holds (
    scope text not null,
    hold text not null,
    micro integer not null,
    primary key (scope, hold)
) without rowid;

-- Calls of models of the runs that go on; open while settled is null. hold: the ledger's, where the model is another's.
create table spending_calls (
    id text primary key,
    run_id text not null,
    reserved integer not null,
    settled integer,
    hold text,
    payee text
) without rowid;
create index spending_calls_run on spending_calls (run_id);

-- Whose limits a call counts against: conversations, schedules and keys.
create table spending_shares (
    call_id text not null references spending_calls (id) on delete cascade,
    scope text not null,
    primary key (scope, call_id)
) without rowid;
create index spending_shares_call on spending_shares (call_id);

-- reason: what they were told to wait for, so that it is told once.
create table spending_waits (
    run_id text primary key,
    reason text not null,
    since integer not null
) without rowid;
