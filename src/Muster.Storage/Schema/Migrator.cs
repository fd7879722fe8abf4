using System.Data.Common;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Muster.Storage.Schema;

/// <summary>Brings a database to the newest schema: each migration in its own transaction, a backup before the first.</summary>
/// <param name="backup">Told the number of the first migration that is about to change a database that is in use.</param>
internal sealed partial class Migrator(DatabaseOptions options, Session session, Func<int, Task> backup)
{
    private const string Table =
        """
        create table if not exists schema_migrations (
            number integer primary key,
            name text not null,
            applied_at text not null,
            least_program text not null)
        """;

    public async Task ApplyAsync(IReadOnlyList<Migration> migrations)
    {
        session.Run(session.Dialect.Ddl(Table));
        var applied = Applied();
        RefuseNewer(applied.Values);
        var pending = migrations.Where(migration => !applied.ContainsKey(migration.Number)).OrderBy(migration => migration.Number).ToList();
        RefuseDuplicates(migrations);
        if (pending.Count > 0 && applied.Count > 0)
        {
            await backup(pending[0].Number);
        }

        pending.ForEach(Apply);
    }

    /// <summary>Applies all of these in the transaction that is open.</summary>
    public void ApplyWithin(IEnumerable<Migration> migrations)
    {
        session.Run(session.Dialect.Ddl(Table));
        foreach (var migration in migrations.OrderBy(migration => migration.Number))
        {
            Run(migration);
        }
    }

    private Dictionary<int, Version> Applied() =>
        new Transaction(session).Query<(int Number, string Least)>("select number, least_program from schema_migrations")
            .ToDictionary(row => row.Number, row => Version.Parse(row.Least));

    private void RefuseNewer(IEnumerable<Version> needs)
    {
        var least = needs.DefaultIfEmpty(options.ProgramVersion).Max()!;
        if (least > options.ProgramVersion)
        {
            throw new StorageException(
                $"The database {options.Name} was last used by a newer Muster and needs at least version {least}; this is {options.ProgramVersion}. "
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
        session.Run(session.Dialect.Begin);
        try
        {
            Run(migration);
            session.Run("commit");
        }
        catch (DbException error)
        {
            session.Abandon();
            throw new StorageException(
                $"The database {options.Name} could not be brought to schema {migration.Number} ({migration.Name}) and was left as it was: {error.Message}", error);
        }

        LogApplied(options.Logger, options.Name, migration.Number, migration.Name);
    }

    private void Run(Migration migration)
    {
        session.Run(session.Dialect.Ddl(migration.Sql));
        new Transaction(session).Execute(
            "insert into schema_migrations (number, name, applied_at, least_program) values (@Number, @Name, @at, @least)",
            new
            {
                migration.Number,
                migration.Name,
                at = options.Time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture),
                least = migration.LeastProgram.ToString(),
            });
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Name} is now at schema {Number} ({Schema})")]
    private static partial void LogApplied(ILogger logger, string name, int number, string schema);
}
