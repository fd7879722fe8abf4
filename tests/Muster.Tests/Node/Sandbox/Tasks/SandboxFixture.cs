using System.Globalization;
using System.Runtime.Versioning;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Muster.Node.Sandbox;
using Muster.Node.Sandbox.Tasks;
using Muster.Node.Sandbox.Tasks.Bubblewrap;
using Muster.Node.Sandbox.Tasks.Native;
using Muster.Node.Sandbox.Tasks.Work;
using Muster.Testing;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Sandbox.Tasks;

/// <summary>One task sandbox over a home of its own, for all tests of a class. Every level can have one and run the same attacks.</summary>
[UnsupportedOSPlatform("windows")]
public abstract class SandboxFixture : IAsyncLifetime
{
    private readonly TemporaryFolder _base = new();
    private int _next;

    internal abstract ITaskSandbox Sandbox { get; }

    public string Home => Path.Combine(_base.Path, "home");

    public string Base => _base.Path;

    public virtual ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(Home);
        return ValueTask.CompletedTask;
    }

    public virtual async Task RequireAsync()
    {
        var status = await Sandbox.CheckAsync(TestContext.Current.CancellationToken);
        Assert.SkipUnless(status.Works, status.Sentence);
    }

    public virtual ValueTask DisposeAsync()
    {
        RemoveCgroups(Home);
        FolderRemoval.Remove(_base.Path);
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>Runs it to its end.</summary>
    internal async Task<TaskResult> RunAsync(IReadOnlyList<string> command, Func<SandboxJob, SandboxJob>? change = null)
    {
        await RequireAsync();
        var job = Job(command, change);
        var output = new KeptOutput();
        var run = await Sandbox.StartAsync(job, output, TestContext.Current.CancellationToken);
        try
        {
            var outcome = await run.Outcome.WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System, TestContext.Current.CancellationToken);
            var files = Directory.EnumerateFiles(run.WorkFolder).ToDictionary(file => Path.GetFileName(file), file => new FileInfo(file).Length);
            return new TaskResult(outcome, output.Stdout, output.Stderr, output.Bytes, files);
        }
        finally
        {
            await run.DisposeAsync();
            FolderRemoval.Remove(job.WorkFolder);
        }
    }

    internal Task<TaskResult> ShellAsync(string script, Func<SandboxJob, SandboxJob>? change = null) => RunAsync(["sh", "-c", script], change);

    internal Task<TaskResult> PythonAsync(string script, Func<SandboxJob, SandboxJob>? change = null)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/python3"), "There is no python3 here.");
        return RunAsync(["/usr/bin/python3", "-c", script], change);
    }

    internal SandboxJob Job(IReadOnlyList<string> command, Func<SandboxJob, SandboxJob>? change = null)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"tsk_{Interlocked.Increment(ref _next)}.1");
        var job = new SandboxJob
        {
            Attempt = name,
            Command = command,
            WorkFolder = Directory.CreateDirectory(Path.Combine(_base.Path, "work", name)).FullName,
            Limits = new SandboxLimits
            {
                Cpus = 2, MemoryBytes = 256 << 20, DiskBytes = 64 << 20, Timeout = TimeSpan.FromSeconds(30), Grace = TimeSpan.FromMilliseconds(300),
            },
        };
        job = Fit(job);
        return change?.Invoke(job) ?? job;
    }

    /// <summary>What is asked for at this level only.</summary>
    internal virtual SandboxJob Fit(SandboxJob job) => job;

    /// <summary>Variables that no task named.</summary>
    internal virtual IReadOnlyList<string> FurtherVariables => [];

    /// <summary>Its control group as a task sees it.</summary>
    internal virtual string OwnGroup => "^/\n$";

    /// <summary>After whatever was tried: the node is well, the next task runs, and nothing is left.</summary>
    internal virtual async Task ProveCleanAsync()
    {
        (await ShellAsync("echo fine")).Stdout.ShouldBe("fine\n");
        CgroupsOf(Home).SelectMany(Directory.EnumerateDirectories).ShouldBeEmpty();
        ProcessesOf(Home).ShouldBeEmpty();
        Stage.Shared.Shown.Where(path => path.StartsWith(Path.Combine(_base.Path, "work"), StringComparison.Ordinal)).ShouldBeEmpty();
        Directory.EnumerateDirectories(Path.Combine(Home, "sandbox")).Select(Path.GetFileName).ShouldBe(["roots"]);
    }

    internal static IEnumerable<string> CgroupsOf(string home) =>
        File.Exists(Path.Combine(home, "sandbox", "cgroups")) ? File.ReadAllLines(Path.Combine(home, "sandbox", "cgroups")) : [];

    internal static void RemoveCgroups(string home)
    {
        foreach (var folder in CgroupsOf(home).Where(Directory.Exists))
        {
            Directory.Delete(folder);
        }
    }

    internal static IReadOnlyList<int> ProcessesOf(string home)
    {
        var next = CallMarker.Next(home);
        var marker = $"{CallMarker.Variable}={next[..(next.IndexOf('.', StringComparison.Ordinal) + 1)]}";
        return [.. ProcessFiles.All().Where(pid => ProcessFiles.Read(pid, "environ")?.Contains(marker, StringComparison.Ordinal) == true)];
    }
}

/// <param name="Bytes">All that came, of both streams; the texts are cut.</param>
internal sealed record TaskResult(SandboxOutcome Outcome, string Stdout, string Stderr, long Bytes, IReadOnlyDictionary<string, long> Files)
{
    public SandboxEnd End => Outcome.End;

    public int ExitCode => Outcome.ExitCode;

    public override string ToString() => $"{Outcome}\n{Stdout}\n{Stderr}";
}

internal sealed class KeptOutput : ISandboxOutput
{
    private const int Most = 1_000_000;
    private readonly List<byte> _stdout = [];
    private readonly List<byte> _stderr = [];
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public long Bytes { get; private set; }

    public Task First => _first.Task;

    public string Stdout => Text(_stdout);

    public string Stderr => Text(_stderr);

    public byte[] Raw => _stdout.ToArray();

    public void Write(bool stderr, ReadOnlySpan<byte> bytes)
    {
        var to = stderr ? _stderr : _stdout;
        lock (to)
        {
            Bytes += bytes.Length;
            to.AddRange(bytes[..Math.Min(bytes.Length, Most - to.Count)]);
        }

        _first.TrySetResult();
    }

    private static string Text(List<byte> stream)
    {
        lock (stream)
        {
            return Encoding.UTF8.GetString(stream.ToArray());
        }
    }
}

[UnsupportedOSPlatform("windows")]
public sealed class ProcessSandboxFixture : SandboxFixture
{
    private BubblewrapSandbox? _sandbox;

    internal override ITaskSandbox Sandbox =>
        _sandbox ??= new BubblewrapSandbox(new TaskSandboxOptions { Home = Home }, TimeProvider.System, NullLogger<BubblewrapSandbox>.Instance);
}
