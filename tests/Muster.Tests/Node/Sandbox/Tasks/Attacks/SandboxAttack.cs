using System.Runtime.Versioning;
using Muster.Node.Sandbox.Tasks;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Sandbox.Tasks.Attacks;

/// <summary>What a stranger's task may try. Each case is contained and ends as it should; afterwards the node is well, the next task runs, and nothing is left.</summary>
[UnsupportedOSPlatform("windows")]
public abstract class SandboxAttack(SandboxFixture fixture) : IAsyncLifetime
{
    private protected SandboxFixture Fixture => fixture;

    /// <summary>Files on the disk, which the node watches, rather than in memory.</summary>
    private protected static SandboxJob OnDisk(SandboxJob job)
    {
        File.WriteAllText(Path.Combine(job.WorkFolder, "input"), "input\n");
        return job;
    }

    private protected static Func<SandboxJob, SandboxJob> Limited(
        double? cpus = null, int? memory = null, int? disk = null, int? pids = null, double? seconds = null, bool onDisk = false) => job =>
    {
        var limits = job.Limits;
        job = job with
        {
            Limits = limits with
            {
                Cpus = cpus ?? limits.Cpus,
                MemoryBytes = memory is { } m ? (long)m << 20 : limits.MemoryBytes,
                DiskBytes = disk is { } d ? (long)d << 20 : limits.DiskBytes,
                Pids = pids ?? limits.Pids,
                Timeout = seconds is { } s ? TimeSpan.FromSeconds(s) : limits.Timeout,
            },
        };
        return onDisk ? OnDisk(job) : job;
    };

    /// <summary>Runs many scripts in one sandbox, each in a shell of its own: a start costs more than most of them.</summary>
    /// <returns>For each its exit code and what it printed, errors too.</returns>
    private protected async Task<IReadOnlyList<(string Script, int ExitCode, string Output)>> EachAsync(IReadOnlyList<string> scripts, Func<SandboxJob, SandboxJob>? change = null)
    {
        const string Mark = "=== ended with ";
        var result = await fixture.RunAsync(
            ["sh", "-c", $"for script in \"$@\"; do sh -c \"$script\" </dev/null 2>&1; printf '\\n%s%s\\n' '{Mark}' $?; done", "sh", .. scripts], change);
        result.End.ShouldBe(SandboxEnd.Exited, result.ToString());
        var parts = result.Stdout.Split('\n' + Mark);
        parts.Length.ShouldBe(scripts.Count + 1, result.ToString());
        return
        [
            .. scripts.Select((script, place) => (
                script,
                int.Parse(parts[place + 1].Split('\n')[0]),
                place == 0 ? parts[0] : parts[place][(parts[place].IndexOf('\n', StringComparison.Ordinal) + 1)..])),
        ];
    }

    public async ValueTask InitializeAsync() => await fixture.RequireAsync();

    public async ValueTask DisposeAsync()
    {
        await fixture.ProveCleanAsync();
        GC.SuppressFinalize(this);
    }
}
