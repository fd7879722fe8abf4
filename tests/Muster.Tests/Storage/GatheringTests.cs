using Muster.Storage;
using Shouldly;
using Xunit;

namespace Muster.Tests.Storage;

public sealed class GatheringTests : IAsyncLifetime
{
    private static readonly Migration Notes = new(100, "notes", "create table notes (id integer primary key, text text not null);", new Version(0, 1, 0));
    private readonly SqliteStore _store = new();
    private readonly List<int> _works = [];

    private Database Database { get; set; } = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => Database = await _store.OpenAsync([Notes]);

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        await _store.DisposeAsync();
    }

    [Fact]
    public async Task Orders_ThatWaitTogether_AreFewWorksAndEachGetsItsOwnAnswer()
    {
        var gathering = new Gathering<string, string>(Database, 200, Keep);
        using var open = new ManualResetEventSlim();
        var held = Database.WriteAsync(_ => open.Wait(Cancel), Cancel);

        var answers = Enumerable.Range(0, 500).Select(number => gathering.AskAsync($"{number}")).ToList();
        open.Set();
        await held;

        (await Task.WhenAll(answers)).ShouldBe(Enumerable.Range(0, 500).Select(number => $"kept {number}"));
        _works.ShouldBe([200, 200, 100]);
        (await TextsAsync()).Count.ShouldBe(500);
    }

    [Fact]
    public async Task Work_ThatThrows_FailsItsOrdersAlone()
    {
        var gathering = new Gathering<string, string>(Database, 200, Keep);
        using var open = new ManualResetEventSlim();
        var held = Database.WriteAsync(_ => open.Wait(Cancel), Cancel);
        List<Task<string>> bad = [gathering.AskAsync("good"), gathering.AskAsync("bad")];
        open.Set();
        await held;

        foreach (var order in bad)
        {
            (await Should.ThrowAsync<InvalidOperationException>(() => order)).Message.ShouldBe("bad");
        }

        (await gathering.AskAsync("later")).ShouldBe("kept later");
        (await TextsAsync()).ShouldBe(["later"]);
    }

    [Fact]
    public async Task Order_ToAClosedDatabase_IsToldSo()
    {
        await using var store = new SqliteStore();
        var database = await store.OpenAsync([Notes]);
        var gathering = new Gathering<string, string>(database, 200, Keep);
        await database.DisposeAsync();

        (await Should.ThrowAsync<StorageException>(() => gathering.AskAsync("late"))).Message.ShouldContain("closed");
        (await Should.ThrowAsync<StorageException>(() => gathering.AskAsync("later"))).Message.ShouldContain("closed");
    }

    private List<string> Keep(Transaction tx, IReadOnlyList<string> orders)
    {
        _works.Add(orders.Count);
        foreach (var order in orders)
        {
            tx.Execute("insert into notes (text) values (@order)", new { order });
            if (order == "bad")
            {
                throw new InvalidOperationException("bad");
            }
        }

        return [.. orders.Select(order => "kept " + order)];
    }

    private Task<IReadOnlyList<string>> TextsAsync() => Database.ReadAsync(tx => tx.Query<string>("select text from notes order by id"), Cancel);
}
