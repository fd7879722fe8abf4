-- needs 0.1.0
-- Coding sessions: a project folder with its agent, which knows its own conversation by agent_session.
create table coding_sessions (
    id            text primary key,
    root          text not null, -- the working folder that it belongs to: a machine may be started in another one
    project       text not null,
    folder        text not null,
    agent         text not null,
    agent_session text not null,
    user_id       text not null,
    conversation_id text not null,
    state         text not null check (state in ('open', 'closed')),
    created_at    text not null,
    used_at       text not null
) without rowid;

-- Which session a conversation speaks of, and whether all that is said there goes to it.
create table coding_conversations (
    conversation_id text primary key,
    session_id      text not null references coding_sessions (id) on delete cascade,
    direct          integer not null check (direct in (0, 1))
) without rowid;
