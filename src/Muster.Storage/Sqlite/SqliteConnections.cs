using Microsoft.Data.Sqlite;

namespace Muster.Storage.Sqlite;

/// <summary>How every connection to the file is opened and set up.</summary>
internal static class SqliteConnections
{
    /// <summary>
    /// The log is folded into the file after 16 MB rather than SQLite's 4: pages that every commit changes are then written there
    /// a quarter as often.
    /// </summary>
    public static SqliteConnection OpenWriter(SqliteOptions options)
    {
        PrepareFile(options.Path);
        return Open(options.Path, $"pragma journal_mode = wal; pragma synchronous = full; pragma wal_autocheckpoint = 4000; pragma cache_size = -{options.CacheKilobytes};");
    }

    public static SqliteConnection OpenReader(string path) => Open(path, "pragma query_only = on;");

    /// <summary>A file of its own, without a log beside it.</summary>
    public static SqliteConnection OpenCopy(string path)
    {
        PrepareFile(path);
        return Open(path, "pragma synchronous = full;");
    }

    /// <summary>Runs statements without a command object.</summary>
    public static void Run(this SqliteConnection connection, string sql) =>
        SqliteException.ThrowExceptionForRC(SQLitePCL.raw.sqlite3_exec(connection.Handle, sql), connection.Handle);

    public static bool InTransaction(this SqliteConnection connection) =>
        SQLitePCL.raw.sqlite3_get_autocommit(connection.Handle) == 0;

    private static SqliteConnection Open(string path, string pragmas)
    {
        _ = SqliteLibrary.Version;
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWriteCreate, Pooling = false }.ToString());
        try
        {
            connection.Open();
            connection.Run("pragma busy_timeout = 5000; pragma foreign_keys = on; pragma temp_store = memory;" + pragmas);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>SQLite gives its -wal and -shm files the mode of the database, so only that needs care.</summary>
    private static void PrepareFile(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
            return;
        }

        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        if (!File.Exists(path))
        {
            new FileStream(path, new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.Write, UnixCreateMode = OwnerOnly }).Dispose();
        }
        else if (File.GetUnixFileMode(path) != OwnerOnly)
        {
            File.SetUnixFileMode(path, OwnerOnly);
        }
    }
}
