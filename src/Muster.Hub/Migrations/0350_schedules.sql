-- needs 0.1.0
-- Reminders and instructions for a time, or for times that come again.

-- state: active <-> paused -> ended; all times in milliseconds since 1970
create table schedules (
    id text primary key,
    user_id text not null references users (id) on delete cascade,
    conversation_id text references conversations (id) on delete set null,
    node_id text,
    session text,
    kind text not null,
    text text not null,
    chinese integer not null,
    rule text not null,
    every_seconds integer,
    cron text,
    zone text not null,
    next_at integer,
    runs integer not null default 0,
    max_runs integer,
    state text not null,
    last_at integer,
    last_outcome text,
    inbox_number integer,
    message_id text,
    created_at integer not null
) without rowid;
create index schedules_due on schedules (next_at) where state = 'active';
create index schedules_user on schedules (user_id, id);
create index schedules_conversation on schedules (conversation_id);
