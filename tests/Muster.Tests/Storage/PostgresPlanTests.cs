using Muster.Storage;
using Muster.Storage.Rows;
using Shouldly;
using Xunit;

namespace Muster.Tests.Storage;

public sealed class PostgresPlanTests : IAsyncLifetime
{
    private static readonly RowTable Numbers = new("numbers", RowConflict.Fail, [new("number", RowType.Integer, Key: true), new("word", RowType.Text)]);

    private readonly PostgresStore _store = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _store.StartAsync();

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task StatementsByKey_FirstUsedOnASmallTable_NeverReadAllOfIt()
    {
        await using var database = await _store.OpenAsync([new(1, "numbers", "create table numbers (number integer primary key, word text not null)", StoreUnderTest.Program)]);
        await database.WriteAsync(tx => tx.InsertMany(Numbers, Enumerable.Range(0, 10), (values, number) => values.Add(number).Add("small")), Cancel);
        for (var i = 0; i < 10; i++)
        {
            await ReadWithoutKeyAsync(database); // a plan is kept after some uses
        }

        await database.WriteAsync(tx => tx.InsertMany(Numbers, Enumerable.Range(10, 5_000), (values, number) => values.Add(number).Add("large")), Cancel);

        (await ReadWithoutKeyAsync(database)).ShouldBe(0);
    }

    private static Task<long> ReadWithoutKeyAsync(Database database) => database.WriteAsync(
        tx =>
        {
            tx.UpdateMany(Numbers, Enumerable.Range(0, 10), (values, number) => values.Add(number).Add("changed")).ShouldBe(10);
            return tx.Scalar<long>("select seq_tup_read from pg_stat_xact_user_tables where relname = 'numbers'");
        },
        Cancel);
}
