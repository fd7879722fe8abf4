using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Muster.Storage.Sqlite;

/// <summary>Brings a database to the newest schema: each migration in its own transaction, a copy of the file before the first.</summary>
internal sealed partial class SqliteMigrator(SqliteOptions options, SqliteConnection connection)
{
    private const int BackupsKept = 2;

    public void Apply(IReadOnlyList<Migration> migrations)
    {
        connection.Run(
            """
            create table if not exists schema_migrations (
                number integer primary key,
                name text not null,
                applied_at text not null,
                least_program text not null)
            """);
        var applied = Applied();
        RefuseNewer(applied.Values);
        var pending = migrations.Where(migration => !applied.ContainsKey(migration.Number)).OrderBy(migration => migration.Number).ToList();
        RefuseDuplicates(migrations);
        if (pending.Count > 0 && applied.Count > 0)
        {
            Backup(pending[0].Number);
        }

        pending.ForEach(Apply);
    }

    private Dictionary<int, Version> Applied()
    {
        using var command = connection.CreateCommand();
        command.CommandText = "select number, least_program from schema_migrations";
        using var rows = command.ExecuteReader();
        var applied = new Dictionary<int, Version>();
        while (rows.Read())
        {
            applied.Add(rows.GetInt32(0), Version.Parse(rows.GetString(1)));
        }

        return applied;
    }

    private void RefuseNewer(IEnumerable<Version> needs)
    {
        var least = needs.DefaultIfEmpty(options.ProgramVersion).Max()!;
        if (least > options.ProgramVersion)
        {
            throw new StorageException(
                $"The database {options.Path} was last used by a newer Muster and needs at least version {least}; this is {options.ProgramVersion}. "
                + "Update Muster (muster update), or put back the copy that the newer one made beside it (.before-…).");
        }
    }

    private static void RefuseDuplicates(IReadOnlyList<Migration> migrations)
    {
        if (migrations.GroupBy(migration => migration.Number).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            throw new ArgumentException($"Migration {twice.Key} is there twice: {string.Join(", ", twice.Select(migration => migration.Name))}.", nameof(migrations));
        }
    }

    private void Apply(Migration migration)
    {
        connection.Run("begin immediate");
        try
        {
            connection.Run(migration.Sql);
            using var command = connection.CreateCommand();
            command.CommandText = "insert into schema_migrations (number, name, applied_at, least_program) values ($number, $name, $at, $least)";
            command.Parameters.AddWithValue("$number", migration.Number);
            command.Parameters.AddWithValue("$name", migration.Name);
            command.Parameters.AddWithValue("$at", options.Time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture));
            command.Parameters.AddWithValue("$least", migration.LeastProgram.ToString());
            command.ExecuteNonQuery();
            connection.Run("commit");
        }
        catch (SqliteException error)
        {
            if (connection.InTransaction())
            {
                connection.Run("rollback");
            }

            throw new StorageException(
                $"The database {options.Path} could not be brought to schema {migration.Number} ({migration.Name}) and was left as it was: {error.Message}", error);
        }

        LogApplied(options.Logger, options.Path, migration.Number, migration.Name);
    }

    private void Backup(int before)
    {
        var path = $"{options.Path}.before-{before}";
        File.Delete(path);
        using (var copy = SqliteConnections.OpenCopy(path))
        {
            connection.BackupDatabase(copy);
        }

        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var old = Directory.GetFiles(folder, Path.GetFileName(options.Path) + ".before-*")
            .OrderByDescending(File.GetLastWriteTimeUtc)
            .ThenByDescending(name => name, StringComparer.Ordinal)
            .Where(name => name != Path.GetFullPath(path))
            .Skip(BackupsKept - 1);
        foreach (var file in old)
        {
            File.Delete(file);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Path} is now at schema {Number} ({Name})")]
    private static partial void LogApplied(ILogger logger, string path, int number, string name);
}
