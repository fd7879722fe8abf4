-- needs 0.1.0
-- Calls that a person allowed for the rest of a conversation, by the SHA-256 of machine, tool, arguments and folder.
create table remembered_approvals (
    conversation_id text not null,
    call_digest     text not null,
    primary key (conversation_id, call_digest)
) without rowid;
