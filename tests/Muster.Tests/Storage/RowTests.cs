using Muster.Storage;
using Muster.Storage.Rows;
using Shouldly;
using Xunit;

namespace Muster.Tests.Storage;

public sealed class SqliteRowTests() : RowTests(new SqliteStore());

public sealed class PostgresRowTests() : RowTests(new PostgresStore());

/// <summary>Rows in sets.</summary>
public abstract class RowTests(StoreUnderTest store) : IAsyncLifetime
{
    private static readonly Migration Tasks = new(
        100, "tasks",
        "create table tasks (job integer not null, number integer not null, state text not null, \"user\" text, body blob, load real, primary key (job, number)) without rowid",
        StoreUnderTest.Program);

    private static readonly RowColumn[] _all =
    [
        new("job", RowType.Integer, Key: true), new("number", RowType.Integer, Key: true),
        new("state", RowType.Text), new("user", RowType.Text), new("body", RowType.Blob), new("load", RowType.Real),
    ];

    private static readonly RowTable Strict = new("tasks", RowConflict.Fail, _all);
    private static readonly RowTable Kept = new("tasks", RowConflict.Keep, _all);
    private static readonly RowTable Upserted = new("tasks", RowConflict.Update, _all);
    private static readonly RowTable StateOnly = new("tasks", RowConflict.Update, _all) { Updated = ["state"] };
    private static readonly RowTable States = new("tasks", RowConflict.Fail, _all[..3]);
    private Database _database = null!;

    private sealed record Row(long Job, long Number, string State, string? User = null, byte[]? Body = null, double? Load = null);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _database = await store.OpenAsync([Tasks]);

