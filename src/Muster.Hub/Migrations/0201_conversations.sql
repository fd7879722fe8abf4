-- needs 0.1.0
-- Conversations, their numbered threads, and the runs that answer them.

create table conversations (
    id text primary key,
    user_id text not null references users (id) on delete cascade,
    title text not null default '',
    node_id text,
    epoch integer not null default 1,
    last_number integer not null default 0,
    pending_kind text,
    pending_text text,
    pending_node text,
    created_at integer not null,
    updated_at integer not null
) without rowid;
create index conversations_user on conversations (user_id, updated_at);

create table thread_events (
    conversation_id text not null references conversations (id) on delete cascade,
    number integer not null,
    name text not null,
    json text not null,
    origin text not null default '',
    run_id text,
    primary key (conversation_id, number)
) without rowid;

-- state: accepted -> routed | steered | queued | waiting | answered
create table messages (
    id text primary key,
    conversation_id text not null references conversations (id) on delete cascade,
    user_id text not null,
    number integer not null,
    text text not null,
    channel text not null,
    interrupt integer not null,
    state text not null,
    run_id text,
    target text,
    work text
) without rowid;
create index messages_open on messages (conversation_id, state);
create index messages_waiting on messages (state) where state in ('accepted', 'waiting', 'queued', 'steered');

-- state: running -> stopping -> ended
create table runs (
    id text primary key,
    conversation_id text not null references conversations (id) on delete cascade,
    node_id text not null,
    message_id text not null,
    epoch integer not null,
    state text not null,
    outcome text,
    started_at integer not null,
    ended_at integer
) without rowid;
create index runs_open on runs (node_id, state) where state <> 'ended';
create index runs_conversation on runs (conversation_id, state);

create table node_seen (
    conversation_id text not null references conversations (id) on delete cascade,
    node_id text not null,
    number integer not null,
    primary key (conversation_id, node_id)
) without rowid;

create table node_stores (
    node_id text primary key,
    outbox_id text not null
) without rowid;

create table inbox (
    number integer primary key autoincrement,
    user_id text not null references users (id) on delete cascade,
    kind text not null,
    level text not null,
    text text not null,
    node text,
    conversation_id text,
    at integer not null,
    seen integer not null
);
create index inbox_user on inbox (user_id, seen, number);

create table approvals (
    id text primary key,
    conversation_id text not null references conversations (id) on delete cascade,
    run_id text not null,
    node_id text not null,
    node text not null,
    tool text not null,
    arguments text not null,
    folder text not null,
    reason text not null,
    state text not null,
    answered_by text,
    expires_at integer not null
) without rowid;
create index approvals_state on approvals (state, expires_at);

create table notes (
    id text primary key,
    user_id text not null references users (id) on delete cascade,
    text text not null,
    at integer not null
) without rowid;
create index notes_user on notes (user_id, at);
