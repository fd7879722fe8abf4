namespace Muster.Cli.Composition;

/// <summary>What the node is started with.</summary>
/// <param name="Hub">The hub to join; null for the one that node.json names.</param>
internal sealed record NodeSettings(
    State.Home Home,
    Uri? Hub,
    string? LocalCredential,
    string WorkingDirectory,
    Configuration.MusterConfiguration Configuration,
    TimeProvider Time);

/// <summary>The node inside this process.</summary>
internal sealed class NodeProcess : IAsyncDisposable
{
    private NodeProcess()
    {
    }

    public string Name { get; private init; } = "";

    /// <summary>How its model is told to a person.</summary>
    public string Model { get; private init; } = "";

    /// <summary>How its shell is told to a person.</summary>
    public string Isolation { get; private init; } = "";

    public Task Stopped { get; private init; } = Task.CompletedTask;

    public static Task<NodeProcess> StartAsync(NodeSettings settings, CancellationToken cancellationToken) =>
        throw new CliException("This build contains no node.");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
