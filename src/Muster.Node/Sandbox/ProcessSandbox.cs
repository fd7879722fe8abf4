using System.Globalization;
using Muster.Node.Folders;

namespace Muster.Node.Sandbox;

/// <summary>
/// The bubblewrap command line: an empty root, then the system read-only, then the working folder at its own path.
/// What is not named here is not there.
/// </summary>
internal sealed class ProcessSandbox(string bubblewrap, SandboxOptions options)
{
    /// <param name="cwd">A real path inside the working folder; another one is writable, too.</param>
    public LaunchPlan Plan(IReadOnlyList<string> command, string cwd) => new(
        bubblewrap,
        [.. Isolation(), .. options.Resident is null ? Variables() : [], .. System(), .. Outside(cwd), .. Work(), .. Home(), "--remount-ro", "/", "--chdir", cwd, "--", .. command],
        // /proc/1/environ shows inside what bubblewrap itself was started with.
        new Dictionary<string, string>(options.Resident?.Environment ?? _bare, StringComparer.Ordinal) { [CallMarker.Variable] = CallMarker.Next(options.Home) },
        "/");

    private static readonly Dictionary<string, string> _bare = new(StringComparer.Ordinal) { ["PATH"] = "/usr/bin:/bin" };

    private IEnumerable<string> Isolation()
    {
        yield return "--die-with-parent";
        yield return "--new-session";
        yield return options.User is null ? "--unshare-user-try" : "--unshare-user";
        yield return "--unshare-pid";
        yield return "--unshare-ipc";
        yield return "--unshare-uts";
        yield return "--unshare-cgroup-try";
        if (!options.Network)
        {
            yield return "--unshare-net";
        }

        if (options.User is { } user)
        {
            var id = user.ToString(CultureInfo.InvariantCulture);
            string[] mapping = ["--uid", id, "--gid", id];
            foreach (var part in mapping)
            {
                yield return part;
            }
        }

        yield return "--cap-drop";
        yield return "ALL";
    }

    private IEnumerable<string> Variables() =>
        CleanEnvironment.For(options, ownPath: false)
            .SelectMany(variable => new[] { "--setenv", variable.Key, variable.Value })
            .Prepend("--clearenv");

    private List<string> System()
    {
        List<string> shown = [.. SystemFolders.Whole, .. options.ReadOnly];
        var arguments = shown.SelectMany(ReadOnly).ToList();
        foreach (var folder in SystemFolders.Linked)
        {
            arguments.AddRange(new DirectoryInfo(folder).LinkTarget is { } target ? ["--symlink", target, folder] : ReadOnly(folder));
        }

        arguments.AddRange(SandboxEtc.Arguments(options));
        // Run as root, a writable /proc lets the sandbox change the kernel's settings: /proc/sys asks for the user only.
        arguments.AddRange(["--proc", "/proc", "--remount-ro", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]);
        arguments.AddRange(["--dir", "/run", "--dir", "/var", "--symlink", "../tmp", "/var/tmp"]);
        arguments.AddRange(options.Readable.SelectMany(ReadOnly));
        arguments.AddRange(shown.SelectMany(Masks));
        return arguments;
    }

    private IEnumerable<string> Outside(string cwd) => RealPath.IsInside(cwd, options.WorkingDir) ? [] : ["--bind", cwd, cwd, .. Masks(cwd)];

    private IEnumerable<string> Work() =>
    [
        "--bind", options.WorkingDir, options.WorkingDir, .. options.Kept.In(options.WorkingDir).SelectMany(ReadOnly),
        .. Pins().SelectMany(path => new[] { "--bind", path, path }), .. Masks(options.WorkingDir),
    ];

    private IEnumerable<string> Home() => options.Resident is not { } resident ? [] :
    [
        "--bind", resident.Home, resident.Home, .. resident.Shown.SelectMany(shown => new[] { "--ro-bind", shown.From, shown.To }),
    ];

    // A mount point cannot be renamed, so what is hidden below it keeps its path. One that a command could have planted
    // is left out: bubblewrap would follow a link put in its place.
    private IEnumerable<string> Pins() => options.Hidden.Above.Where(path =>
        path != options.WorkingDir && RealPath.IsInside(path, options.WorkingDir) && Directory.Exists(path) && RealPath.Of(path) == path
        && !options.Hidden.Paths.Any(place => RealPath.IsInside(path, place) && !RealPath.IsInside(options.WorkingDir, place)));

    private IEnumerable<string> Masks(string folder) => options.Hidden.Inside(folder)
        .Where(place => !RealPath.IsInside(options.WorkingDir, place))
        .SelectMany(place => Directory.Exists(place)
            ? ["--tmpfs", place, .. options.Resident is { } resident && RealPath.IsInside(resident.Home, place) ? new[] { "--bind", resident.Home, resident.Home } : [], .. options.Readable.Where(shown => RealPath.IsInside(shown, place)).SelectMany(ReadOnly), "--remount-ro", place]
            : (string[])["--ro-bind", "/dev/null", place]);

    private static string[] ReadOnly(string path) => ["--ro-bind", path, path];
}
