using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;

namespace Muster.Node.Sandbox.Tasks.Native;

/// <param name="Handles">Which of our handles the child has, under which number. It has no others.</param>
internal sealed record SpawnPlan(
    string Program,
    IReadOnlyList<string> Arguments,
    IReadOnlyDictionary<string, string> Environment,
    IReadOnlyList<(nint Ours, int Theirs)> Handles);

/// <summary>
/// Starts a process in a session of its own, with no signal ignored or blocked. <see cref="System.Diagnostics.Process"/> cannot hand on
/// more than the three usual handles.
/// </summary>
internal static unsafe partial class Spawn
{
    private const short ResetSignals = 0x04;
    private const short ResetMask = 0x08;
    private const short NewSession = 0x80;

    private static readonly delegate* unmanaged<byte*, int, int> _closeFrom = FindCloseFrom();

    // Larger than these are on any C library.
    private const int OpaqueSize = 1024;

    /// <returns>The number of a process that only <see cref="Reap"/> takes off the kernel's hands.</returns>
    public static int Start(SpawnPlan plan)
    {
        var attributes = stackalloc byte[OpaqueSize];
        var actions = stackalloc byte[OpaqueSize];
        var signals = stackalloc byte[128];
        Throw(posix_spawnattr_init(attributes), plan.Program);
        Throw(posix_spawn_file_actions_init(actions), plan.Program);
        var strings = new NativeStrings();
        try
        {
            _ = sigfillset(signals);
            Throw(posix_spawnattr_setsigdefault(attributes, signals), plan.Program);
            _ = sigemptyset(signals);
            Throw(posix_spawnattr_setsigmask(attributes, signals), plan.Program);
            Throw(posix_spawnattr_setflags(attributes, ResetSignals | ResetMask | NewSession), plan.Program);
            foreach (var (ours, theirs) in plan.Handles)
            {
                Throw(posix_spawn_file_actions_adddup2(actions, (int)ours, theirs), plan.Program);
            }

            CloseOthers(actions, plan);
            var argv = strings.Array([plan.Program, .. plan.Arguments]);
            var envp = strings.Array([.. plan.Environment.Select(variable => $"{variable.Key}={variable.Value}")]);
            Throw(posix_spawn(out var pid, plan.Program, actions, attributes, argv, envp), plan.Program);
            return pid;
        }
        finally
        {
            strings.Free();
            _ = posix_spawn_file_actions_destroy(actions);
            _ = posix_spawnattr_destroy(attributes);
        }
    }

    /// <summary>Of a process that has ended.</summary>
    /// <returns>The exit code, or 128 and the number of the signal that ended it; null when someone else took it.</returns>
    public static int? Reap(int pid)
    {
        int status;
        while (waitpid(pid, &status, 0) < 0)
        {
            if (Marshal.GetLastPInvokeError() != Linux.Interrupted)
            {
                return null;
            }
        }

        return (status & 0x7f) == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f);
    }

    /// <summary>Handles of ours are closed at an exec, but a library in this process may have opened others.</summary>
    private static void CloseOthers(byte* actions, SpawnPlan plan)
    {
        var kept = plan.Handles.Select(handle => handle.Theirs).ToHashSet();
        var first = kept.DefaultIfEmpty(2).Max() + 1;
        foreach (var between in Enumerable.Range(3, Math.Max(0, first - 3)).Where(handle => !kept.Contains(handle)))
        {
            Throw(posix_spawn_file_actions_addclose(actions, between), plan.Program); // one that is not open is no mistake
        }

        if (_closeFrom != null)
        {
            Throw(_closeFrom(actions, first), plan.Program);
            return;
        }

        foreach (var name in Directory.EnumerateFileSystemEntries("/proc/self/fd").Select(Path.GetFileName))
        {
            if (int.TryParse(name, out var handle) && handle >= first)
            {
                Throw(posix_spawn_file_actions_addclose(actions, handle), plan.Program);
            }
        }
    }

    /// <summary>In glibc since 2.34.</summary>
    private static delegate* unmanaged<byte*, int, int> FindCloseFrom() =>
        NativeLibrary.TryLoad("libc.so.6", out var libc) && NativeLibrary.TryGetExport(libc, "posix_spawn_file_actions_addclosefrom_np", out var found)
            ? (delegate* unmanaged<byte*, int, int>)found
            : null;

    private static void Throw(int error, string program)
    {
        if (error != 0)
        {
            throw new Win32Exception(error, $"{program} could not be started: {Marshal.GetPInvokeErrorMessage(error)}");
        }
    }

    private sealed class NativeStrings
    {
        private readonly List<nint> _blocks = [];

        public nint* Array(string[] texts)
        {
            var array = (nint*)Allocate((texts.Length + 1) * sizeof(nint));
            for (var i = 0; i < texts.Length; i++)
            {
                var bytes = Encoding.UTF8.GetByteCount(texts[i]);
                array[i] = Allocate(bytes + 1);
                var span = new Span<byte>((void*)array[i], bytes + 1);
                Encoding.UTF8.GetBytes(texts[i], span);
                span[bytes] = 0;
            }

            array[texts.Length] = 0;
            return array;
        }

        public void Free() => _blocks.ForEach(Marshal.FreeHGlobal);

        private nint Allocate(int size)
        {
            var block = Marshal.AllocHGlobal(size);
            _blocks.Add(block);
            return block;
        }
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int posix_spawn(out int pid, string program, byte* actions, byte* attributes, nint* argv, nint* envp);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_init(byte* attributes);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_destroy(byte* attributes);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_setflags(byte* attributes, short flags);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_setsigdefault(byte* attributes, byte* signals);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_setsigmask(byte* attributes, byte* signals);

    [LibraryImport("libc")]
    private static partial int posix_spawn_file_actions_init(byte* actions);

    [LibraryImport("libc")]
    private static partial int posix_spawn_file_actions_destroy(byte* actions);

    [LibraryImport("libc")]
    private static partial int posix_spawn_file_actions_adddup2(byte* actions, int ours, int theirs);

    [LibraryImport("libc")]
    private static partial int posix_spawn_file_actions_addclose(byte* actions, int handle);

    [LibraryImport("libc")]
    private static partial int sigfillset(byte* signals);

    [LibraryImport("libc")]
    private static partial int sigemptyset(byte* signals);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int waitpid(int pid, int* status, int options);
}
