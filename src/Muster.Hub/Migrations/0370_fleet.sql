-- needs 0.1.0
-- Runs on the hub that ask many machines at once, until they are over.
create table hub_fleets (
    run_id text primary key references runs (id) on delete cascade
) without rowid;

-- Machines that worked for a message by a task and not by a run, for what is taken back later.
create table fleet_nodes (
    conversation_id text not null references conversations (id) on delete cascade,
    message_id text not null,
    node_id text not null,
    primary key (conversation_id, message_id, node_id)
) without rowid;
