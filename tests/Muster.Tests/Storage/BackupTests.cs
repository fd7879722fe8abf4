using Muster.Storage;
using Muster.Storage.Backup;
using Muster.Testing;
using Shouldly;
using Xunit;

namespace Muster.Tests.Storage;

public sealed class SqliteBackupTests() : BackupTests(new SqliteStore(), new SqliteStore());

public sealed class PostgresBackupTests() : BackupTests(new PostgresStore(), new PostgresStore());

public sealed class SqliteToPostgresBackupTests() : BackupTests(new SqliteStore(), new PostgresStore());

public sealed class PostgresToSqliteBackupTests() : BackupTests(new PostgresStore(), new SqliteStore());

/// <summary>What one store held is in another after a backup and a restore.</summary>
public abstract class BackupTests(StoreUnderTest from, StoreUnderTest to) : IAsyncLifetime
{
    // The table that refers comes before the one that it refers to, and a migration leaves a row of its own.
    private static readonly Migration Family = new(
        100, "family",
        """
        create table parents (id text primary key, born integer, weight real, photo blob) without rowid;
        create table children (number integer primary key autoincrement, parent text not null references parents (id) on delete cascade, "user" text);
        insert into parents (id) values ('eve');
        """,
        StoreUnderTest.Program);

    private static readonly Migration Later = new(101, "later", "alter table parents add column later text", StoreUnderTest.Program);

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Archive => Path.Combine(_folder.Path, "backup.tar.gz");

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await from.DisposeAsync();
        await to.DisposeAsync();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Restore_OfABackup_HoldsTheSameRows()
    {
        var blob = Enumerable.Range(0, 300).Select(number => (byte)number).ToArray();
        await BackUpAsync(tx =>
        {
            tx.Execute("delete from parents");
            tx.Execute("insert into parents (id, born, weight, photo) values ('ä \"漢\"\n', @born, 0.1, @blob), ('', null, @big, null)", new { born = long.MinValue, blob, big = 1e300 });
            tx.Execute("insert into children (parent, \"user\") values ('', 'x'), ('', null), ('', 'last')");
            tx.Execute("delete from children where \"user\" = 'last'");
        });

        await RestoreAsync();

        await using var restored = await to.OpenAsync([Family, Later]);
        (await restored.ReadAsync(tx => tx.Query<(string, long?, double?, byte[]?)>("select id, born, weight, photo from parents order by id"), Cancel))
            .Select(row => (row.Item1, row.Item2, row.Item3, row.Item4 is null ? null : Convert.ToHexString(row.Item4)))
            .ShouldBe([("", null, 1e300, null), ("ä \"漢\"\n", long.MinValue, 0.1, Convert.ToHexString(blob))]);
        (await restored.ReadAsync(tx => tx.Query<(long, string?)>("select number, \"user\" from children order by number"), Cancel)).ShouldBe([(1, "x"), (2, null)]);
        (await restored.WriteAsync(tx => tx.Scalar<long>("insert into children (parent) values ('') returning number"), Cancel)).ShouldBe(4); // numbers are not given twice
        await Should.ThrowAsync<Exception>(() => restored.WriteAsync(tx => tx.Execute("insert into children (parent) values ('nobody')"), Cancel));
        await restored.WriteAsync(tx => tx.Execute("delete from parents where id = ''"), Cancel);
        (await restored.ReadAsync(tx => tx.Scalar<long>("select count(*) from children"), Cancel)).ShouldBe(0);
    }

    [Fact]
    public async Task Backup_WhileRowsAreWritten_IsOneSnapshot()
    {
        await using (var database = await from.OpenAsync([Family]))
        {
            await database.WriteAsync(tx => tx.Execute("insert into parents (id, born) values ('counter', 0)"), Cancel);
            await database.ReadAsync(
                tx =>
                {
                    tx.Scalar<long>("select count(*) from parents").ShouldBe(2);
                    database.WriteAsync(
                        write =>
                        {
                            write.Execute("update parents set born = 1 where id = 'counter'");
                            write.Execute("insert into children (parent) values ('counter')");
                        },
                        Cancel).GetAwaiter().GetResult();
                    return WriteAsync(tx);
                },
                Cancel).Unwrap();
        }

        await RestoreAsync();

        await using var restored = await to.OpenAsync([Family]);
        (await restored.ReadAsync(tx => tx.Scalar<long>("select born from parents where id = 'counter'"), Cancel)).ShouldBe(0);
        (await restored.ReadAsync(tx => tx.Scalar<long>("select count(*) from children"), Cancel)).ShouldBe(0);
    }

