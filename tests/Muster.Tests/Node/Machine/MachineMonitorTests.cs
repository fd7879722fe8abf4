using Muster.Node.Machine;
using Muster.Testing;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Machine;

public sealed class MachineMonitorTests : IDisposable
{
    private readonly TemporaryFolder _root = new();
    private readonly FakeTime _time = new();

    [Fact]
    public void Read_TwoReadings_TellSharesAndSpeedsBetweenThem()
    {
        Write("proc/stat", "cpu  100 0 100 800 0 0 0 0 50 0\ncpu0 100 0 100 800 0 0 0 0 50 0\n");
        Write("proc/meminfo", "MemTotal:        8000 kB\nMemFree:          100 kB\nMemAvailable:    6000 kB\n");
        Write("sys/class/thermal/thermal_zone0/temp", "41500\n");
        Write("sys/class/thermal/thermal_zone1/temp", "60250\n");
        Network(1000, 500);
        var monitor = Monitor();
        monitor.Read().Cpu.ShouldBe(0);

        Write("proc/stat", "cpu  160 0 110 825 5 0 0 0 50 0\n");
        Network(11_000, 2500);
        _time.Advance(TimeSpan.FromSeconds(5));
        var read = monitor.Read();

        read.Cpu.ShouldBe(0.7, 0.0001);
        (read.MemoryTotalBytes, read.MemoryUsedBytes).ShouldBe((8000UL * 1024, 2000UL * 1024));
        read.Temperature.ShouldBe(60.25);
        (read.NetworkIn, read.NetworkOut).ShouldBe((2000, 400));
        read.DiskTotalBytes.ShouldBeGreaterThan(0UL);
        read.DiskUsedBytes.ShouldBeLessThanOrEqualTo(read.DiskTotalBytes);
        read.Gpus.ShouldBe(0u);
    }

    [Fact]
    public void Read_NoThermalZone_TakesASensorThatIsPlausible()
    {
        Write("sys/class/hwmon/hwmon0/temp1_input", "-128000\n");
        Write("sys/class/hwmon/hwmon1/temp1_input", "52000\n");
        Write("sys/class/hwmon/hwmon1/temp1_max", "105000\n");

        Monitor().Read().Temperature.ShouldBe(52);
    }

    [Fact]
    public void Read_MachineThatTellsNothing_IsReadAsUnknown()
    {
        var read = Monitor().Read();

        (read.Cpu, read.Temperature, read.NetworkIn).ShouldBe((0, 0, 0));
    }

    [Fact]
    public async Task Gpus_ToolAndKernelTell_AreAllKnown()
    {
        var tool = Path.Combine(_root.Path, "bin", "nvidia-smi");
        Write("bin/nvidia-smi", "#!/bin/sh\necho 'NVIDIA GeForce RTX 4090, 24564, 1024, 37'\necho 'NVIDIA T4, 16384, 0, [N/A]'\n");
        File.SetUnixFileMode(tool, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Write("sys/class/drm/card0/device/mem_info_vram_total", $"{8L << 30}");
        Write("sys/class/drm/card0/device/mem_info_vram_used", $"{1L << 30}");
        Write("sys/class/drm/card0/device/gpu_busy_percent", "50");
        var gpus = new Gpus(new MachineFiles(_root.Path), Path.GetDirectoryName(tool)!, TimeProvider.System);

        await gpus.LookAsync(TestContext.Current.CancellationToken);

        gpus.Known.ShouldBe(
        [
            new Gpu("NVIDIA GeForce RTX 4090", 24564L << 20, 1024L << 20, 0.37, ForContainers: true),
            new Gpu("NVIDIA T4", 16384L << 20, 0, 0, ForContainers: true),
            new Gpu("AMD GPU", 8L << 30, 1L << 30, 0.5, ForContainers: false),
        ]);
        var read = new MachineMonitor(new MachineFiles(_root.Path), _root.Path, () => gpus.Known, _time).Read();
        (read.Gpus, read.GpuName, read.Gpu).ShouldBe((3u, "NVIDIA GeForce RTX 4090", 0.5));
    }

    [Fact]
    public async Task Gpus_ToolFails_AreNone()
    {
        Write("bin/nvidia-smi", "#!/bin/sh\necho 'NVIDIA-SMI has failed'\nexit 9\n");
        File.SetUnixFileMode(Path.Combine(_root.Path, "bin", "nvidia-smi"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var gpus = new Gpus(new MachineFiles(_root.Path), Path.Combine(_root.Path, "bin"), TimeProvider.System);

        await gpus.LookAsync(TestContext.Current.CancellationToken);

        gpus.Known.ShouldBeEmpty();
    }

    public void Dispose() => _root.Dispose();

    private MachineMonitor Monitor() => new(new MachineFiles(_root.Path), _root.Path, () => [], _time);

    /// <summary>A card, and a bridge that carries the same again.</summary>
    private void Network(long received, long sent)
    {
        Write("sys/class/net/eth0/device/uevent", "");
        Write("proc/net/dev", $"""
            Inter-|   Receive                                                |  Transmit
             face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
                lo: 999999      1    0    0    0     0          0         0  999999      1    0    0    0     0       0          0
              eth0: {received}      1    0    0    0     0          0         0  {sent}      1    0    0    0     0       0          0
              br0: {received}      1    0    0    0     0          0         0  {sent}      1    0    0    0     0       0          0
            """);
    }

    private void Write(string path, string text)
    {
        var file = Path.Combine(_root.Path, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}
