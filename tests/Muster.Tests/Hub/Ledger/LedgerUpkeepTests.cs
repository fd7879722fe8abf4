using Microsoft.Extensions.Logging.Abstractions;
using Muster.Hub;
using Muster.Hub.Ledger;
using Muster.Hub.Ledger.Holds;
using Muster.Protocol.Ids;
using Muster.Storage;
using Muster.Storage.Lanes;
using Muster.Storage.Sqlite;
using Muster.Testing;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Ledger;

public sealed class LedgerUpkeepTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTime _time = new();
    private readonly Id<User> _ann = Id<User>.New(TimeProvider.System);
    private SqliteDatabase _database = null!;
    private LedgerBook _book = null!;
    private LedgerUpkeep _upkeep = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await SqliteDatabase.OpenAsync(
            new SqliteOptions { Path = Path.Combine(_folder.Path, "hub.db"), ProgramVersion = new Version(0, 1, 0) }, [.. LaneStore.Migrations, .. Migration.In(typeof(HubHost).Assembly)]);
        _book = new LedgerBook(new LedgerOptions(), _time);
        _upkeep = new LedgerUpkeep(_database, _book, [new HoldSource("job_", "select 1 where 1 = 0")], _time, NullLogger<LedgerUpkeep>.Instance);
        await _database.WriteAsync(tx => _book.Issue(tx, null, LedgerAccounts.User(_ann), 100, LedgerKinds.Grant), Cancel);
    }

    [Fact]
    public async Task Turn_HoldWithoutOwner_IsReleasedAfterTheGrace()
    {
        await _database.WriteAsync(tx => _book.PlaceHold(tx, "job_1", _ann, 10), Cancel);

        await _upkeep.TurnAsync(Cancel);
        (await HoldAsync()).Open.ShouldBeTrue();
        _time.Advance(TimeSpan.FromMinutes(11));
        await _upkeep.TurnAsync(Cancel);

        (await HoldAsync()).Open.ShouldBeFalse();
    }

    [Fact]
    public async Task Turn_AsTheHubRuns_ComesByItself()
    {
        await _database.WriteAsync(tx => _book.PlaceHold(tx, "job_1", _ann, 10), Cancel);

        await _upkeep.StartAsync(Cancel);
        await Eventually.TrueAsync(() => _time.Waiting > 0, Cancel);
        _time.Advance(TimeSpan.FromMinutes(12));
        await Eventually.TrueAsync(async () => !(await HoldAsync()).Open, Cancel);
        await _upkeep.StopAsync(Cancel);
    }

    [Fact]
    public async Task Turn_LedgerThatDoesNotAddUp_IsFoundHoweverLateItHappens()
    {
        (await _upkeep.TurnAsync(Cancel)).ShouldBeEmpty();
        await _database.WriteAsync(tx => _book.Issue(tx, null, LedgerAccounts.Base, 7, LedgerKinds.Grant), Cancel);
        (await _upkeep.TurnAsync(Cancel)).ShouldBeEmpty();

        await _database.WriteAsync(tx => tx.Execute("update ledger_accounts set balance = balance + 1 where name = 'base'"), Cancel);

        (await _upkeep.TurnAsync(Cancel)).ShouldContain(finding => finding.StartsWith("base has 8 micro-credits"));
    }

    public async ValueTask DisposeAsync()
    {
        _upkeep.Dispose();
        await _database.DisposeAsync();
        _folder.Dispose();
    }

    private Task<Hold> HoldAsync() => _database.ReadAsync(tx => _book.Holds(tx, ["job_1"])[0], Cancel);
}
