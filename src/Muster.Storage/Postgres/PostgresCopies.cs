using Muster.Storage.Backup;
using Muster.Storage.Schema;

namespace Muster.Storage.Postgres;

/// <summary>A backup in the hub's home, before the schema changes; <c>muster restore</c> takes it.</summary>
internal static class PostgresCopies
{
    private const string Stem = "postgresql";

    /// <param name="before">What comes: the number of a schema, or "restore".</param>
    public static async Task MakeAsync(PostgresOptions options, PostgresSession session, string before)
    {
        var path = Path.Combine(options.CopyFolder, $"{Stem}.before-{before}.tar.gz");
        PrivateFiles.Folder(options.CopyFolder);
        session.Run("begin isolation level repeatable read read only");
        using var spool = RowSpool.Take(new Transaction(session), path + ".rows");
        session.Run("commit");
        await using (var file = PrivateFiles.Create(path + ".tmp"))
        {
            await using var archive = new BackupWriter(file, options.Time);
            await archive.AddAsync(spool, CancellationToken.None);
            await archive.FinishAsync(spool, options.ProgramVersion.ToString(), CancellationToken.None);
        }

        File.Move(path + ".tmp", path, overwrite: true);
        OldCopies.Drop(path, Stem + ".before-*.tar.gz");
    }
}
