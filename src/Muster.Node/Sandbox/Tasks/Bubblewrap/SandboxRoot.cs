using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Muster.Node.Folders;
using Muster.Node.Sandbox.Tasks.Native;

namespace Muster.Node.Sandbox.Tasks.Bubblewrap;

/// <summary>
/// What a task sees as <c>/</c>, prepared once as a folder: places for mounts, and copies of the little of /etc that programs need.
/// One mount instead of thirty, each of which would take a fifth of a millisecond at every start.
/// </summary>
internal sealed class SandboxRoot(TaskSandboxOptions options, TimeProvider time)
{
    private const UnixFileMode Everybody = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Folder = Everybody | UnixFileMode.UserWrite
        | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private static readonly string[] _ownNetwork = ["/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf", "/etc/host.conf", "/etc/gai.conf"];
    private static readonly string[] _places = ["dev", "proc", "tmp", "work", "run", "var", "etc"];
    private static readonly TimeSpan _holds = TimeSpan.FromSeconds(5);
    private readonly Lock _gate = new();
    private string? _current;
    private long _looked;

    /// <summary>Marks what this process has begun.</summary>
    private static string Unfinished { get; } = string.Create(CultureInfo.InvariantCulture, $".{Environment.ProcessId}.");

    private string All => Path.Combine(options.Home, "sandbox", "roots");

    /// <summary>The folder as of now: another one after a change to /etc.</summary>
    public string Current()
    {
        lock (_gate)
        {
            if (_current is not null && time.GetElapsedTime(_looked) < _holds)
            {
                return _current;
            }

            var (now, looked) = (Path.Combine(All, Stamp()), time.GetTimestamp());
            if (!Directory.Exists(now))
            {
                Prepare(now);
            }
            else if (!OperatingSystem.IsWindows() && File.GetUnixFileMode(now) != Folder)
            {
                Open(now);
            }

            (_current, _looked) = (now, looked);
            return now;
        }
    }

    /// <summary>Removes those of before, which no task may be using any more.</summary>
    public void RemoveOld()
    {
        lock (_gate)
        {
            var current = Path.Combine(All, Stamp());
            foreach (var old in Directory.Exists(All) ? Directory.EnumerateDirectories(All).Where(folder => folder != current && !folder.Contains(Unfinished, StringComparison.Ordinal)) : [])
            {
                Directory.Delete(old, recursive: true);
            }
        }
    }

    /// <summary>Mounts besides the root: whole folders of the system, at their own places.</summary>
    public IReadOnlyList<string> Mounts { get; } =
    [
        .. SystemFolders.Whole.Concat(SystemFolders.Linked.Where(folder => new DirectoryInfo(folder).LinkTarget is null)).Concat(options.ReadOnly),
    ];

    private static IEnumerable<string> Copied() => SandboxEtc.Paths().Except(_ownNetwork);

    private string Stamp()
    {
        var text = new StringBuilder();
        foreach (var path in Copied().Concat(SystemFolders.Linked))
        {
            var file = new FileInfo(path);
            text.Append(CultureInfo.InvariantCulture, $"{path} {file.LinkTarget} {file.LastWriteTimeUtc.Ticks}\n");
        }

        text.AppendJoin('\n', Mounts);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, 8));
    }

    private void Prepare(string folder)
    {
        var unfinished = $"{folder}{Unfinished}{RandomNumberGenerator.GetHexString(8)}";
        foreach (var place in _places.Concat(Mounts.Select(path => path[1..])))
        {
            MakeFolder(unfinished, place);
        }

        foreach (var folderOfSystem in SystemFolders.Linked)
        {
            if (new DirectoryInfo(folderOfSystem).LinkTarget is { } target)
            {
                File.CreateSymbolicLink(unfinished + folderOfSystem, target);
            }
        }

        File.CreateSymbolicLink(Path.Combine(unfinished, "var/tmp"), "../tmp");
        foreach (var path in Copied())
        {
            MakeFolder(unfinished, Path.GetDirectoryName(path)![1..]);
            Copy(path, unfinished + path);
        }

        foreach (var (name, content) in SandboxEtc.Accounts(Identity.Nobody, Identity.Nobody)
            .Append(("hosts", "127.0.0.1 localhost\n::1 localhost\n"))
            .Append(("nsswitch.conf", "passwd: files\ngroup: files\nhosts: files\n")))
        {
            Write(Path.Combine(unfinished, "etc", name), Encoding.UTF8.GetBytes(content));
        }

        try
        {
            Directory.Move(unfinished, folder);
        }
        catch (IOException) when (Directory.Exists(folder))
        {
            Directory.Delete(unfinished, recursive: true); // another has made the same meanwhile
        }
    }

    /// <summary>Gives back the rights that somebody took away from the whole home, without which no task could start.</summary>
    private static void Open(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder).Where(file => new FileInfo(file).LinkTarget is null))
        {
            Allow(file, Everybody);
        }

        foreach (var inner in Directory.EnumerateDirectories(folder).Where(inner => new DirectoryInfo(inner).LinkTarget is null))
        {
            Open(inner);
        }

        Allow(folder, Folder);
    }

    private static void MakeFolder(string root, string relative)
    {
        Directory.CreateDirectory(root);
        Allow(root, Folder);
        foreach (var part in relative.Split('/'))
        {
            root = Path.Combine(root, part);
            if (!Directory.Exists(root))
            {
                Directory.CreateDirectory(root);
                Allow(root, Folder);
            }
        }
    }

    // Links stay links: where they lead to is either copied as well or not for tasks.
    private static void Copy(string from, string to)
    {
        if (new FileInfo(from).LinkTarget is { } target)
        {
            File.CreateSymbolicLink(to, target);
        }
        else if (Directory.Exists(from))
        {
            Directory.CreateDirectory(to);
            Allow(to, Folder);
            foreach (var entry in Directory.EnumerateFileSystemEntries(from))
            {
                Copy(entry, Path.Combine(to, Path.GetFileName(entry)));
            }
        }
        else if (Libc.Facts(from) is { Kind: EntryKind.File } facts && (facts.Mode & 4) != 0)
        {
            Write(to, File.ReadAllBytes(from));
        }
    }

    private static void Write(string path, byte[] content)
    {
        File.WriteAllBytes(path, content);
        Allow(path, Everybody);
    }

    private static void Allow(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, mode);
        }
    }
}
