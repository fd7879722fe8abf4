namespace Muster.Storage.Lanes;

/// <summary>Bounds of what is kept for one peer.</summary>
public sealed record LaneStoreOptions
{
    public int MaxFrames { get; init; } = 100_000;

    public long MaxBytes { get; init; } = 256L << 20;

    /// <summary>From this share of a bound on, <see cref="LaneStore.NearBound"/> asks for no new work.</summary>
    public double Near { get; init; } = 0.5;

    /// <summary>One read stops after this many bytes of bodies, but gives at least one frame.</summary>
    public int ReadBytes { get; init; } = 256 << 10;
}
