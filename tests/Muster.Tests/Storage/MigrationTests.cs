using Muster.Storage;
using Shouldly;
using Xunit;

namespace Muster.Tests.Storage;

public sealed class SqliteMigrationTests() : MigrationTests(new SqliteStore());

public sealed class PostgresMigrationTests() : MigrationTests(new PostgresStore());

public abstract class MigrationTests(StoreUnderTest store) : IAsyncLifetime
{
    private static readonly Migration Notes = new(100, "notes", "create table notes (id integer primary key, text text not null)", StoreUnderTest.Program);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await store.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task NewMigration_OnAnUsedDatabase_IsAppliedAfterACopy()
    {
        await using (var first = await store.OpenAsync([Notes]))
        {
            await first.WriteAsync(tx => tx.Execute("insert into notes (text) values ('old')"), Cancel);
        }

        for (var number = 101; number <= 104; number++)
        {
            var migration = new Migration(number, "more", $"alter table notes add column c{number} text", StoreUnderTest.Program);
            await using var next = await store.OpenAsync([Notes, migration]);
            (await next.ReadAsync(tx => tx.Query<(string, string?)>($"select text, c{number} from notes"), Cancel)).ShouldBe([("old", null)]);
        }

        var copies = Directory.GetFiles(store.CopyFolder, "*.before-*").Select(file => Path.GetFileName(file)).Order().ToList();
        copies.Count.ShouldBe(2);
        copies[0].ShouldContain(".before-103");
        copies[1].ShouldContain(".before-104");
    }

    [Fact]
    public async Task FailingMigration_LeavesTheDatabaseAsItWas()
    {
        await (await store.OpenAsync([Notes])).DisposeAsync();
        var broken = new Migration(101, "broken", "create table half (id integer); create table notes (id integer)", StoreUnderTest.Program);

        var error = await Should.ThrowAsync<StorageException>(() => store.OpenAsync([Notes, broken]));
        error.Message.ShouldContain("schema 101 (broken)");

        await using var again = await store.OpenAsync([Notes]);
        await again.WriteAsync(tx => tx.Execute("create table half (id integer)"), Cancel); // it is not there
    }

    [Fact]
    public async Task DatabaseOfANewerProgram_IsRefusedOnlyIfItNeedsIt()
    {
        var expanding = new Migration(101, "expanding", "create table extra (id integer)", StoreUnderTest.Program);
        var contracting = new Migration(102, "contracting", "drop table extra", new Version(0, 3, 0));
        await (await store.OpenAsync([Notes, expanding], new Version(0, 3, 0))).DisposeAsync();
        await (await store.OpenAsync([Notes])).DisposeAsync();
        await (await store.OpenAsync([Notes, expanding, contracting], new Version(0, 3, 0))).DisposeAsync();

        var error = await Should.ThrowAsync<StorageException>(() => store.OpenAsync([Notes]));
        error.Message.ShouldContain("needs at least version 0.3.0; this is 0.1.0");
        error.Message.ShouldContain("muster update");
    }

    [Fact]
    public async Task Schema_OfTheCommonDialect_MeansTheSame()
    {
        var common = new Migration(
            101, "common",
            """
            -- needs 0.1.0
            create table "order" (text text primary key, blob blob, "user" text, note text default 'a, (b) integer') without rowid;
            create table parts (
                number integer primary key autoincrement,
                of text not null references "order" (text) on delete cascade,
                weight real, kind integer not null default 1 check (kind in (1, 2)),
                unique (of, kind)
            );
            create index parts_heavy on parts (weight) where weight > 10;
            alter table parts add column integer integer;
            """,
            StoreUnderTest.Program);
        await using var database = await store.OpenAsync([common]);

        var numbers = await database.WriteAsync(
            tx =>
            {
                tx.Execute("insert into \"order\" (text, blob) values ('b', @blob), ('a', null)", new { blob = new byte[] { 1 } });
                return new[] { 1L << 40, 2L }.Select(value => tx.Scalar<long>(
                    "insert into parts (of, weight, kind, integer) values ('b', 0.1, @kind, @value) returning number", new { kind = value == 2 ? 2 : 1, value })).ToList();
            },
            Cancel);

        numbers.ShouldBe([1, 2]);
        (await database.ReadAsync(tx => tx.Scalar<long>("select max(integer) from parts"), Cancel)).ShouldBe(1L << 40);
        (await database.ReadAsync(tx => tx.Scalar<string>("select note from \"order\" where text = 'a'"), Cancel)).ShouldBe("a, (b) integer");
        await Should.ThrowAsync<Exception>(() => database.WriteAsync(tx => tx.Execute("insert into parts (of, kind) values ('b', 3)"), Cancel));
        await Should.ThrowAsync<Exception>(() => database.WriteAsync(tx => tx.Execute("insert into parts (of, kind) values ('nowhere', 1)"), Cancel));
        await database.WriteAsync(tx => tx.Execute("delete from \"order\" where text = 'b'"), Cancel);
        (await database.ReadAsync(tx => tx.Scalar<long>("select count(*) from parts"), Cancel)).ShouldBe(0);
    }
}
