using Muster.Storage;
using Shouldly;
using Xunit;

namespace Muster.Tests.Storage;

public sealed class SqliteConformanceTests() : DatabaseTests(new SqliteStore());

public sealed class PostgresConformanceTests() : DatabaseTests(new PostgresStore());

/// <summary>What every store must do.</summary>
public abstract class DatabaseTests(StoreUnderTest store) : IAsyncLifetime
{
    private static readonly Migration Notes = new(
        100, "notes",
        "create table notes (id integer primary key, text text not null); create table kinds (id integer, text text, blob blob, real real);",
        new Version(0, 1, 0));

    private Database Database { get; set; } = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => Database = await store.OpenAsync([Notes]);

    public async ValueTask DisposeAsync()
    {
        if (Database is not null)
        {
            await Database.DisposeAsync();
        }

        await store.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private static void Add(Transaction tx, string text) => tx.Execute("insert into notes (text) values (@text)", new { text });

    private Task<IReadOnlyList<string>> TextsAsync() =>
        Database.ReadAsync(tx => tx.Query<string>("select text from notes order by id"), Cancel);

    [Fact]
    public async Task Write_ThenRead_SeesIt()
    {
        var id = await Database.WriteAsync(tx => tx.Scalar<long>("insert into notes (text) values ('a') returning id"), Cancel);

        id.ShouldBe(1);
        (await TextsAsync()).ShouldBe(["a"]);
    }

    [Fact]
    public async Task ManyWriters_AtOnce_AllAreKept()
    {
        await Task.WhenAll(Enumerable.Range(0, 3000).Select(number => Database.WriteAsync(tx => Add(tx, $"{number}"), Cancel)));

        (await TextsAsync()).Select(int.Parse).Order().ShouldBe(Enumerable.Range(0, 3000));
    }

    [Fact]
    public async Task FailingWork_AmongOthers_IsUndoneAlone()
    {
        var works = Enumerable.Range(0, 50).Select(number => Database.WriteAsync(
            tx =>
            {
                Add(tx, $"{number}");
                if (number % 10 == 3)
                {
                    throw new InvalidOperationException($"no {number}");
                }
            },
            Cancel)).ToList();

        var results = await Task.WhenAll(works.Select(work => work.ContinueWith(done => done.Exception?.InnerException?.Message, TaskScheduler.Default)));

        results.Where(message => message is not null).ShouldBe(["no 3", "no 13", "no 23", "no 33", "no 43"]);
        (await TextsAsync()).Select(int.Parse).ShouldBe(Enumerable.Range(0, 50).Where(number => number % 10 != 3));
    }

    [Fact]
    public async Task StatementThatFails_GoesToItsCaller_AndTheWriterGoesOn()
    {
        await Should.ThrowAsync<Exception>(() => Database.WriteAsync(tx => tx.Execute("insert into nothing values (1)"), Cancel));
        await Database.WriteAsync(tx => Add(tx, "after"), Cancel);

        (await TextsAsync()).ShouldBe(["after"]);
    }

    [Fact]
    public async Task FailingWorks_OneAfterTheOther_LeaveTheRestOfTheGroup()
    {
        using var blocked = new ManualResetEventSlim();
        var first = Database.WriteAsync(tx => blocked.Wait(Cancel), Cancel); // so that all others are one group
        var works = Enumerable.Range(0, 30).Select(number => Database.WriteAsync(
            tx =>
            {
                if (number % 3 != 1)
                {
                    Add(tx, $"{number}"); // in every third nothing happens before the failure
                }

                _ = number % 3 == 0 ? 0 : tx.Execute("insert into notes (id, text) values (1, 'twice'), (1, 'twice')");
            },
            Cancel)).ToList();
        blocked.Set();
        await first;

        var results = await Task.WhenAll(works.Select(work => work.ContinueWith(done => done.IsFaulted, TaskScheduler.Default)));
        results.ShouldBe(Enumerable.Range(0, 30).Select(number => number % 3 != 0));
        (await TextsAsync()).Select(int.Parse).ShouldBe(Enumerable.Range(0, 10).Select(number => number * 3));
    }

    [Fact]
    public async Task WorkWithoutSql_AmongOthers_IsAnswered()
    {
        var works = Enumerable.Range(0, 20).Select(number => Database.WriteAsync(
            tx =>
            {
                if (number % 2 == 0)
                {
                    Add(tx, $"{number}");
                }

                return number;
            },
            Cancel)).ToList();

        (await Task.WhenAll(works)).ShouldBe(Enumerable.Range(0, 20));
        (await TextsAsync()).Count.ShouldBe(10);
    }

    [Fact]
    public async Task Values_OfEveryType_ComeBackAsTheyWere()
    {
        var blob = new byte[] { 0, 1, 255 };
        await Database.WriteAsync(
            tx =>
            {
                tx.Execute("insert into kinds values (@id, @text, @blob, @real)", new { id = long.MinValue, text = "ä 漢 🙂 '", blob, real = 1.0 / 3 });
                tx.Execute("insert into kinds values (@id, @text, @blob, @real)", new { id = true, text = (string?)null, blob = (byte[]?)null, real = (double?)null });
            },
            Cancel);

        var rows = await Database.ReadAsync(tx => tx.Query<(long? Id, string? Text, byte[]? Blob, double? Real)>("select id, text, blob, real from kinds order by id"), Cancel);

        rows[0].Id.ShouldBe(long.MinValue);
        rows[0].Text.ShouldBe("ä 漢 🙂 '");
        rows[0].Blob.ShouldBe(blob);
        rows[0].Real.ShouldBe(1.0 / 3);
        rows[1].ShouldBe((1, null, null, null));
        (await Database.ReadAsync(tx => tx.Scalar<long>("select count(*) from kinds where id in @ids", new { ids = new[] { 1L, 2L } }), Cancel)).ShouldBe(1);
        (await Database.ReadAsync(tx => tx.Scalar<long>("select sum(id) from kinds where id > @from", new { from = 0 }), Cancel)).ShouldBe(1);
        (await Database.ReadAsync(tx => tx.Scalar<bool>("select exists (select 1 from kinds)"), Cancel)).ShouldBeTrue();
    }

    [Fact]
    public async Task Texts_SortByTheirBytes()
    {
        string[] texts = ["b", "B", "a", "_", "ä", "Z", "10", "9"];
        foreach (var text in texts)
        {
            await Database.WriteAsync(tx => Add(tx, text), Cancel);
        }

        (await Database.ReadAsync(tx => tx.Query<string>("select text from notes order by text"), Cancel)).ShouldBe(texts.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Prepared_UsedAgain_TakesOtherValues()
    {
        for (var number = 0; number < 10; number++)
        {
            var text = $"{number}";
            await Database.WriteAsync(tx => tx.ExecutePrepared("insert into notes (text) values (@text)", ("@text", text)), Cancel);
        }

        (await Database.ReadAsync(tx => tx.ScalarPrepared<string>("select text from notes where id = @id", ("@id", 3L)), Cancel)).ShouldBe("2");
        (await Database.ReadAsync(tx => tx.ScalarPrepared<string>("select text from notes where id = @id", ("@id", 99L)), Cancel)).ShouldBeNull();
        var taken = 0;
        (await Database.ReadAsync(
            tx => tx.QueryPrepared("select text from notes where id > @id order by id", rows => rows.GetString(0), () => taken++ < 2, ("@id", 5L)), Cancel)).ShouldBe(["5", "6"]);
    }

    [Fact]
    public async Task Reader_ThatWrites_IsRefused()
    {
        await Should.ThrowAsync<Exception>(() => Database.ReadAsync(tx => tx.Execute("insert into notes (text) values ('by a reader')"), Cancel));

        (await TextsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Readers_MoreThanThereAre_WaitForEachOther()
    {
        await Database.WriteAsync(tx => Add(tx, "a"), Cancel);

        var counts = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Database.ReadAsync(tx => tx.Scalar<long>("select count(*) from notes"), Cancel)));

        counts.ShouldAllBe(count => count == 1);
    }

    [Fact]
    public async Task Queue_Full_IsSaidInASentence()
    {
        await Database.DisposeAsync();
        await using var narrow = await Database.OpenAsync(await store.OptionsAsync() with { QueueCapacity = 1, QueueTimeout = TimeSpan.FromMilliseconds(50) }, [Notes]);
        using var blocked = new ManualResetEventSlim();
        var works = Enumerable.Range(0, 3).Select(_ => narrow.WriteAsync(tx => blocked.Wait(Cancel), Cancel)).ToList();

        var error = await Should.ThrowAsync<StorageException>(() => narrow.WriteAsync(tx => Add(tx, "one too many"), Cancel));

        error.Message.ShouldBe($"The database {narrow.Name} has 1 writes waiting and is too slow to take more: check its disk, and try again.");
        blocked.Set();
        await Task.WhenAll(works.Select(work => work.ContinueWith(_ => { }, TaskScheduler.Default)));
    }

    [Fact]
    public async Task OnCommitted_RunsInOrder_BeforeTheCallerGoesOn()
    {
        var order = new List<int>();
        await Task.WhenAll(Enumerable.Range(0, 100).Select(number => Database.WriteAsync(
            tx =>
            {
                Add(tx, $"{number}");
                tx.OnCommitted(() => order.Add(number));
                tx.OnCommitted(() => order.Add(-number));
            },
            Cancel)));

        var written = (await TextsAsync()).Select(int.Parse);
        order.ShouldBe(written.SelectMany(number => new[] { number, -number }));
    }

    [Fact]
    public async Task OnCommitted_OfAFailedWork_DoesNotRun()
    {
        var ran = false;
        await Should.ThrowAsync<InvalidOperationException>(() => Database.WriteAsync<int>(
            tx =>
            {
                tx.OnCommitted(() => ran = true);
                throw new InvalidOperationException();
            },
            Cancel));
        await Database.WriteAsync(tx => Add(tx, "after"), Cancel);

        ran.ShouldBeFalse();
    }

    [Fact]
    public async Task OnCommitted_ThatThrows_DoesNotHurtItsCaller()
    {
        await Database.WriteAsync(
            tx =>
            {
                Add(tx, "kept");
                tx.OnCommitted(() => throw new InvalidOperationException());
            },
            Cancel);

        (await TextsAsync()).ShouldBe(["kept"]);
    }

    [Fact]
    public async Task Write_CancelledWhileItWaits_IsNotRun()
    {
        using var blocked = new ManualResetEventSlim();
        using var cancel = new CancellationTokenSource();
        var first = Database.WriteAsync(tx => blocked.Wait(Cancel), Cancel);
        var second = Database.WriteAsync(tx => Add(tx, "cancelled"), cancel.Token);

        await cancel.CancelAsync();
        blocked.Set();
        await first;

        await Should.ThrowAsync<OperationCanceledException>(() => second);
        (await TextsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Read_IsOneSnapshot()
    {
        await Database.WriteAsync(tx => Add(tx, "before"), Cancel);
        var (first, second) = await Database.ReadAsync(
            tx =>
            {
                var before = tx.Scalar<long>("select count(*) from notes");
                Database.WriteAsync(write => Add(write, "meanwhile"), Cancel).GetAwaiter().GetResult();
                return (before, tx.Scalar<long>("select count(*) from notes"));
            },
            Cancel);

        (first, second).ShouldBe((1, 1));
    }

    [Fact]
    public async Task ClosedDatabase_Write_SaysSo()
    {
        await Database.DisposeAsync();

        var error = await Should.ThrowAsync<StorageException>(() => Database.WriteAsync(tx => Add(tx, "late"), Cancel));
        error.Message.ShouldContain("is closed");
    }
}
