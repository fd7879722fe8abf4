-- needs 0.1.0
-- What the hub has settled about machines. Times are Unix milliseconds; 0: not measured.

create table node_standings (
    node text primary key references nodes (id) on delete cascade,
    gate text not null,
    cpu_score real not null,
    measured_at integer not null
) without rowid;
