-- needs 0.1.0
-- What people say to the agents of a job while it works. task: an index; null: every agent of the job, as far as it is not over.
create table job_messages (
    job_id text not null,
    message_id text not null,
    task integer,
    user_id text not null,
    text text not null,
    interrupt integer not null,
    at integer not null,
    primary key (job_id, message_id)
) without rowid;

-- Agents that have taken it up.
create table job_messages_heard (
    job_id text not null,
    message_id text not null,
    task integer not null,
    primary key (job_id, message_id, task)
) without rowid;
