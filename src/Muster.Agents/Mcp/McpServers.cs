using Microsoft.Extensions.Logging;
using ModelContextProtocol.Client;
using Muster.Agents.Tools;

namespace Muster.Agents.Mcp;

/// <summary>
/// Connections to MCP servers. Each is opened when its tools are first asked for; a server that does not start is
/// left out and reported, and tried again the next time.
/// </summary>
public sealed partial class McpServers(IReadOnlyList<McpServerOptions> servers, ILoggerFactory loggers) : IAsyncDisposable
{
    private readonly ILogger _logger = loggers.CreateLogger<McpServers>();
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly Dictionary<string, Connection> _open = new(StringComparer.Ordinal);

    /// <summary>All tools of all servers that can be reached, and a sentence for each that cannot.</summary>
    public async Task<(IReadOnlyList<Tool> Tools, IReadOnlyList<string> Problems)> ToolsAsync(CancellationToken cancel)
    {
        await _gate.WaitAsync(cancel);
        try
        {
            var problems = new List<string>();
            foreach (var server in servers)
            {
                await EnsureOpenAsync(server, problems, cancel);
            }

            return ([.. _open.Values.SelectMany(connection => connection.Tools)], problems);
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _open.Values)
        {
            await connection.Client.DisposeAsync();
        }

        _open.Clear();
        _gate.Dispose();
    }

    private async Task EnsureOpenAsync(McpServerOptions server, List<string> problems, CancellationToken cancel)
    {
        if (_open.TryGetValue(server.Name, out var known))
        {
            if (!known.Client.Completion.IsCompleted)
            {
                return;
            }

            _open.Remove(server.Name);
            await known.Client.DisposeAsync();
        }

        try
        {
            _open[server.Name] = await ConnectAsync(server, cancel);
        }
        catch (Exception failure) when (!cancel.IsCancellationRequested)
        {
            LogUnavailable(_logger, server.Name, failure.Message);
            problems.Add($"The MCP server \"{server.Name}\" did not start: {failure.Message}");
        }
    }

    private async Task<Connection> ConnectAsync(McpServerOptions server, CancellationToken cancel)
    {
        var options = new McpClientOptions { InitializationTimeout = server.StartTimeout };
        var client = await McpClient.CreateAsync(Transport(server), options, loggers, cancel);
        try
        {
            var tools = await client.ListToolsAsync(cancellationToken: cancel);
            return new Connection(client, [.. tools.Select(tool => new McpTool(server.Name, tool))]);
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }

    private IClientTransport Transport(McpServerOptions server) => server.Url is { } url
        ? new HttpClientTransport(
            new HttpClientTransportOptions
            {
                Endpoint = url,
                Name = server.Name,
                TransportMode = HttpTransportMode.StreamableHttp,
                ConnectionTimeout = server.StartTimeout,
                AdditionalHeaders = server.Headers.ToDictionary(),
            },
            loggers)
        : new StdioClientTransport(
            new StdioClientTransportOptions
            {
                Command = server.Command ?? throw new InvalidOperationException($"The MCP server \"{server.Name}\" has neither command nor url."),
                Arguments = [.. server.Arguments],
                Name = server.Name,
                WorkingDirectory = server.WorkingDirectory,
                InheritEnvironmentVariables = false,
                EnvironmentVariables = Environment(server),
                ShutdownTimeout = TimeSpan.FromSeconds(3),
            },
            loggers);

    /// <summary>What a program needs to start at all, and what its owner named; never this process's secrets.</summary>
    private static Dictionary<string, string?> Environment(McpServerOptions server)
    {
        string[] plain = ["PATH", "HOME", "USER", "LANG", "TZ", "TMPDIR", "SystemRoot", "APPDATA", "LOCALAPPDATA", "TEMP", "USERPROFILE"];
        var environment = plain
            .Select(name => (name, value: System.Environment.GetEnvironmentVariable(name)))
            .Where(pair => pair.value is not null)
            .ToDictionary(pair => pair.name, pair => pair.value, StringComparer.Ordinal);
        foreach (var (name, value) in server.Environment)
        {
            environment[name] = value;
        }

        return environment;
    }

    private sealed record Connection(McpClient Client, IReadOnlyList<Tool> Tools);

    [LoggerMessage(LogLevel.Warning, "MCP server {Server} is unavailable: {Reason}")]
    private static partial void LogUnavailable(ILogger logger, string server, string reason);
}
