using Muster.Storage;
using Muster.Storage.Postgres;
using Muster.Testing;
using Shouldly;
using Xunit;

namespace Muster.Tests.Storage;

/// <summary>A server that breaks connections, goes away, and comes back.</summary>
public sealed class PostgresTroubleTests : IAsyncLifetime
{
    private static readonly Migration Numbers = new(1, "numbers", "create table numbers (number integer primary key)", StoreUnderTest.Program);

    private readonly PostgresStore _store = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _store.StartAsync();

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task ConnectionBrokenWithinAGroup_FailsItsWorks_AndTheNextAreStored()
    {
        await using var database = await _store.OpenAsync([Numbers]);
        var error = await Should.ThrowAsync<StorageException>(() => database.WriteAsync(
            tx =>
            {
                tx.Execute("insert into numbers values (1)");
                BreakAsync("muster").GetAwaiter().GetResult();
                tx.Execute("insert into numbers values (2)");
            },
            Cancel));

        error.Message.ShouldBe($"The connection to {database.Name} broke before this was stored, so nothing of it was kept: Muster connects anew by itself; try again.");
        error.OutcomeUnknown.ShouldBeFalse();
        await database.WriteAsync(tx => tx.Execute("insert into numbers values (7)"), Cancel);
        (await StoredAsync(database)).ShouldBe([7]);
    }

    [Fact]
    public async Task ConnectionBrokenWhileIdle_IsNoticedBeforeTheNextWork()
    {
        var time = new FakeTime();
        await using var database = await Database.OpenAsync(await _store.OptionsAsync() with { Time = time }, [Numbers]);
        await database.WriteAsync(tx => tx.Execute("insert into numbers values (1)"), Cancel);
        (await StoredAsync(database)).ShouldBe([1]);
        await BreakAsync("muster");
        time.Advance(TimeSpan.FromMinutes(1));

        await database.WriteAsync(tx => tx.Execute("insert into numbers values (2)"), Cancel);
        (await StoredAsync(database)).ShouldBe([1, 2]);
    }

    [Fact]
    public async Task ConnectionBrokenDuringTheCommit_IsToldAsUnknown()
    {
        await using var relay = new TcpRelay(_store.Cluster.Port);
        _store.Through = address => address.Replace($":{_store.Cluster.Port}/", $":{relay.Port}/", StringComparison.Ordinal);
        await using var database = await _store.OpenAsync([Numbers]);
        await database.WriteAsync(tx => tx.Execute("insert into numbers values (1)"), Cancel);

        // A deferred check holds the commit up until the relay has cut the line.
        await database.WriteAsync(
            tx =>
            {
                tx.Execute("create function wait_for_lock() returns trigger language plpgsql as $$ begin perform pg_advisory_xact_lock(42); return null; end $$");
                tx.Execute("create constraint trigger waits after insert on numbers deferrable initially deferred for each row execute function wait_for_lock()");
            },
            Cancel);
        await using var holder = await HoldAsync(42);
        var work = database.WriteAsync(tx => tx.Execute("insert into numbers values (2)"), Cancel);
        await Eventually.TrueAsync(async () => (long)(await _store.ExecuteAsync("select count(*) from pg_locks where locktype = 'advisory' and not granted"))! > 0, Cancel);
        relay.Cut();

        var error = await Should.ThrowAsync<StorageException>(work);
        error.Message.ShouldBe($"The connection to {database.Name} broke while this was being stored, so it is not known whether it was: look before you ask for it again.");
        error.OutcomeUnknown.ShouldBeTrue();
        await holder.DisposeAsync();
        await database.WriteAsync(tx => tx.Execute("insert into numbers values (3)"), Cancel);
        (await StoredAsync(database)).ShouldContain(3);
    }

    [Fact]
    public async Task ReaderThatLosesItsConnection_IsToldSo_AndTheNextReads()
    {
        await using var database = await _store.OpenAsync([Numbers]);

        var error = await Should.ThrowAsync<StorageException>(() => database.ReadAsync(
            tx =>
            {
                tx.Query<long>("select number from numbers");
                BreakAsync("muster").GetAwaiter().GetResult();
                return tx.Query<long>("select number from numbers");
            },
            Cancel));

        error.Message.ShouldBe($"The connection to {database.Name} broke: Muster connects anew by itself; try again in a moment.");
        (await StoredAsync(database)).ShouldBeEmpty();
    }

    [Fact]
    public async Task SecondHub_IsRefusedWhileTheFirstLives()
    {
        var options = await _store.OptionsAsync();
        await using (await _store.OpenAsync([Numbers]))
        {
            var error = await Should.ThrowAsync<StorageException>(() => Database.OpenAsync(Impatient(options), [Numbers]));
            error.Message.ShouldStartWith($"The database {options.Name} is in use by another hub (muster {Environment.MachineName} {Environment.ProcessId}): stop that one");
        }

        await (await Database.OpenAsync(Impatient(options), [Numbers])).DisposeAsync();
    }

