-- needs 0.1.0
-- Files that copies bring, for as long as they are not whole: the name until then, in the folder of the path that they are for.
create table copy_parts (
    temporary text primary key,
    path text not null
) without rowid;
