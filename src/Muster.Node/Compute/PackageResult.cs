using System.Globalization;
using System.Text;
using Muster.Protocol.Archives;
using Muster.Protocol.Wire;

namespace Muster.Node.Compute;

/// <summary>What a package gives back: its workspace, with what it printed and how it went, as one ZIP. (Names as HiveMind's.)</summary>
internal sealed class PackageResult(AttemptFolder folder, Work work, TimeProvider time)
{
    public const string Name = "result.zip";
    private const string Printed = "execution_log.txt";
    private const string Course = "task_logs.txt";
    private const string Stopped = "task_stopped.txt";

    private readonly StringBuilder _course = new();

    public void Note(string sentence) => _course.Append(CultureInfo.InvariantCulture, $"{time.GetUtcNow():yyyy-MM-dd'T'HH:mm:ss.fff'Z'} {sentence}\n");

    /// <summary>Packs the workspace as the program left it.</summary>
    /// <returns>The file.</returns>
    /// <exception cref="ArchiveException">There is more than a package may give back.</exception>
    public async Task<string> PackAsync(string workspace, AttemptResult result, CancellationToken cancel)
    {
        Note(string.Create(
            CultureInfo.InvariantCulture,
            $"{result.Outcome}, exit code {result.ExitCode}; {result.Usage?.WallSeconds:0.000} s, {result.Usage?.CpuSeconds:0.000} s of processor, {result.Usage?.PeakMemoryBytes / 1_000_000} MB of memory at most"));
        if (result.Error.Length > 0)
        {
            Note(result.Error);
        }

        // Into the archive and never into the workspace, where the program may have left a link of that name.
        var own = new Dictionary<string, string>(StringComparer.Ordinal) { [Printed] = folder.LogFile, [Course] = await WriteAsync(Course, _course.ToString(), cancel) };
        if (result.Outcome is "stopped" or "timed_out")
        {
            own[Stopped] = await WriteAsync(Stopped, result.Error + "\n", cancel);
        }

        var libraries = Commands.LibrariesOf(work);
        var file = Path.Combine(folder.Root, Name);
        await using var archive = new FileStream(file, FileMode.Create, FileAccess.ReadWrite, FileShare.Read);
        await SafeZip.PackAsync(workspace, own, path => path == work.Package || path.StartsWith(libraries, StringComparison.Ordinal), archive, new ArchiveLimits(), cancel);
        return file;
    }

    private async Task<string> WriteAsync(string name, string text, CancellationToken cancel)
    {
        var file = Path.Combine(folder.Root, name);
        await File.WriteAllTextAsync(file, text, cancel);
        return file;
    }
}
