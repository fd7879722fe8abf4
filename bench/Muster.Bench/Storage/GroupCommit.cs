using BenchmarkDotNet.Attributes;
using Muster.Storage;
using Muster.Storage.Lanes;
using Muster.Storage.Sqlite;

namespace Muster.Bench.Storage;

/// <summary>Durable writes (each group flushed to the disk) by one and by many waiting callers.</summary>
public class GroupCommit
{
    private const int Writes = 20_000;

    private readonly string _folder = Directory.CreateTempSubdirectory("muster-bench-").FullName;
    private readonly byte[] _body = new byte[100];
    private SqliteDatabase _database = null!;
    private LaneStore _lanes = null!;

    [Params(1, 256)]
    public int Callers { get; set; }

    [GlobalSetup]
    public void Setup() => SetupAsync().GetAwaiter().GetResult(); // in-process runs do not await a setup

    private async Task SetupAsync()
    {
        var notes = new Migration(100, "notes", "create table notes (id integer primary key, text text)", new Version(0, 1, 0));
        _database = await SqliteDatabase.OpenAsync(
            new SqliteOptions { Path = Path.Combine(_folder, "muster.db"), ProgramVersion = new Version(0, 1, 0) },
            [.. LaneStore.Migrations, notes]);
        _lanes = new LaneStore(_database, new LaneStoreOptions { MaxFrames = int.MaxValue, MaxBytes = long.MaxValue });
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _database.DisposeAsync().AsTask().GetAwaiter().GetResult();
        Directory.Delete(_folder, recursive: true);
    }

    [Benchmark(OperationsPerInvoke = Writes)]
    public Task Insert() => RunAsync(tx => tx.Execute("insert into notes (text) values (@text)", new { text = "some text" }));

    [Benchmark(OperationsPerInvoke = Writes)]
    public Task AddToLane() => RunAsync(tx => _lanes.Add(tx, "hub", 2, _body));

    private Task RunAsync(Action<Transaction> work) => Task.WhenAll(Enumerable.Range(0, Callers).Select(async _ =>
    {
        for (var number = 0; number < Writes / Callers; number++)
        {
            await _database.WriteAsync(work);
        }
    }));
}
