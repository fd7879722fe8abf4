namespace Muster.Cli.Composition;

/// <summary>What the hub is started with.</summary>
internal sealed record HubSettings(
    State.Home Home,
    IReadOnlyList<string> Urls,
    bool InsecureHttp,
    IReadOnlyList<string> Hosts,
    Configuration.MusterConfiguration Configuration,
    TimeProvider Time);

/// <summary>The hub inside this process.</summary>
internal sealed class HubProcess : IAsyncDisposable
{
    private HubProcess()
    {
    }

    /// <summary>Addresses with the ports that were really taken.</summary>
    public IReadOnlyList<string> Urls { get; private init; } = [];

    public bool Claimed { get; private init; }

    /// <summary>The key that commands of this home use; it cannot approve.</summary>
    public string LocalCredential { get; private init; } = "";

    /// <summary>Runs, background tasks or frames that still have to go out.</summary>
    public bool Busy => false;

    /// <summary>Ends when the hub does, with its failure.</summary>
    public Task Stopped { get; private init; } = Task.CompletedTask;

    public static Task<HubProcess> StartAsync(HubSettings settings, CancellationToken cancellationToken) =>
        throw new CliException("This build contains no hub.");

    /// <summary>The one-time link on which the owner sets a password.</summary>
    public string OwnerLink() => "";

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
