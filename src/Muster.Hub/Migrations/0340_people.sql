-- needs 0.1.0
-- Further people: how they come in, what their sign-ins and keys may do, who may use which machine. Times are Unix milliseconds,
-- amounts micro-credits, secrets SHA-256 only.

alter table users add column email text;
alter table users add column email_key text;
alter table users add column disabled_at integer;
create unique index users_email on users (email_key) where email_key is not null;

-- One row for each place where somebody is signed in; tokens and cookies belong to one and end with it.
create table sign_ins (
    id text primary key,
    user_id text not null references users (id) on delete cascade,
    kind text not null,
    address text not null,
    program text not null,
    created_at integer not null,
    used_at integer not null,
    expires_at integer not null
) without rowid;
create index sign_ins_user on sign_ins (user_id, used_at);

-- A family of refresh tokens is a sign-in. What was signed in before has none, and signs in again.
delete from refresh_tokens;
delete from sessions;
alter table sessions add column sign_in text;
create index sessions_sign_in on sessions (sign_in);

create table invites (
    id text primary key,
    hash text not null unique,
    role text not null,
    email text,
    made_by text not null,
    created_at integer not null,
    expires_at integer not null,
    used_by text
) without rowid;

create table password_resets (
    hash text primary key,
    user_id text not null references users (id) on delete cascade,
    expires_at integer not null
) without rowid;

-- Who besides its owner may run tasks on a machine, or manage it; who may ask it is in node_users.
create table node_rights (
    node text not null references nodes (id) on delete cascade,
    "user" text not null,
    verb text not null,
    primary key (node, "user", verb)
) without rowid;
