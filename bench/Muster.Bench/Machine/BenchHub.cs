using System.Diagnostics;
using Muster.Hub;
using Muster.Hub.Accounts;
using Muster.Hub.Accounts.Keys;
using Muster.Hub.Ledger;
using Muster.Protocol.Ids;

namespace Muster.Bench.Machine;

/// <summary>A hub as a process of its own, in a home of its own, with people who have credits.</summary>
internal sealed class BenchHub : IAsyncDisposable
{
    private readonly string _home;
    private readonly Process _process;

    private BenchHub(string home, Process process, string url, IReadOnlyList<(string Id, string Key)> people) =>
        (_home, _process, Url, People) = (home, process, url, people);

    public string Url { get; }

    public IReadOnlyList<(string Id, string Key)> People { get; }

    public string Home => _home;

    public string Database => Path.Combine(_home, "hub.db");

    public TimeSpan Cpu
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public long Memory
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    public string ProcessId => _process.Id.ToString();

    /// <param name="settings">As on the command line; a <c>--database</c> among them must be an empty one.</param>
    public static async Task<BenchHub> StartAsync(int people, params IReadOnlyList<string> settings)
    {
        var home = Directory.CreateTempSubdirectory("muster-bench-").FullName;
        var database = settings.SkipWhile(setting => setting != "--database").Skip(1).FirstOrDefault();
        var made = await PrepareAsync(new HubOptions { Home = home, Database = database }, people);
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardInput = true, UseShellExecute = false };
        foreach (var argument in (string[])
            [Path.Combine(AppContext.BaseDirectory, "muster.dll"), "--home", home, "hub", "--urls", "http://127.0.0.1:0", "--limits-requests-per-second", "1000000", .. settings])
        {
            start.ArgumentList.Add(argument);
        }

        var process = Process.Start(start)!;
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.IndexOf("http://127.0.0.1:", StringComparison.Ordinal) is >= 0 and var at)
            {
                return new BenchHub(home, process, line[at..].Split(' ')[0], made);
            }
        }

        throw new InvalidOperationException("The hub did not start.");
    }

    /// <summary>Stops it as a service manager would, so that all it accepted is in its files.</summary>
    public async Task StopAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", ProcessId]);
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        Directory.Delete(_home, recursive: true);
    }

    private static async Task<IReadOnlyList<(string Id, string Key)>> PrepareAsync(HubOptions options, int people)
    {
        await using var database = await HubHost.OpenAsync(options);
        var book = new LedgerBook(new LedgerOptions(), TimeProvider.System);
        return await database.WriteAsync(tx => Enumerable.Range(0, people).Select(number =>
        {
            var user = Id<User>.New(TimeProvider.System);
            tx.Execute(
                "insert into users (id, username, username_key, role, created_at) values (@id, @name, @name, 'member', 0)", new { id = user.ToString(), name = $"person{number}" });
            book.Issue(tx, null, LedgerAccounts.User(user), 1_000_000 * Credits.PerCpt, LedgerKinds.Grant);
            return (user.ToString(), ApiKeys.Issue(tx, user.ToString(), "bench", Scopes.Stored, TimeProvider.System));
        }).ToList());
    }
}
