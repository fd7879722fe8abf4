-- needs 0.1.0
-- A run is a Forward that this node has taken; it is kept until it has ended, its journal with it.
create table runs (
    run_id          text primary key,
    conversation_id text not null,
    epoch           integer not null,
    forward         blob not null,
    state           text not null check (state in ('running', 'ended')),
    created_at      text not null
);
create index runs_by_state on runs (state) where state = 'running';

create table journal (
    run_id text not null references runs (run_id) on delete cascade,
    number integer not null,
    record text not null,
    primary key (run_id, number)
) without rowid;

-- What the agent knows of a conversation; the hub's thread can rebuild it.
create table context_messages (
    conversation_id text not null,
    position        integer not null,
    message         text not null,
    primary key (conversation_id, position)
) without rowid;

-- Stops that were asked for: a Forward of this epoch or an older one is refused.
create table stopped_conversations (
    conversation_id text primary key,
    epoch           integer not null
) without rowid;

-- Messages that came for a run while it worked; kept until it ends, so that a crash loses none.
create table run_steers (
    run_id     text not null references runs (run_id) on delete cascade,
    message_id text not null,
    steer      blob not null,
    primary key (run_id, message_id)
) without rowid;
