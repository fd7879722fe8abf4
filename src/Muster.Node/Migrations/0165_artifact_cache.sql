-- needs 0.1.0
-- Artifacts that this node keeps below cache/, named by their hash; used_at is Unix milliseconds.
create table artifact_cache (
    sha256 blob primary key,
    size integer not null,
    used_at integer not null
) without rowid;
