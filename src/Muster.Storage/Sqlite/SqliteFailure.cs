using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Muster.Storage.Sqlite;

/// <summary>SQLite's result codes as sentences for a person.</summary>
internal static class SqliteFailure
{
    /// <summary>True where the store itself is in trouble, not the statement that met it.</summary>
    public static bool IsOfStore(SqliteException error) => error.SqliteErrorCode is
        raw.SQLITE_FULL or raw.SQLITE_IOERR or raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB
        or raw.SQLITE_READONLY or raw.SQLITE_CANTOPEN or raw.SQLITE_BUSY or raw.SQLITE_PERM or raw.SQLITE_NOMEM;

    public static StorageException Describe(string path, SqliteException error) => new(Sentence(path, error), error);

    /// <summary>The index of the log is a file of its own, and one that cannot grow is told as a failure of the disk.</summary>
    private static bool IsFull(SqliteException error) => error.SqliteErrorCode == raw.SQLITE_FULL || error.SqliteExtendedErrorCode == raw.SQLITE_IOERR_SHMSIZE;

    private static string Sentence(string path, SqliteException error) => error.SqliteErrorCode switch
    {
        _ when IsFull(error) =>
            $"The disk that holds {path} is full: free some space.",
        raw.SQLITE_NOTADB =>
            $"The file {path} is not a Muster database: move it away to start anew, or put a backup in its place.",
        raw.SQLITE_CORRUPT =>
            $"The database {path} is damaged: stop Muster and put a backup in its place (muster restore).",
        raw.SQLITE_READONLY or raw.SQLITE_PERM =>
            $"The database {path} cannot be written: check that its disk is mounted read-write and that the file belongs to the user who runs Muster.",
        raw.SQLITE_CANTOPEN =>
            $"The database {path} cannot be opened: check that its folder exists and belongs to the user who runs Muster.",
        raw.SQLITE_BUSY =>
            $"The database {path} is held by another program: stop that program (a backup tool, a database viewer) and try again.",
        raw.SQLITE_IOERR =>
            $"The disk that holds {path} fails to read or write (SQLite {error.SqliteExtendedErrorCode}): check the disk; Muster goes on when it answers again.",
        _ => $"The database {path} could not do this: {error.Message}",
    };
}
