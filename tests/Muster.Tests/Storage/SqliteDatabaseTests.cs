using Muster.Storage;
using Muster.Storage.Sqlite;
using Muster.Testing;
using Shouldly;
using Xunit;

namespace Muster.Tests.Storage;

public sealed class SqliteDatabaseTests : DatabaseTests
{
    private readonly TemporaryFolder _folder = new();

    private string File => System.IO.Path.Combine(_folder.Path, "sub", "muster.db");

    protected override async Task<Database> OpenAsync(params IReadOnlyList<Migration> migrations) =>
        await OpenFileAsync(new Version(0, 1, 0), migrations);

    private Task<SqliteDatabase> OpenFileAsync(Version program, params IReadOnlyList<Migration> migrations) =>
        SqliteDatabase.OpenAsync(new SqliteOptions { Path = File, ProgramVersion = program }, migrations);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Files_AreForTheirOwnerOnly()
    {
        await Database.WriteAsync(tx => Add(tx, "a"), Cancel);

        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no such modes");
            return;
        }

        foreach (var file in Directory.GetFiles(System.IO.Path.GetDirectoryName(File)!))
        {
            System.IO.File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite, file);
        }
    }

    [Fact]
    public void Library_IsNewEnough()
    {
        Version.Parse(SqliteDatabase.LibraryVersion).ShouldBeGreaterThanOrEqualTo(new Version(3, 35));
    }

    [Fact]
    public async Task NewMigration_OnAnUsedDatabase_IsAppliedAfterACopy()
    {
        await Database.WriteAsync(tx => Add(tx, "old"), Cancel);
        await Database.DisposeAsync();

        for (var number = 101; number <= 104; number++)
        {
            var migration = new Migration(number, "more", $"alter table notes add column c{number} text", new Version(0, 1, 0));
            await using var next = await OpenAsync(Notes, migration);
            (await next.ReadAsync(tx => tx.Query<string>("select text from notes"), Cancel)).ShouldBe(["old"]);
        }

        Directory.GetFiles(System.IO.Path.GetDirectoryName(File)!, "*.before-*").Select(System.IO.Path.GetFileName).Order()
            .ShouldBe(["muster.db.before-103", "muster.db.before-104"]);
        await using var copy = await SqliteDatabase.OpenAsync(
            new SqliteOptions { Path = File + ".before-104", ProgramVersion = new Version(0, 1, 0) }, []);
        (await copy.ReadAsync(tx => tx.Query<string>("select name from pragma_table_info('notes')"), Cancel))
            .ShouldBe(["id", "text", "c101", "c102", "c103"]);
    }

    [Fact]
    public async Task FailingMigration_LeavesTheDatabaseAsItWas()
    {
        await Database.DisposeAsync();
        var broken = new Migration(101, "broken", "create table half (id integer); create table notes (id integer)", new Version(0, 1, 0));

        var error = await Should.ThrowAsync<StorageException>(() => OpenAsync(Notes, broken));
        error.Message.ShouldContain("schema 101 (broken)");

        await using var again = await OpenAsync(Notes);
        (await again.ReadAsync(tx => tx.Query<string>("select name from sqlite_schema where name = 'half'"), Cancel)).ShouldBeEmpty();
    }

    [Fact]
    public async Task DatabaseOfANewerProgram_IsRefusedOnlyIfItNeedsIt()
    {
        await Database.DisposeAsync();
        var expanding = new Migration(101, "expanding", "create table extra (id integer)", new Version(0, 1, 0));
        var contracting = new Migration(102, "contracting", "drop table extra", new Version(0, 3, 0));
        await (await OpenFileAsync(new Version(0, 3, 0), Notes, expanding)).DisposeAsync();
        await (await OpenFileAsync(new Version(0, 1, 0), Notes)).DisposeAsync();
        await (await OpenFileAsync(new Version(0, 3, 0), Notes, expanding, contracting)).DisposeAsync();

        var error = await Should.ThrowAsync<StorageException>(() => OpenFileAsync(new Version(0, 1, 0), Notes));
        error.Message.ShouldContain("needs at least version 0.3.0; this is 0.1.0");
        error.Message.ShouldContain("muster update");
    }

    [Fact]
    public async Task FileThatIsNoDatabase_IsNamedInASentence()
    {
        var path = System.IO.Path.Combine(_folder.Path, "other.db");
        await System.IO.File.WriteAllTextAsync(path, new string('x', 5000), Cancel);

        var error = await Should.ThrowAsync<StorageException>(() => SqliteDatabase.OpenAsync(
            new SqliteOptions { Path = path, ProgramVersion = new Version(0, 1, 0) }, [Notes]));

        error.Message.ShouldBe($"The file {path} is not a Muster database: move it away to start anew, or put a backup in its place.");
    }

    [Fact]
    public async Task FolderThatCannotBe_IsNamedInASentence()
    {
        var path = System.IO.Path.Combine(File, "below-a-file", "muster.db");

        var error = await Should.ThrowAsync<StorageException>(() => SqliteDatabase.OpenAsync(
            new SqliteOptions { Path = path, ProgramVersion = new Version(0, 1, 0) }, [Notes]));

        error.Message.ShouldContain("cannot be opened");
    }
}