    [Fact]
    public async Task Restore_IntoWhatIsNotEmpty_NeedsForceAndKeepsACopy()
    {
        await BackUpAsync(tx => tx.Execute("insert into parents (id) values ('from the backup')"));
        await using (var used = await to.OpenAsync([Family, Later]))
        {
            await used.WriteAsync(tx => tx.Execute("insert into parents (id) values ('was there')"), Cancel);
        }

        var refused = await Should.ThrowAsync<StorageException>(() => RestoreAsync());
        refused.Message.ShouldContain("is not empty");
        refused.Message.ShouldContain("--force");
        (await ParentsAsync()).ShouldBe(["eve", "was there"]);

        await RestoreAsync(force: true);

        (await ParentsAsync()).ShouldBe(["eve", "from the backup"]);
        Directory.GetFiles(to.CopyFolder, "*.before-restore*").Length.ShouldBe(1);
    }

    [Fact]
    public async Task Restore_ThatFailsHalfWay_LeavesWhatWasThere()
    {
        await BackUpAsync(tx => tx.Execute("insert into parents (id) values ('from the backup')"));
        await using (var used = await to.OpenAsync([Family]))
        {
            await used.WriteAsync(tx => tx.Execute("insert into parents (id) values ('was there')"), Cancel);
        }

        var other = new Migration(100, "family", "create table parents (id text primary key); create table children (number integer primary key)", StoreUnderTest.Program);
        await Should.ThrowAsync<Exception>(async () => await Database.RestoreAsync(await to.OptionsAsync(), [other], new Restoring(BackupReader.Open(Archive), Force: true)));

        (await ParentsAsync()).ShouldBe(["eve", "was there"]);
    }

    [Fact]
    public async Task Restore_OfANewerProgram_IsRefused()
    {
        await BackUpAsync(_ => { });
        var options = await to.OptionsAsync();

        var error = await Should.ThrowAsync<StorageException>(() => Database.RestoreAsync(options, [], new Restoring(BackupReader.Open(Archive), Force: false)));

        error.Message.ShouldBe("The backup was made by Muster 0.1.0, which is newer than this one: update Muster (muster update), then restore.");
    }

    [Fact]
    public async Task Restore_BesideTablesOfOthers_IsRefused()
    {
        await BackUpAsync(_ => { });
        await using (var used = await to.OpenAsync([]))
        {
            await used.WriteAsync(tx => tx.Execute("create table invoices (id integer)"), Cancel);
        }

        var error = await Should.ThrowAsync<StorageException>(() => RestoreAsync(force: true));

        error.Message.ShouldContain("holds a table invoices, which is not Muster's");
    }

    private async Task BackUpAsync(Action<Transaction> fill)
    {
        await using var database = await from.OpenAsync([Family]);
        await database.WriteAsync(fill, Cancel);
        await database.ReadAsync(WriteAsync, Cancel).Unwrap();
    }

    private async Task WriteAsync(Transaction tx)
    {
        using var spool = RowSpool.Take(tx, Path.Combine(_folder.Path, "spool"));
        await using var file = PrivateFiles.Create(Archive);
        await using var writer = new BackupWriter(file, TimeProvider.System);
        await writer.AddAsync(spool, Cancel);
        await writer.FinishAsync(spool, "0.1.0", Cancel);
    }

    private async Task RestoreAsync(bool force = false) =>
        await Database.RestoreAsync(await to.OptionsAsync(), [Family, Later], new Restoring(BackupReader.Open(Archive), force));

    private async Task<IReadOnlyList<string>> ParentsAsync()
    {
        await using var database = await to.OpenAsync([Family]);
        return await database.ReadAsync(tx => tx.Query<string>("select id from parents order by id"), Cancel);
    }
}
