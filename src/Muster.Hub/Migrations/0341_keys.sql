-- needs 0.1.0
-- What a key may spend, and how long it works. Times are Unix milliseconds, amounts micro-credits, days those since 1970.

alter table api_keys add column expires_at integer;
alter table api_keys add column used_at integer;
alter table api_keys add column budget integer;
alter table api_keys add column budget_day integer;
alter table api_keys add column budget_month integer;
create index api_keys_user on api_keys (user_id);

-- Submitting jobs has a scope of its own.
update api_keys set scopes = scopes || ' run' where ' ' || scopes || ' ' like '% spend %';

-- Holds that a key placed and that are still open: what they have not given back counts as spent.
create table key_holds (
    hold text not null,
    key_id text not null references api_keys (id) on delete cascade,
    micro integer not null,
    day integer not null,
    primary key (key_id, hold)
) without rowid;

-- What a key spent for good, by day.
create table key_days (
    key_id text not null references api_keys (id) on delete cascade,
    day integer not null,
    micro integer not null,
    primary key (key_id, day)
) without rowid;
