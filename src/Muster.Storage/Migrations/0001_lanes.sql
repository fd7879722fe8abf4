-- needs 0.1.0
-- Reliable frames that wait for a peer, and what a peer's frames have already done here.

create table outbox_peers (
    peer text primary key,
    outbox_id text not null
) without rowid;

create table outbox_state (
    peer text not null references outbox_peers (peer) on delete cascade,
    lane integer not null,
    next_seq integer not null,
    forgotten integer not null,
    primary key (peer, lane)
) without rowid;

create table outbox_frames (
    peer text not null,
    lane integer not null,
    seq integer not null,
    body blob not null,
    primary key (peer, lane, seq)
) without rowid;

create table inbox_state (
    peer text not null,
    outbox_id text not null,
    lane integer not null,
    applied integer not null,
    primary key (peer, lane)
) without rowid;
