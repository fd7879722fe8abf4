using System.ComponentModel;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Win32.SafeHandles;
using Muster.Node.Folders;
using Muster.Node.Sandbox.Tasks.Native;
using Muster.Node.Sandbox.Tasks.Seccomp;
using Muster.Node.Sandbox.Tasks.Work;

namespace Muster.Node.Sandbox.Tasks.Bubblewrap;

/// <summary>
/// One bubblewrap whose sandbox waits: everything is made, but the command does not run until <see cref="Release"/>. Should the node
/// die before, it waits for ever and is reaped later, because the writing end of what it waits for is held inside as well.
/// </summary>
internal sealed partial class Bubble : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);
    private static readonly SafeFileHandle _nothing = File.OpenHandle("/dev/null");
    private readonly SafeFileHandle _info;
    private readonly SafeFileHandle _release;
    private readonly SafeFileHandle _mounted;
    private PidFd? _outside;
    private PidFd? _first;
    private bool _reaped;
    private int? _exitCode;

    private Bubble(SafeFileHandle stdout, SafeFileHandle stderr, SafeFileHandle info, SafeFileHandle release, SafeFileHandle mounted) =>
        (Stdout, Stderr, _info, _release, _mounted) = (stdout, stderr, info, release, mounted);

    public SafeFileHandle Stdout { get; }

    public SafeFileHandle Stderr { get; }

    /// <summary>The process that gives the command's exit code.</summary>
    public PidFd Outside => _outside!;

    /// <summary>Number 1 of the sandbox: whatever is in there ends with it.</summary>
    public PidFd First => _first!;

    /// <param name="bound">Told the process before it has done anything, to bind it and with it all that it will start.</param>
    /// <exception cref="SandboxUnavailableException">bubblewrap could not make the sandbox.</exception>
    public static Bubble Start(string program, BubblewrapArguments arguments, WorkPlace place, SandboxJob job, string marker, Action<int> bound)
    {
        var (stdout, stdoutIn) = Linux.Pipe();
        var (stderr, stderrIn) = Linux.Pipe();
        var (info, infoIn) = Linux.Pipe();
        var (releaseOut, release) = Linux.Pipe();
        var (mounted, mountedIn) = Linux.SocketPair();
        var bubble = new Bubble(stdout, stderr, info, release, mounted);
        try
        {
            var (argumentsOut, argumentsIn) = Linux.Pipe();
            using (argumentsIn)
            {
                using (stdoutIn)
                using (stderrIn)
                using (infoIn)
                using (releaseOut)
                using (mountedIn)
                using (argumentsOut)
                using (var filter = Linux.FileInMemory("filter", TaskFilter.ForThisMachine))
                {
                    Linux.EndWriting(mounted);
                    SafeFileHandle[] passed = [argumentsOut, infoIn, releaseOut, release, mountedIn, filter];
                    arguments = arguments with { Handles = (Number(mountedIn), Number(filter)) };
                    var plan = new SpawnPlan(
                        program,
                        [
                            "--args", Text(argumentsOut), "--info-fd", Text(infoIn),
                            "--block-fd", Text(releaseOut), "--sync-fd", Text(release), "--", .. job.Command,
                        ],
                        new Dictionary<string, string>(StringComparer.Ordinal) { ["PATH"] = "/usr/bin:/bin", [CallMarker.Variable] = marker },
                        [
                            (_nothing.DangerousGetHandle(), 0), (stdoutIn.DangerousGetHandle(), 1), (stderrIn.DangerousGetHandle(), 2),
                            .. passed.Select(handle => (handle.DangerousGetHandle(), Number(handle))),
                        ]);
                    bubble._outside = PidFd.Open(Stage.Shared.Start(plan, place.Shown, job.Limits));
                }

                bound(bubble._outside.Pid);
                HandOver(argumentsIn, arguments);
            }

            bubble._first = bubble.FindFirst();
            return bubble;
        }
        catch (Win32Exception failure)
        {
            bubble.Dispose();
            throw new SandboxUnavailableException($"bubblewrap could not be started: {failure.Message}.", failure);
        }
        catch
        {
            bubble.Dispose();
            throw;
        }
    }

    /// <summary>Waits until the mounts are made, or bubblewrap gave up.</summary>
    public void AwaitMounts()
    {
        if (!new Waiting(_mounted).For(_patience))
        {
            throw GivenUp();
        }
    }

    public void Release() => Linux.Write(_release, [1]);

    /// <returns>What bubblewrap has to say about it.</returns>
    public SandboxUnavailableException GivenUp()
    {
        var text = new byte[2000];
        var length = new Waiting(Stderr).For(TimeSpan.FromSeconds(1)) ? Math.Max(0, Linux.Read(Stderr, text)) : 0;
        var reason = length == 0 ? "it does not answer" : Encoding.UTF8.GetString(text, 0, length).Trim();
        return new SandboxUnavailableException($"bubblewrap could not make the sandbox: {reason}.");
    }

    /// <summary>Once the outside has ended.</summary>
    /// <returns>Null when its exit code was lost.</returns>
    public int? Reap()
    {
        if (!_reaped)
        {
            _reaped = true;
            _exitCode = Spawn.Reap(Outside.Pid);
        }

        return _exitCode;
    }

    /// <summary>Lets go of all handles and ends nothing.</summary>
    public void Abandon()
    {
        Stdout.Dispose();
        Stderr.Dispose();
        _info.Dispose();
        _release.Dispose();
        _mounted.Dispose();
    }

    public void Dispose()
    {
        // A first process that still waits would wait for ever.
        _first?.Signal(Libc.Kill);
        _first?.Dispose();
        if (_outside is not null)
        {
            _outside.Signal(Libc.Kill);
            _ = Reap();
            _outside.Dispose();
        }

        Abandon();
    }

    // It has waited for these.
    private static void HandOver(SafeFileHandle pipe, BubblewrapArguments arguments)
    {
        try
        {
            Linux.Write(pipe, arguments.ToBytes());
        }
        catch (Win32Exception)
        {
            // It is gone already, and has said why on stderr.
        }
    }

    private PidFd FindFirst()
    {
        // The number comes first, and all that follows is read by nobody.
        var text = "";
        var part = new byte[1024];
        Match number;
        while (!(number = FirstPid().Match(text)).Success)
        {
            var length = new Waiting(_info).For(_patience) ? Linux.Read(_info, part) : 0;
            if (length <= 0)
            {
                throw GivenUp();
            }

            text += Encoding.ASCII.GetString(part, 0, length);
        }

        try
        {
            return PidFd.Open(int.Parse(number.Groups[1].Value, CultureInfo.InvariantCulture));
        }
        catch (Win32Exception)
        {
            throw GivenUp(); // it has ended meanwhile, and has said why on stderr
        }
    }

    private static int Number(SafeFileHandle handle) => (int)handle.DangerousGetHandle();

    private static string Text(SafeFileHandle handle) => Number(handle).ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex("\"child-pid\":\\s*([0-9]+)[^0-9]", RegexOptions.None, 1000)]
    private static partial Regex FirstPid();
}
