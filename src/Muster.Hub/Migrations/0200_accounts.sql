-- needs 0.1.0
-- Who may use this hub, and what proves it. Secrets are kept as SHA-256 only; times are Unix milliseconds.

create table users (
    id text primary key,
    username text not null,
    username_key text not null unique,
    role text not null,
    language text not null default 'en',
    password_hash text,
    active_node text,
    created_at integer not null
) without rowid;

create table claim_links (
    hash text primary key,
    expires_at integer not null
) without rowid;

create table signing_keys (
    kid text primary key,
    secret blob not null,
    created_at integer not null
) without rowid;

create table refresh_tokens (
    hash text primary key,
    family text not null,
    user_id text not null references users (id) on delete cascade,
    expires_at integer not null,
    used_at integer
) without rowid;
create index refresh_tokens_family on refresh_tokens (family);

create table sessions (
    hash text primary key,
    user_id text not null references users (id) on delete cascade,
    expires_at integer not null
) without rowid;

create table api_keys (
    id text primary key,
    user_id text not null references users (id) on delete cascade,
    hash text not null,
    name text not null,
    scopes text not null,
    created_at integer not null,
    revoked_at integer
) without rowid;

create table idempotency (
    user_id text not null,
    key text not null,
    request_hash text not null,
    status integer not null,
    body text not null,
    at integer not null,
    primary key (user_id, key)
) without rowid;
