-- needs 0.1.0
-- Who did what. Each entry holds the hash of the one before, so that none can be changed or taken out unnoticed.

create table audit (
    number integer primary key,
    at integer not null,
    user_id text not null,
    username text not null,
    credential text not null,
    address text not null,
    action text not null,
    subject text not null,
    outcome text not null,
    detail text not null,
    previous text not null,
    hash text not null
);
create index audit_user on audit (user_id, number);

-- The newest entry: without it the end could be cut off.
create table audit_head (
    id integer primary key,
    number integer not null,
    hash text not null
);
insert into audit_head (id, number, hash) values (1, 0, '');
