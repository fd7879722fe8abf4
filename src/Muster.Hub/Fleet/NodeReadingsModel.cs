using Muster.Hub.Fleet.Links;
using Muster.Protocol.Wire;

namespace Muster.Hub.Fleet;

/// <summary>What a machine measured of itself in the last seconds.</summary>
/// <param name="Cpu">Busy share of all cores, 0 to 1.</param>
/// <param name="Temperature">Celsius, of its hottest sensor; null when there is none.</param>
/// <param name="NetworkIn">Bytes per second.</param>
/// <param name="NetworkOut">Bytes per second.</param>
/// <param name="Gpu">Null when there is none.</param>
public sealed record NodeReadingsModel(
    double Cpu,
    ulong MemoryUsedBytes,
    ulong MemoryTotalBytes,
    ulong DiskUsedBytes,
    ulong DiskTotalBytes,
    double? Temperature,
    double NetworkIn,
    double NetworkOut,
    GpuReadingsModel? Gpu)
{
    private const double Fastest = 1e13;

    internal static NodeReadingsModel? Of(NodeReadings? read) => read is null ? null : new(
        Share(read.Cpu), read.MemoryUsedBytes, read.MemoryTotalBytes, read.DiskUsedBytes, read.DiskTotalBytes,
        read.Temperature is > 0 and < 1000 ? Math.Round(read.Temperature, 1) : null, Speed(read.NetworkIn), Speed(read.NetworkOut),
        read.Gpus == 0 ? null : new GpuReadingsModel(NodeFactsReader.Cut(read.GpuName), (int)Math.Min(read.Gpus, 64), Share(read.Gpu), read.GpuMemoryUsedBytes, read.GpuMemoryTotalBytes));

    private static double Share(double value) => double.IsFinite(value) ? Math.Round(Math.Clamp(value, 0, 1), 3) : 0;

    private static double Speed(double value) => double.IsFinite(value) ? Math.Round(Math.Clamp(value, 0, Fastest)) : 0;
}

/// <param name="Name">Of the first.</param>
/// <param name="Busy">Share of the busiest, 0 to 1.</param>
public sealed record GpuReadingsModel(string Name, int Count, double Busy, ulong MemoryUsedBytes, ulong MemoryTotalBytes);
