using Muster.Storage;
using Muster.Storage.Sqlite;
using Shouldly;
using Xunit;

namespace Muster.Tests.Storage;

/// <summary>What only a SQLite file can do wrong.</summary>
public sealed class SqliteDatabaseTests : IAsyncDisposable
{
    private static readonly Migration Notes = new(100, "notes", "create table notes (id integer primary key, text text not null)", StoreUnderTest.Program);

    private readonly SqliteStore _store = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task Files_AreForTheirOwnerOnly()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such modes");
        await using var database = await _store.OpenAsync([Notes]);
        await database.WriteAsync(tx => tx.Execute("insert into notes (text) values ('a')"), Cancel);

        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(_store.File)!))
        {
            File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite, file);
        }
    }

    [Fact]
    public void Library_IsNewEnough()
    {
        Version.Parse(SqliteDatabase.LibraryVersion).ShouldBeGreaterThanOrEqualTo(new Version(3, 35));
    }

    [Fact]
    public async Task CopyBeforeAMigration_HoldsWhatWasThere()
    {
        await (await _store.OpenAsync([Notes])).DisposeAsync();
        await (await _store.OpenAsync([Notes, new Migration(101, "more", "alter table notes add column more text", StoreUnderTest.Program)])).DisposeAsync();

        await using var copy = await SqliteDatabase.OpenAsync(new SqliteOptions { Path = _store.File + ".before-101", ProgramVersion = StoreUnderTest.Program }, []);

        (await copy.ReadAsync(tx => tx.Query<string>("select name from pragma_table_info('notes')"), Cancel)).ShouldBe(["id", "text"]);
    }

    [Fact]
    public async Task FileThatIsNoDatabase_IsNamedInASentence()
    {
        Directory.CreateDirectory(_store.CopyFolder);
        var path = Path.Combine(_store.CopyFolder, "other.db");
        await File.WriteAllTextAsync(path, new string('x', 5000), Cancel);

        var error = await Should.ThrowAsync<StorageException>(() => SqliteDatabase.OpenAsync(
            new SqliteOptions { Path = path, ProgramVersion = StoreUnderTest.Program }, [Notes]));

        error.Message.ShouldBe($"The file {path} is not a Muster database: move it away to start anew, or put a backup in its place.");
    }

    [Fact]
    public async Task FolderThatCannotBe_IsNamedInASentence()
    {
        await (await _store.OpenAsync([Notes])).DisposeAsync();
        var path = Path.Combine(_store.File, "below-a-file", "muster.db");

        var error = await Should.ThrowAsync<StorageException>(() => SqliteDatabase.OpenAsync(
            new SqliteOptions { Path = path, ProgramVersion = StoreUnderTest.Program }, [Notes]));

        error.Message.ShouldContain("cannot be opened");
    }
}
