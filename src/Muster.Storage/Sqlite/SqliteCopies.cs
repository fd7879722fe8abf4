using Microsoft.Data.Sqlite;
using Muster.Storage.Schema;

namespace Muster.Storage.Sqlite;

/// <summary>A copy of the file beside it, before its schema changes.</summary>
internal static class SqliteCopies
{
    /// <param name="before">What comes: the number of a schema, or "restore".</param>
    public static void Make(string database, SqliteConnection connection, string before)
    {
        var path = $"{database}.before-{before}";
        File.Delete(path);
        using (var copy = SqliteConnections.OpenCopy(path))
        {
            connection.BackupDatabase(copy);
        }

        OldCopies.Drop(path, Path.GetFileName(database) + ".before-*");
    }
}
