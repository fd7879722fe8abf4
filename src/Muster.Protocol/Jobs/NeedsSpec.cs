using System.Text.Json.Serialization;

namespace Muster.Protocol.Jobs;

/// <summary>What a task asks of the node it runs on.</summary>
public sealed record NeedsSpec
{
    /// <summary>Cores, in parts too; null: 1.</summary>
    public double? Cpu { get; init; }

    /// <summary>Null: 256 MiB.</summary>
    public ByteSize? Memory { get; init; }

    /// <summary>Of the work folder; null: 1 GiB.</summary>
    public ByteSize? Disk { get; init; }

    /// <summary>How many; null: 0, or 1 when something else is asked of it.</summary>
    public int? Gpu { get; init; }

    /// <summary>Of each.</summary>
    public ByteSize? GpuMemory { get; init; }

    /// <summary>A part of its name, such as <c>RTX 4090</c>.</summary>
    public string? GpuName { get; init; }

    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    public string? Location { get; init; }

    /// <summary>As the node measured it.</summary>
    public double? CpuScore { get; init; }

    public double? GpuScore { get; init; }

    /// <summary>The least that is accepted; <see cref="SpecIsolation.None"/>: on the machine itself, where it is the submitter's own and offers that.</summary>
    public SpecIsolation? Isolation { get; init; }

    /// <summary>
    /// Hosts that may be reached: <c>example.org</c>, <c>example.org:8443</c>, <c>*.example.org</c>, or <c>*</c> for everything public.
    /// Null or empty: none.
    /// </summary>
    public IReadOnlyList<string>? Network { get; init; }

    /// <summary>Highest price of a node, as a factor of the price list: 1.5.</summary>
    public double? MaxPrice { get; init; }

    /// <summary>Least trust in a node that is not the submitter's own.</summary>
    public SpecTrust? Trust { get; init; }

    /// <summary>Only the node of this name.</summary>
    public string? Node { get; init; }
}

[JsonConverter(typeof(SpecWords<SpecIsolation>))]
public enum SpecIsolation
{
    None,
    Process,
    Container,
}

[JsonConverter(typeof(SpecWords<SpecTrust>))]
public enum SpecTrust
{
    New,
    Probation,
    Trusted,
}
