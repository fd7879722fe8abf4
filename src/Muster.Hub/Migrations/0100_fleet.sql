-- needs 0.1.0
-- Machines that may connect, and the tokens that let one in. Times are Unix milliseconds.

create table fleet_hub (
    hub_id text primary key
) without rowid;

create table nodes (
    id text primary key,
    name text not null,
    name_key text not null unique,
    dialect text not null,
    owner text not null,
    public_key blob,
    credential_hash blob,
    machine_id text,
    facts text not null,
    created_at integer not null,
    last_seen integer
) without rowid;

create table node_users (
    node text not null references nodes (id) on delete cascade,
    "user" text not null,
    primary key (node, "user")
) without rowid;

create table enrolments (
    secret_hash blob primary key,
    owner text not null,
    name text,
    node text references nodes (id) on delete cascade,
    expires_at integer not null
) without rowid;