    [Fact]
    public async Task HubThatLostItsLockToAnother_WritesNoMore()
    {
        var options = await _store.OptionsAsync();
        await using var first = await Database.OpenAsync((PostgresOptions)options with { OutagePatience = TimeSpan.Zero }, [Numbers]);
        await BreakAsync("muster");
        await using (var second = await Database.OpenAsync(options, [Numbers]))
        {
            await Should.ThrowAsync<StorageException>(() => first.WriteAsync(tx => tx.Execute("insert into numbers values (1)"), Cancel));
            var taken = await Should.ThrowAsync<StorageException>(() => first.WriteAsync(tx => tx.Execute("insert into numbers values (2)"), Cancel));
            taken.Message.ShouldContain("is in use by another hub");
            await second.WriteAsync(tx => tx.Execute("insert into numbers values (3)"), Cancel);
        }

        var stale = await Should.ThrowAsync<StorageException>(() => first.WriteAsync(tx => tx.Execute("insert into numbers values (4)"), Cancel));
        stale.Message.ShouldStartWith($"Another hub has written to {options.Name} while this one had lost its connection");
        (await StoredAsync(first)).ShouldBe([3]);
    }

    [Fact]
    public async Task StatementThatFailed_AndWasPassedOver_StillUndoesTheWork()
    {
        await using var database = await _store.OpenAsync([Numbers]);
        await Should.ThrowAsync<Exception>(() => database.WriteAsync(
            tx =>
            {
                tx.Execute("insert into numbers values (1)");
                Should.Throw<Exception>(() => tx.Execute("insert into numbers values (1)"));
            },
            Cancel));
        await database.WriteAsync(tx => tx.Execute("insert into numbers values (2)"), Cancel);

        (await StoredAsync(database)).ShouldBe([2]);
    }

    [Fact]
    public async Task TextThatTheServerCannotKeep_IsRepaired()
    {
        await using var database = await _store.OpenAsync([new Migration(1, "texts", "create table texts (text text)", StoreUnderTest.Program)]);

        await database.WriteAsync(tx => tx.Execute("insert into texts values (@text)", new { text = "a\0b\uD800c\uD83D\uDE42" }), Cancel);

        (await database.ReadAsync(tx => tx.Scalar<string>("select text from texts"), Cancel)).ShouldBe("a\uFFFDb\uFFFDc\uD83D\uDE42");
    }

    [Fact]
    public async Task WorkOfOneStatement_CostsOneRoundTrip()
    {
        await using var database = await Database.OpenAsync(await _store.OptionsAsync() with { GroupTime = TimeSpan.FromMinutes(1) }, [Numbers]);
        using var blocked = new ManualResetEventSlim();
        var sent = new List<long>();
        var first = database.WriteAsync(tx => blocked.Wait(Cancel), Cancel);
        var works = Enumerable.Range(0, 20).Select(number => database.WriteAsync(
            tx =>
            {
                tx.Execute("insert into numbers values (@number)", new { number });
                sent.Add(((PostgresConnection)tx.Session.Connection).Sent);
            },
            Cancel)).ToList();
        blocked.Set();
        await Task.WhenAll(works.Prepend(first));

        sent.Zip(sent.Skip(1)).ShouldAllBe(pair => pair.Second - pair.First == 1);
    }

    private static DatabaseOptions Impatient(DatabaseOptions options) => (PostgresOptions)options with { LockPatience = TimeSpan.Zero };

    private static Task<IReadOnlyList<long>> StoredAsync(Database database) =>
        database.ReadAsync(tx => tx.Query<long>("select number from numbers order by number"), Cancel);

    private async Task BreakAsync(string application)
    {
        var theirs = $"from pg_stat_activity where datname = current_database() and application_name like '{application}%'";
        await _store.ExecuteAsync("select count(pg_terminate_backend(pid)) " + theirs);
        await Eventually.TrueAsync(async () => (long)(await _store.ExecuteAsync("select count(*) " + theirs))! == 0, Cancel);
    }

    /// <summary>Holds an advisory lock until it is disposed.</summary>
    private async Task<IAsyncDisposable> HoldAsync(long key)
    {
        var connection = new Npgsql.NpgsqlConnection($"Host=127.0.0.1;Port={_store.Cluster.Port};Database={new Uri(_store.Address).AbsolutePath[1..]};Username=postgres;Pooling=false");
        await connection.OpenAsync(Cancel);
        await using var command = new Npgsql.NpgsqlCommand($"select pg_advisory_lock({key})", connection);
        await command.ExecuteNonQueryAsync(Cancel);
        return connection;
    }
}
