using Muster.Storage;
using Shouldly;
using Xunit;

namespace Muster.Tests.Storage;

/// <summary>What every store must do; each store's test class inherits these tests.</summary>
public abstract class DatabaseTests : IAsyncLifetime
{
    protected static readonly Migration Notes = new(100, "notes", "create table notes (id integer primary key, text text not null)", new Version(0, 1, 0));

    protected Database Database { get; private set; } = null!;

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected abstract Task<Database> OpenAsync(params IReadOnlyList<Migration> migrations);

    public async ValueTask InitializeAsync() => Database = await OpenAsync(Notes);

    public virtual async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected static void Add(Transaction tx, string text) => tx.Execute("insert into notes (text) values (@text)", new { text });

    protected Task<IReadOnlyList<string>> TextsAsync() =>
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
