using Muster.Protocol.Jobs;

namespace Muster.Client.Jobs;

/// <summary>How a ZIP is run; what it does not say by itself.</summary>
public sealed record PackageOptions
{
    /// <summary>Null: the file's, without <c>.zip</c>.</summary>
    public string? Name { get; init; }

    /// <summary>So many machines run it at once, or none; null: one.</summary>
    public int? Hosts { get; init; }

    /// <summary>A package with a <c>requirements.txt</c> needs a network.</summary>
    public NeedsSpec? Needs { get; init; }

    /// <summary>Null: 10 minutes.</summary>
    public TimeSpan? Timeout { get; init; }
}
