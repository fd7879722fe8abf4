using Muster.Node.Machine;

namespace Muster.Node.Tools.Hardware;

/// <summary>One thing that the kernel measures.</summary>
/// <param name="Name">As stable as the kernel's own names are; no two sensors of a machine have the same.</param>
/// <param name="Source">The folder of its device, below the root.</param>
/// <param name="Path">The file with its number: <c>(number + Offset) × Factor</c> is the value in <paramref name="Unit"/>.</param>
internal sealed record Sensor(string Name, string Kind, string Unit, string Source, string Path, double Factor)
{
    public double Offset { get; init; }

    /// <summary>A file that has a 1 while the sensor is broken or not connected.</summary>
    public string? Fault { get; init; }

    /// <summary>Null when it gives no value now.</summary>
    public double? Value(MachineFiles files) =>
        (Fault is null || files.Number(Fault) is null or 0) && files.Real(Path) is { } number
            ? Math.Round((number + Offset) * Factor, 6)
            : null;
}
