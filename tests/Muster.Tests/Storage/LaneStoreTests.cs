using System.Text;
using Muster.Storage;
using Muster.Storage.Lanes;
using Shouldly;
using Xunit;

namespace Muster.Tests.Storage;

public sealed class SqliteLaneStoreTests() : LaneStoreTests(new SqliteStore());

public sealed class PostgresLaneStoreTests() : LaneStoreTests(new PostgresStore());

public abstract class LaneStoreTests(StoreUnderTest store) : IAsyncLifetime
{
    private const string Peer = "nod_1";
    private Database _database = null!;
    private LaneStore _lanes = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await store.OpenAsync(LaneStore.Migrations);
        _lanes = new LaneStore(_database, new LaneStoreOptions { MaxFrames = 10, MaxBytes = 1000, Near = 0.5, ReadBytes = 150 });
    }

    public async ValueTask DisposeAsync()
    {
        if (_database is not null)
        {
            await _database.DisposeAsync();
        }

        await store.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private Task<ulong> AddAsync(int lane, string body) =>
        _database.WriteAsync(tx => _lanes.Add(tx, Peer, lane, Encoding.UTF8.GetBytes(body)), Cancel);

    private async Task<IEnumerable<string>> ReadAsync(int lane, ulong after, int limit = 100) =>
        (await _lanes.ReadAsync(Peer, lane, after, limit, Cancel)).Select(frame => $"{frame.Sequence}:{Encoding.UTF8.GetString(frame.Body.Span)}");

    [Fact]
    public async Task Lanes_AreNumberedEachForItself()
    {
        (await AddAsync(1, "a")).ShouldBe(1UL);
        (await AddAsync(2, "b")).ShouldBe(1UL);
        (await AddAsync(2, "c")).ShouldBe(2UL);

        (await ReadAsync(2, 0)).ShouldBe(["1:b", "2:c"]);
        (await ReadAsync(2, 1)).ShouldBe(["2:c"]);
        (await ReadAsync(3, 0)).ShouldBeEmpty();
    }

    [Fact]
    public async Task UndoneWork_TakesNoNumber()
    {
        await Should.ThrowAsync<InvalidOperationException>(() => _database.WriteAsync<int>(
            tx =>
            {
                _lanes.Add(tx, Peer, 1, "lost"u8.ToArray());
                throw new InvalidOperationException();
            },
            Cancel));

        (await AddAsync(1, "kept")).ShouldBe(1UL);
    }

    [Fact]
    public async Task Forget_DropsFramesAndRemembersHowFar()
    {
        foreach (var body in new[] { "a", "b", "c" })
        {
            await AddAsync(2, body);
        }

        await _lanes.ForgetAsync(Peer, 2, 2, Cancel);
        await _lanes.ForgetAsync(Peer, 2, 99, Cancel);

        (await _lanes.CountAsync(Peer, Cancel)).Frames.ShouldBe(0);
        var outbox = await _database.WriteAsync(tx => _lanes.Outbox(tx, Peer), Cancel);
        outbox.Lanes.ShouldBe([new LaneRange(2, 4, 2)]);
        (await AddAsync(2, "d")).ShouldBe(4UL);
    }

    [Fact]
    public async Task Reset_StartsANewOutbox()
    {
        await AddAsync(1, "a");
        var before = await _database.WriteAsync(tx => _lanes.Outbox(tx, Peer), Cancel);

        var after = await _database.WriteAsync(tx => _lanes.Reset(tx, Peer), Cancel);

        after.Id.ShouldNotBe(before.Id);
        after.Lanes.ShouldBeEmpty();
        (await ReadAsync(1, 0)).ShouldBeEmpty();
        (await AddAsync(1, "b")).ShouldBe(1UL);
    }

    [Fact]
    public async Task Applied_IsPerOutbox()
    {
        (await _database.ReadAsync(tx => _lanes.Applied(tx, Peer), Cancel)).OutboxId.ShouldBeNull();

        await _database.WriteAsync(tx => _lanes.SetApplied(tx, Peer, "one", 1, 7), Cancel);
        await _database.WriteAsync(tx => _lanes.SetApplied(tx, Peer, "one", 2, 9), Cancel);
        await _database.WriteAsync(tx => _lanes.SetApplied(tx, Peer, "one", 1, 8), Cancel);
        var first = await _database.ReadAsync(tx => _lanes.Applied(tx, Peer), Cancel);
        await _database.WriteAsync(tx => _lanes.SetApplied(tx, Peer, "two", 1, 1), Cancel);
        var second = await _database.ReadAsync(tx => _lanes.Applied(tx, Peer), Cancel);

        first.OutboxId.ShouldBe("one");
        first.Lanes.ShouldBe(new Dictionary<int, ulong> { [1] = 8, [2] = 9 }, ignoreOrder: true);
        second.OutboxId.ShouldBe("two");
        second.Lanes.ShouldBe(new Dictionary<int, ulong> { [1] = 1 });
    }

    [Fact]
    public async Task Read_StopsAtItsByteBoundButGivesOne()
    {
        await AddAsync(1, new string('x', 200));
        await AddAsync(1, new string('y', 200));

        (await _lanes.ReadAsync(Peer, 1, 0, 100, Cancel)).Select(frame => frame.Sequence).ShouldBe([1UL]);
    }

    [Fact]
    public async Task Bound_IsNearThenRefusesThenFreesAgain()
    {
        for (var number = 0; number < 10; number++)
        {
            _lanes.NearBound(Peer).ShouldBe(number >= 5);
            await AddAsync(1, "x");
        }

        var error = await Should.ThrowAsync<StorageException>(() => AddAsync(1, "one too many"));
        error.Message.ShouldContain($"wait for {Peer}");

        await _lanes.ForgetAsync(Peer, 1, 10, Cancel);
        _lanes.NearBound(Peer).ShouldBeFalse();
        await AddAsync(1, "goes on");
    }
}