    public async ValueTask DisposeAsync()
    {
        if (_database is not null)
        {
            await _database.DisposeAsync();
        }

        await store.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private Task<int> InsertAsync(RowTable table, params IEnumerable<Row> rows) => _database.WriteAsync(tx => tx.InsertMany(table, rows, Write), Cancel);

    private static void Write(RowValues values, Row row) => values.Add(row.Job).Add(row.Number).Add(row.State).Add(row.User).Add(row.Body).Add(row.Load);

    private async Task<IEnumerable<string>> StatesAsync() =>
        (await _database.ReadAsync(tx => tx.Query<(long Number, string State, string? User)>("select number, state, \"user\" from tasks order by job, number"), Cancel))
            .Select(row => $"{row.Number} {row.State} {row.User}".TrimEnd());

    [Fact]
    public async Task Values_OfEveryType_ComeBackAsTheyWere()
    {
        Row[] rows =
        [
            new(long.MaxValue, 0, "ä 漢 🙂", "", [], 0),
            new(long.MinValue, -1, new string('x', 100_000), null, null, null),
            new(1, 2, "'", "u", [0, 255, 0], 1.0 / 3),
        ];
        (await InsertAsync(Strict, rows)).ShouldBe(3);

        var read = await _database.ReadAsync(
            tx => tx.Query<(long, long, string, string?, byte[]?, double?)>("select job, number, state, \"user\", body, load from tasks"), Cancel);
        foreach (var (job, number, state, user, body, load) in read)
        {
            var wanted = rows.Single(row => row.Job == job);
            (number, state, user, load).ShouldBe((wanted.Number, wanted.State, wanted.User, wanted.Load));
            body.ShouldBe(wanted.Body);
        }
    }

    [Fact]
    public async Task TenThousandRows_AtOnce_AreAllThere()
    {
        (await InsertAsync(Strict, Enumerable.Range(0, 10_001).Select(number => new Row(number % 7, number, $"s{number}")))).ShouldBe(10_001);

        (await _database.ReadAsync(tx => tx.QueryFirst<(long, long, long)>("select count(*), sum(number), count(distinct state) from tasks"), Cancel))
            .ShouldBe((10_001, 10_000L * 10_001 / 2, 10_001));
    }

    [Fact]
    public async Task Keys_OfWhichSomeAreThere_GiveEachRowOnce()
    {
        await InsertAsync(Strict, Enumerable.Range(0, 1000).Select(number => new Row(1, number, $"s'{number}")));

        var found = await _database.ReadAsync(
            tx => tx.QueryByKey("select number, state from tasks", "state", ["s'7", "s'999", "none", "s'7", "s'0"], row => (row.GetInt64(0), row.GetString(1))), Cancel);

        found.ShouldBe([(0, "s'0"), (7, "s'7"), (999, "s'999")], ignoreOrder: true);
        (await _database.ReadAsync(tx => tx.QueryByKey("select state from tasks", "state", [], row => row.GetString(0)), Cancel)).ShouldBeEmpty();
    }

    [Fact]
    public async Task NoRows_AreNothing()
    {
        (await InsertAsync(Upserted, [])).ShouldBe(0);
    }

    [Fact]
    public async Task Fail_KeyThatIsThere_UndoesTheWorkAlone()
    {
        await InsertAsync(Strict, new Row(1, 1, "first"));
        var bad = InsertAsync(Strict, new Row(1, 2, "second"), new Row(1, 1, "again"));
        var good = InsertAsync(Strict, new Row(1, 3, "third"));

        await Should.ThrowAsync<Exception>(() => bad);
        (await good).ShouldBe(1);
        (await StatesAsync()).ShouldBe(["1 first", "3 third"]);
        (await InsertAsync(Strict, new Row(1, 4, "fourth"))).ShouldBe(1);
    }

    [Fact]
    public async Task Keep_KeyThatIsThere_LeavesTheRow()
    {
        await InsertAsync(Kept, new Row(1, 1, "first"));

        (await InsertAsync(Kept, new Row(1, 1, "again"), new Row(1, 2, "new"), new Row(1, 2, "twice"))).ShouldBe(1);
        (await StatesAsync()).ShouldBe(["1 first", "2 new"]);
    }

    [Fact]
    public async Task Update_KeyThatIsThere_TakesTheLastValues()
    {
        await InsertAsync(Upserted, new Row(1, 1, "first", "ada"));

        await InsertAsync(Upserted, new Row(1, 1, "second", "bob"), new Row(1, 2, "new"), new Row(1, 1, "third", "eve"));
        (await StatesAsync()).ShouldBe(["1 third eve", "2 new"]);

        await InsertAsync(StateOnly, new Row(1, 1, "fourth", "mallory"));
        (await StatesAsync()).ShouldBe(["1 fourth eve", "2 new"]);
    }

    [Fact]
    public async Task UpdateMany_SetsWhatIsThere()
    {
        await InsertAsync(Strict, Enumerable.Range(0, 5000).Select(number => new Row(1, number, "old", "ada")));

        var found = await _database.WriteAsync(
            tx => tx.UpdateMany(States, Enumerable.Range(4990, 20).Concat([4990]), static (row, number) => row.Add(1).Add(number).Add($"new{number}")), Cancel);

        found.ShouldBeInRange(10, 11); // the one that is given twice may count twice
        (await _database.ReadAsync(tx => tx.Query<string>("select state from tasks where state <> 'old' and \"user\" = 'ada' order by number"), Cancel))
            .ShouldBe(Enumerable.Range(4990, 10).Select(number => $"new{number}"));
        (await _database.ReadAsync(tx => tx.Scalar<long>("select count(*) from tasks"), Cancel)).ShouldBe(5000);
    }

    [Fact]
    public async Task DeleteMany_DeletesByKey()
    {
        await InsertAsync(Strict, Enumerable.Range(0, 100).Select(number => new Row(number % 2, number, "s")));

        (await _database.WriteAsync(tx => tx.DeleteMany(Strict, Enumerable.Range(0, 100), static (row, number) => row.Add(1).Add(number)), Cancel)).ShouldBe(50);

        (await _database.ReadAsync(tx => tx.Scalar<long>("select count(*) from tasks where job = 0"), Cancel)).ShouldBe(50);
    }

    [Fact]
    public async Task UndoneWork_LeavesNoRow()
    {
        await Should.ThrowAsync<InvalidOperationException>(() => _database.WriteAsync<int>(
            tx =>
            {
                tx.InsertMany(Strict, [new Row(1, 1, "lost")], Write);
                throw new InvalidOperationException();
            },
            Cancel));

        (await StatesAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Writer_WithTheWrongValues_IsToldSo_AndTheNextIsFine()
    {
        var few = await Should.ThrowAsync<InvalidOperationException>(() => _database.WriteAsync(tx => tx.InsertMany(States, [1], static (row, number) => row.Add(number)), Cancel));
        var many = await Should.ThrowAsync<InvalidOperationException>(
            () => _database.WriteAsync(tx => tx.InsertMany(States, [1], static (row, number) => row.Add(number).Add(number).Add("s").Add(number)), Cancel));
        var other = await Should.ThrowAsync<InvalidOperationException>(
            () => _database.WriteAsync(tx => tx.InsertMany(States, [1], static (row, number) => row.Add(number).Add("s").Add("s")), Cancel));

        few.Message.ShouldBe("A row of tasks has 3 columns and was given 1 values.");
        many.Message.ShouldBe("A row of tasks has 3 columns and was given more values.");
        other.Message.ShouldBe("Column number of tasks is Integer and was given Text.");
        await _database.WriteAsync(tx => tx.InsertMany(States, [7], static (row, number) => row.Add(1).Add(number).Add("s")), Cancel);
        (await StatesAsync()).ShouldBe(["7 s"]);
    }

    [Fact]
    public async Task TableWithoutKey_CannotBeUpdated()
    {
        var keyless = new RowTable("tasks", RowConflict.Fail, new RowColumn("state", RowType.Text));

        var error = await Should.ThrowAsync<InvalidOperationException>(() => _database.WriteAsync(tx => tx.UpdateMany(keyless, [1], static (row, _) => row.Add("s")), Cancel));

        error.Message.ShouldContain("name no key");
    }
}
