namespace Muster.Node.Sandbox.Tasks.Containers;

/// <summary>Which container engine a machine has.</summary>
/// <param name="Kind"><c>docker</c> or <c>podman</c>; null when none answers.</param>
/// <param name="Socket">Where it listens.</param>
/// <param name="Reason">Why none is usable: a sentence that says what to do. Null when one is.</param>
public sealed record Engine(string? Kind, string? Version, string? Socket, string? Reason)
{
    public bool Usable => Reason is null;

    /// <summary>Such as <c>docker 20.10.24</c>.</summary>
    public override string ToString() => Reason ?? $"{Kind} {Version}";
}

/// <summary>An engine that answers, and what it says of itself.</summary>
internal sealed record FoundEngine(Engine Engine, EngineClient Client, EngineInfo Info) : IDisposable
{
    public bool Podman => Engine.Kind == "podman";

    public bool Rootless => Info.Rootless || Has("rootless");

    /// <summary>Whether its own processes make control groups, and where they are told.</summary>
    public bool MakesGroups => Info.CgroupDriver == "cgroupfs";

    public bool Has(string securityOption) =>
        Info.SecurityOptions?.Any(option => option.Split(',')[0] == $"name={securityOption}") == true;

    public void Dispose() => Client.Dispose();
}
