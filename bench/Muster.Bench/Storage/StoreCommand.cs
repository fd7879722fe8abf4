using Muster.Storage;
using Muster.Storage.Postgres;
using Muster.Storage.Rows;
using Muster.Storage.Sqlite;

namespace Muster.Bench.Storage;

/// <summary><c>store [postgres://…]</c>: rows in sets and single works, on a SQLite file or on an empty database of a PostgreSQL server.</summary>
internal static class StoreCommand
{
    private const int Rows = 400_000;
    private const int Works = 20_000;
    private static readonly TimeProvider Clock = TimeProvider.System;
    private static readonly Migration Tasks = new(
        100, "tasks", "create table tasks (job integer not null, number integer not null, state integer not null, node text, primary key (job, number)) without rowid;", new Version(0, 1, 0));

    private static readonly RowTable Upserted = new(
        "tasks", RowConflict.Update, new("job", RowType.Integer, Key: true), new("number", RowType.Integer, Key: true), new("state", RowType.Integer), new("node", RowType.Text));

    private static readonly RowTable Inserted = new(
        "tasks", RowConflict.Fail, new("job", RowType.Integer, Key: true), new("number", RowType.Integer, Key: true), new("state", RowType.Integer), new("node", RowType.Text));

    private static readonly RowTable Changed = new(
        "tasks", RowConflict.Fail, new("job", RowType.Integer, Key: true), new("number", RowType.Integer, Key: true), new("state", RowType.Integer));

    public static async Task RunAsync(string? address)
    {
        var folder = Directory.CreateTempSubdirectory("muster-bench-").FullName;
        var version = new Version(0, 1, 0);
        await using Database database = address is null
            ? await SqliteDatabase.OpenAsync(new SqliteOptions { Path = Path.Combine(folder, "bench.db"), ProgramVersion = version }, [Tasks])
            : await PostgresDatabase.OpenAsync(new PostgresOptions { Address = address, CopyFolder = folder, ProgramVersion = version }, [Tasks]);
        await database.WriteAsync(tx => tx.Execute("delete from tasks"));
        for (var round = 0; round < 3; round++)
        {
            Console.WriteLine($"round {round + 1}, {database.Name}");
            await SetsAsync(database, round);
            foreach (var callers in new[] { 1, 64, 512 })
            {
                await SinglesAsync(database, callers);
            }
        }
    }

    private static async Task SetsAsync(Database database, int round)
    {
        var rows = Enumerable.Range(0, Rows).Select(number => (Job: (long)round, Number: (long)number)).ToArray();
        await TimeAsync("rows inserted in one transaction", Rows, () => database.WriteAsync(tx => tx.InsertMany(Inserted, rows, static (row, item) => row.Add(item.Job).Add(item.Number).Add(1).Add("node-17"))));
        await TimeAsync("rows upserted in one transaction, all there", Rows, () => database.WriteAsync(tx => tx.InsertMany(Upserted, rows, static (row, item) => row.Add(item.Job).Add(item.Number).Add(2).Add("node-18"))));
        await TimeAsync("rows updated in one transaction", Rows, () => database.WriteAsync(tx => tx.UpdateMany(Changed, rows, static (row, item) => row.Add(item.Job).Add(item.Number).Add(3))));
        await TimeAsync("rows upserted, 1,000 a transaction", Rows, async () =>
        {
            foreach (var chunk in rows.Chunk(1000))
            {
                await database.WriteAsync(tx => tx.InsertMany(Upserted, chunk, static (row, item) => row.Add(item.Job).Add(item.Number).Add(4).Add("node-19")));
            }
        });
        await TimeAsync("rows deleted in one transaction", Rows, () => database.WriteAsync(tx => tx.DeleteMany(Changed, rows, static (row, item) => row.Add(item.Job).Add(item.Number))));
    }

    private static async Task SinglesAsync(Database database, int callers)
    {
        var next = 0L;
        var works = callers == 1 ? Works / 10 : Works;
        await TimeAsync($"works of one insert each, {callers} callers", works, () => Task.WhenAll(Enumerable.Range(0, callers).Select(async _ =>
        {
            while (Interlocked.Increment(ref next) is var number && number <= works)
            {
                await database.WriteAsync(tx => tx.Execute("insert into tasks (job, number, state, node) values (@job, @number, 1, 'node-17')", new { job = 1000L + callers, number }));
            }
        })));
        await database.WriteAsync(tx => tx.Execute("delete from tasks"));
    }

    private static async Task TimeAsync(string what, int count, Func<Task> run)
    {
        var started = Clock.GetTimestamp();
        await run();
        Console.WriteLine($"  {count / Clock.GetElapsedTime(started).TotalSeconds,10:N0} /s  {what}");
    }
}
