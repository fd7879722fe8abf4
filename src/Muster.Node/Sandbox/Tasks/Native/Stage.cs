using System.Collections.Concurrent;
using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Muster.Node.Folders;

namespace Muster.Node.Sandbox.Tasks.Native;

/// <summary>
/// How a thread starts sandboxes when the node is root: the thread alone, never the process, becomes nobody for that moment, in mounts
/// that only it sees, by which nobody reaches folders that none but root may enter. For any other user all of it does nothing, and tasks
/// are, on the machine itself, that user without any right. Only for threads that nothing else will run on.
/// </summary>
internal sealed partial class Stage
{
    private const int Mounts = 0x20000;
    private const int OwnFolder = 0x200;
    private const nuint Bind = 0x1000;
    private const nuint Recursive = 0x4000;
    private const nuint Slave = 0x80000;
    private const nuint NoSetuidNoDevices = 2 | 4;
    private const int Detach = 2;

    // Covered, on the stage, by what is shown there; what lies below is still reached through a handle from before.
    private const string Place = "/tmp";

    private static readonly Lazy<Stage> _shared = new(() => new Stage());

    private readonly Dictionary<string, string> _always = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _now = new(StringComparer.Ordinal);
    private readonly SafeFileHandle? _everybodys;
    private SafeFileHandle? _mounts;
    private SafeFileHandle? _covered;
    private long _shown;

    private Stage()
    {
        Linux.KeepHandlesFromChildren();
        if (Libc.geteuid() != 0)
        {
            return;
        }

        _everybodys = Linux.OpenFile("/proc/self/ns/mnt", Libc.ReadOnly);
        Win32Exception? problem = null;
        var thread = new Thread(() => problem = Build(), maxStackSize: 256 * 1024);
        thread.Start();
        thread.Join();
        if (problem is not null)
        {
            throw new SandboxUnavailableException(
                $"Tasks cannot be sandboxed: the node runs as root but may not make mounts of its own or become another user ({problem.Message}). " +
                "Run it as an ordinary user, or give its container CAP_SYS_ADMIN, CAP_SETUID and CAP_SETGID.", problem);
        }
    }

    /// <exception cref="SandboxUnavailableException">The node may not do here what it must.</exception>
    public static Stage Shared => _shared.Value;

    public bool Root => _mounts is not null;

    /// <summary>The folders that are on it now.</summary>
    public ICollection<string> Shown => _now.Values;

    /// <summary>The path by which what starts on the stage will reach a folder, once <see cref="Start"/> has shown it.</summary>
    public string PathFor(string folder) => Root ? $"{Place}/{Interlocked.Increment(ref _shown)}" : folder;

    /// <summary>The path by which what starts on the stage reaches a folder, from now on.</summary>
    public string Always(string folder)
    {
        if (!Root)
        {
            return folder;
        }

        lock (_always)
        {
            if (!_always.TryGetValue(folder, out var path))
            {
                path = PathFor(folder);
                On(() => Show(folder, path));
                _always[folder] = path;
            }

            return path;
        }
    }

    /// <summary>Starts a process that dies with this thread.</summary>
    /// <param name="shown">A folder to be seen by it at a path from <see cref="PathFor"/>, until <see cref="Hide"/>.</param>
    /// <param name="limits">Of every process that it will start.</param>
    public int Start(SpawnPlan plan, (string Folder, string Path)? shown, SandboxLimits limits) => On(() =>
    {
        if (Root && shown is var (folder, path))
        {
            Show(folder, path);
        }

        return Root ? Identity.AsNobody(Begin) : Begin();

        int Begin()
        {
            var pid = Spawn.Start(plan);
            ProcessBounds.Set(pid, limits);
            return pid;
        }
    });

    public void Hide(string path)
    {
        if (Root)
        {
            On(() =>
            {
                Linux.Check(umount2(path, Detach), "umount2");
                Directory.Delete(path);
                return _now.TryRemove(path, out _);
            });
        }
    }

    private Win32Exception? Build()
    {
        try
        {
            Linux.Check(unshare(OwnFolder | Mounts), "unshare");
            Linux.Check(mount("none", "/", null, Slave | Recursive, null), "mount");
            _covered = Linux.OpenFile(Place, Libc.PathOnly);
            Linux.Check(mount("muster", Place, "tmpfs", NoSetuidNoDevices, "mode=0711,size=16m"), "mount");
            _ = Identity.AsNobody(() => true);
            _mounts = Linux.OpenFile("/proc/thread-self/ns/mnt", Libc.ReadOnly);
            return null;
        }
        catch (Win32Exception refused)
        {
            return refused;
        }
    }

    private bool Show(string folder, string path)
    {
        var source = folder == Place || folder.StartsWith(Place + "/", StringComparison.Ordinal)
            ? $"/proc/self/fd/{_covered!.DangerousGetHandle()}{folder[Place.Length..]}"
            : folder;
        Directory.CreateDirectory(path);
        Linux.Check(mount(source, path, null, Bind | Recursive, null), $"mount {folder}");
        _now[path] = folder;
        return true;
    }

    // The work is one of few system calls and never waits, so that the thread is soon where it belongs.
    private T On<T>(Func<T> work)
    {
        if (!Root)
        {
            return work();
        }

        GoTo(_mounts!);
        try
        {
            return work();
        }
        finally
        {
            GoTo(_everybodys!);
        }
    }

    // The runtime starts threads from whichever thread has work for them. Until they end they share this thread's folder, and who shares that may not change
    // its mounts: so the two are parted each time, which costs nothing where there is nothing to part.
    private static void GoTo(SafeFileHandle mounts)
    {
        Linux.Check(unshare(OwnFolder), "unshare");
        Linux.Check(setns(mounts, Mounts), "setns");
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int unshare(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setns(SafeFileHandle handle, int kind);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int mount(string source, string target, string? type, nuint flags, string? data);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int umount2(string target, int flags);
}
