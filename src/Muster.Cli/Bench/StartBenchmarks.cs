namespace Muster.Cli.Bench;

/// <summary>How long until Muster is there, and what it costs to keep it there.</summary>
internal sealed class StartBenchmarks(BenchWorld world, TimeProvider time)
{
    public async Task<Samples> UpAsync(int count, CancellationToken cancel)
    {
        var home = world.Folder("up");
        var values = new List<double>();
        for (var i = 0; i <= count; i++)
        {
            var began = time.GetTimestamp();
            await using var up = BenchProcess.Start(home, world.Environment, "up", "--urls", "http://127.0.0.1:0");
            await up.SeeAsync("http://127.0.0.1:", cancel);
            values.Add(time.GetElapsedTime(began).TotalSeconds);
        }

        return new Samples("muster up to ready", "s", "1.2 s", values[1..]);
    }

    public async Task<Samples> AskAsync(int count, CancellationToken cancel)
    {
        var home = world.Folder("ask");
        var values = new List<double>();
        for (var i = 0; i <= count; i++)
        {
            var began = time.GetTimestamp();
            await using var ask = BenchProcess.Start(home, new Dictionary<string, string>(), "ask", "how much disk is free?");
            await ask.WaitAsync(cancel);
            values.Add(time.GetElapsedTime(began).TotalSeconds);
        }

        return new Samples("muster ask, cold", "s", "2 s", values[1..]);
    }

    /// <summary>What starting this program costs when it does nothing.</summary>
    public async Task<Samples> NothingAsync(int count, CancellationToken cancel)
    {
        var values = new List<double>();
        for (var i = 0; i <= count; i++)
        {
            var began = time.GetTimestamp();
            await using var version = BenchProcess.Start(world.Folder("nothing"), new Dictionary<string, string>(), "--version");
            await version.WaitAsync(cancel);
            values.Add(time.GetElapsedTime(began).TotalSeconds);
        }

        return new Samples("— muster --version", "s", "", values[1..]);
    }

    /// <summary>Resident memory after a quiet while.</summary>
    public async Task<IReadOnlyList<Samples>> IdleAsync(CancellationToken cancel)
    {
        await Task.Delay(TimeSpan.FromSeconds(15), time, cancel);
        return
        [
            new Samples("hub, idle memory", "MB", "130 MB", [world.Hub.Memory()]),
            new Samples("node, idle memory", "MB", "60 MB", [world.Node.Memory()]),
        ];
    }
}
