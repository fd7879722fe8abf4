using Muster.Protocol.Archives.Folders;

namespace Muster.Cli.Copies;

/// <summary>The end of a copy that is on this machine: where no rules but the system's count, as it is the person's own.</summary>
internal static class LocalFile
{
    /// <exception cref="CliException">It is not there, or no file.</exception>
    public static string ToRead(CommandContext context, string path)
    {
        var full = Path.GetFullPath(path, context.Surroundings.Directory);
        return Directory.Exists(full) ? throw new CliException($"{path} is a folder. Pack it first (tar czf folder.tgz folder), and copy that.", ExitCode.Usage)
            : File.Exists(full) ? full
            : throw new CliException($"There is no {path} here.", ExitCode.NotFound);
    }

    /// <param name="name">The file's own, where the path is a folder.</param>
    /// <exception cref="CliException">Something is there, or nothing can be written there.</exception>
    public static string ToWrite(CommandContext context, string path, string name, bool force)
    {
        var full = Path.GetFullPath(path, context.Surroundings.Directory);
        if (Path.EndsInDirectorySeparator(path) || Directory.Exists(full))
        {
            // It comes from another machine, where such a name may be an ordinary one.
            full = name.Length > 0 && name is not ("." or "..") && name.AsSpan().IndexOfAny(Path.GetInvalidFileNameChars()) < 0
                ? Path.Combine(full, name)
                : throw new CliException($"\"{name}\" cannot be a file's name here: say what it is to be called.", ExitCode.Usage);
        }

        full = new FileInfo(full).LinkTarget is null ? full : File.ResolveLinkTarget(full, returnFinalTarget: true)!.FullName; // as cp does
        var folder = Path.GetDirectoryName(full);
        return folder is null || !Directory.Exists(folder) ? throw new CliException($"There is no folder {folder} here.", ExitCode.NotFound)
            : Directory.Exists(full) ? throw new CliException($"{full} is a folder.")
            : SpecialFile.IsAt(full) ? throw new CliException($"{full} is a device or a pipe, which muster cp does not write to: name a file.")
            : File.Exists(full) && !force ? throw new CliException($"{full} is there already. Choose another name, or replace it with --force.")
            : full;
    }

    /// <summary>Permissions as three octal digits; null where the system has none.</summary>
    public static string? Mode(string path) =>
        OperatingSystem.IsWindows() ? null : Convert.ToString((int)File.GetUnixFileMode(path) & 0b111_111_111, 8).PadLeft(3, '0');

    /// <summary>An empty file for what comes, which nobody else may read before it has its own permissions.</summary>
    public static void Prepare(string path, string? mode)
    {
        if (mode is not null && !OperatingSystem.IsWindows())
        {
            new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }).Dispose();
        }
    }

    public static void SetMode(string path, string? mode)
    {
        if (mode is not null && !OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, (UnixFileMode)(Convert.ToInt32(mode, 8) & 0b111_111_111));
        }
    }
}
