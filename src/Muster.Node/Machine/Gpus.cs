using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Muster.Node.Machine;

/// <param name="Busy">Share, 0 to 1.</param>
/// <param name="ForContainers">A container engine can hand it to a task.</param>
internal sealed record Gpu(string Name, long MemoryTotal, long MemoryUsed, double Busy, bool ForContainers);

/// <summary>The GPUs that the driver's own tool (nvidia-smi) or the kernel (AMD) tells of.</summary>
/// <param name="path">As the variable PATH.</param>
internal sealed class Gpus(MachineFiles files, string path, TimeProvider time)
{
    private const string Tool = "nvidia-smi";
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);
    private IReadOnlyList<Gpu> _known = [];

    /// <summary>As last looked at.</summary>
    public IReadOnlyList<Gpu> Known => Volatile.Read(ref _known);

    public async Task LookAsync(CancellationToken cancel) => Volatile.Write(ref _known, [.. await NvidiaAsync(cancel), .. Amd()]);

    private IEnumerable<Gpu> Amd()
    {
        foreach (var card in files.Entries("sys/class/drm", "card").Select(card => card + "/device").Where(device => files.Exists(device + "/mem_info_vram_total")))
        {
            yield return new Gpu(
                files.Text(card + "/product_name") is { Length: > 0 } name ? name : "AMD GPU", files.Number(card + "/mem_info_vram_total") ?? 0,
                files.Number(card + "/mem_info_vram_used") ?? 0, Math.Clamp((files.Number(card + "/gpu_busy_percent") ?? 0) / 100.0, 0, 1), ForContainers: false);
        }
    }

    private async Task<IReadOnlyList<Gpu>> NvidiaAsync(CancellationToken cancel)
    {
        var tool = path.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Select(folder => Path.Combine(folder, Tool)).FirstOrDefault(File.Exists);
        if (tool is null)
        {
            return [];
        }

        using var deadline = new CancellationTokenSource(_patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancel);
        using var process = new Process { StartInfo = new ProcessStartInfo(tool) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true } };
        process.StartInfo.ArgumentList.Add("--query-gpu=name,memory.total,memory.used,utilization.gpu");
        process.StartInfo.ArgumentList.Add("--format=csv,noheader,nounits");
        try
        {
            process.Start();
            _ = process.StandardError.ReadToEndAsync(either.Token);
            var text = await process.StandardOutput.ReadToEndAsync(either.Token);
            await process.WaitForExitAsync(either.Token);
            return process.ExitCode == 0 ? [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Nvidia).OfType<Gpu>()] : [];
        }
        catch (Win32Exception)
        {
            return []; // not a program of this machine
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            process.Kill(entireProcessTree: true);
            return []; // a driver that hangs has no GPU to give
        }
    }

    /// <summary>Sizes are MiB; what a card does not tell is "[N/A]".</summary>
    private static Gpu? Nvidia(string line)
    {
        double Number(string text) => double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : 0;
        return line.Split(',', StringSplitOptions.TrimEntries) is [var name, var total, var used, var busy, ..]
            ? new Gpu(name, (long)Number(total) << 20, (long)Number(used) << 20, Math.Clamp(Number(busy) / 100, 0, 1), ForContainers: true)
            : null;
    }
}
