using System.Collections.Concurrent;
using Muster.Storage;
using Muster.Storage.Postgres;
using Muster.Testing.Postgres;
using Shouldly;
using Xunit;

namespace Muster.Tests.Storage;

public sealed class KilledServerTests
{
    private static readonly Migration Numbers = new(1, "numbers", "create table numbers (number integer primary key)", StoreUnderTest.Program);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ServerKilledWhileItWrites_LosesNothingThatWasAcknowledged_AndGoesOnWhenItIsBack()
    {
        PostgresStore.SkipIfMissing();
        await using var cluster = await PostgresCluster.StartAsync();
        await using var store = new PostgresStore();
        await store.StartAsync(own: cluster);
        await using var database = await store.OpenAsync([Numbers]);
        var (acknowledged, failed, unknown) = (new ConcurrentBag<long>(), new ConcurrentBag<long>(), new ConcurrentBag<long>());
        using var stop = new CancellationTokenSource();
        var next = 0L;
        var writers = Enumerable.Range(0, 20).Select(async _ =>
        {
            while (!stop.IsCancellationRequested)
            {
                var number = Interlocked.Increment(ref next);
                try
                {
                    await database.WriteAsync(tx => tx.Execute("insert into numbers values (@number)", new { number }), Cancel);
                    acknowledged.Add(number);
                }
                catch (StorageException error)
                {
                    (error.OutcomeUnknown ? unknown : failed).Add(number);
                }
            }
        }).ToList();

        await Until(() => acknowledged.Count > 300);
        await cluster.KillAsync();
        var before = acknowledged.Count;
        await cluster.StartAgainAsync();
        await Until(() => acknowledged.Count > before + 300);
        await stop.CancelAsync();
        await Task.WhenAll(writers);

        var stored = (await database.ReadAsync(tx => tx.Query<long>("select number from numbers"), Cancel)).ToHashSet();
        acknowledged.Where(number => !stored.Contains(number)).ShouldBeEmpty();
        failed.Where(stored.Contains).ShouldBeEmpty("what was told as not stored is not");
        (failed.Count + unknown.Count).ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task ServerThatStaysAway_IsToldInASentence_AndTheNextWriteAfterItIsBackIsStored()
    {
        PostgresStore.SkipIfMissing();
        await using var cluster = await PostgresCluster.StartAsync();
        await using var store = new PostgresStore();
        await store.StartAsync(own: cluster);
        var options = (PostgresOptions)await store.OptionsAsync() with { OutagePatience = TimeSpan.Zero };
        await using var database = await Database.OpenAsync(options, [Numbers]);
        await cluster.KillAsync();

        await Should.ThrowAsync<StorageException>(() => database.WriteAsync(tx => tx.Execute("insert into numbers values (1)"), Cancel));
        var away = await Should.ThrowAsync<StorageException>(() => database.WriteAsync(tx => tx.Execute("insert into numbers values (2)"), Cancel));
        away.Message.ShouldStartWith($"The PostgreSQL server at 127.0.0.1:{cluster.Port} does not answer (Connection refused)");
        var read = await Should.ThrowAsync<StorageException>(() => database.ReadAsync(tx => tx.Query<long>("select number from numbers"), Cancel));
        read.Message.ShouldStartWith($"The PostgreSQL server at 127.0.0.1:{cluster.Port} does not answer");

        await cluster.StartAgainAsync();
        await database.WriteAsync(tx => tx.Execute("insert into numbers values (3)"), Cancel);
        (await database.ReadAsync(tx => tx.Query<long>("select number from numbers"), Cancel)).ShouldBe([3]);
    }

    private static Task Until(Func<bool> condition) => Muster.Testing.Eventually.TrueAsync(condition, Cancel);
}
