-- needs 0.1.0
-- Artifacts: files that are named by their SHA-256, who may read them, and uploads that are not over. Times are Unix milliseconds.

-- file: below artifacts/ in the hub's home. One that is stored anew gets another name, so that clearing away cannot meet storing.
create table artifacts (
    sha256 blob primary key,
    size integer not null,
    file text not null,
    at integer not null
) without rowid;

-- holder: user:ID, job:NUMBER, attempt:JOB/TASK/ATTEMPT or copy:ID. Without an expiry a reference lasts until it is taken away.
create table artifact_refs (
    sha256 blob not null references artifacts (sha256),
    holder text not null,
    job integer,
    at integer not null,
    expires_at integer,
    primary key (sha256, holder)
) without rowid;
create index artifact_refs_holder on artifact_refs (holder);
create index artifact_refs_expiry on artifact_refs (expires_at) where expires_at is not null;
create index artifact_refs_job on artifact_refs (job) where job is not null;

-- sha256: of the artifact that it became, for a sender who did not hear of it.
create table artifact_uploads (
    id text primary key,
    holder text not null,
    length integer,
    at integer not null,
    sha256 blob,
    size integer
) without rowid;
create index artifact_uploads_holder on artifact_uploads (holder);
