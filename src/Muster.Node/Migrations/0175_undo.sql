-- needs 0.1.0
-- What tools changed for which message: a file as it was before, or a call whose effect stays. Contents lie beside, by their hash.
create table undo_entries (
    number          integer primary key autoincrement,
    conversation_id text not null,
    message_id      text not null,
    call_id         text not null,
    path            text,
    stays           text,
    before_hash     text,
    before_size     integer not null default 0,
    not_kept        text,
    folder          text,
    after_hash      text,
    at              integer not null,
    unique (message_id, call_id)
);
create index undo_entries_by_conversation on undo_entries (conversation_id, number);
create index undo_entries_by_hash on undo_entries (before_hash) where before_hash is not null;
