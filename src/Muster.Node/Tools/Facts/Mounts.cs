using System.Globalization;
using System.Text.RegularExpressions;

namespace Muster.Node.Tools.Facts;

/// <summary>The disks of this machine: no pseudo file systems, no network ones (which can hang), each device once.</summary>
internal static partial class Mounts
{
    // Where a container or a virtual machine has its root.
    private static readonly HashSet<string> _roots = ["overlay", "virtiofs", "9p"];
    private static readonly HashSet<string> _images = ["squashfs", "iso9660", "erofs"];

    public static IReadOnlyList<DiskReport> Disks()
    {
        var mounts = OperatingSystem.IsLinux()
            ? Real(File.ReadAllLines("/proc/self/mountinfo")).Where(Directory.Exists)
            : DriveInfo.GetDrives().Where(drive => drive.DriveType == DriveType.Fixed).Select(drive => drive.Name);
        return [.. mounts.Select(Report).OfType<DiskReport>()];
    }

    /// <param name="mountinfo">Lines as proc(5) describes them.</param>
    internal static IEnumerable<string> Real(IEnumerable<string> mountinfo) => mountinfo
        .Select(line => line.Split(' '))
        .Select(fields => (Fields: fields, Dash: Array.IndexOf(fields, "-")))
        .Where(line => line.Dash >= 6 && line.Fields.Length > line.Dash + 2)
        .Select(line => (Mount: Unescape(line.Fields[4]), Device: line.Fields[2],
            Type: line.Fields[line.Dash + 1], Source: line.Fields[line.Dash + 2]))
        .Where(mount => !_images.Contains(mount.Type)
            && (mount.Source.StartsWith("/dev/", StringComparison.Ordinal) || mount.Type is "zfs" || (mount.Mount == "/" && _roots.Contains(mount.Type))))
        .GroupBy(mount => mount.Source.StartsWith("/dev/", StringComparison.Ordinal) && mount.Source != "/dev/root" ? mount.Source : mount.Device, StringComparer.Ordinal)
        .Select(group => group.MinBy(mount => mount.Mount.Length).Mount)
        .Order(StringComparer.Ordinal);

    private static DiskReport? Report(string mount)
    {
        try
        {
            var drive = new DriveInfo(mount);
            return drive.TotalSize > 0 ? new DiskReport(mount, drive.TotalSize, drive.TotalSize - drive.TotalFreeSpace, drive.AvailableFreeSpace) : null;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            // Unmounted since it was listed, or nobody's business.
            return null;
        }
    }

    private static string Unescape(string text) =>
        Octal().Replace(text, match => ((char)Convert.ToInt32(match.Groups[1].Value, 8)).ToString(CultureInfo.InvariantCulture));

    [GeneratedRegex(@"\\([0-7]{3})", RegexOptions.NonBacktracking)]
    private static partial Regex Octal();
}
