using Microsoft.Extensions.Logging;
using ModelContextProtocol.Client;
using Muster.Agents.Tools;

namespace Muster.Agents.Mcp;

/// <summary>
/// Connections to MCP servers. Each is opened when its tools are first asked for; a server that does not start is
/// left out, reported once, and tried again in the background, later each time.
/// </summary>
public sealed partial class McpServers(IReadOnlyList<McpServerOptions> servers, ILoggerFactory loggers, TimeProvider? time = null) : IAsyncDisposable
{
    private static readonly TimeSpan _firstPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan _longestPause = TimeSpan.FromMinutes(10);

    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly ILogger _logger = loggers.CreateLogger<McpServers>();
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<string, Attempt> _attempts = new(StringComparer.Ordinal);

    /// <summary>All tools of all servers that can be reached, and a sentence for each that has stopped to be reachable since the last time.</summary>
    public async Task<(IReadOnlyList<Tool> Tools, IReadOnlyList<string> Problems)> ToolsAsync(CancellationToken cancel)
    {
        await _gate.WaitAsync(cancel);
        try
        {
            foreach (var server in servers)
            {
                await BeginAsync(server);
            }

            var problems = new List<string>();
            var tools = new List<Tool>();
            var names = new McpToolNames();
            foreach (var server in servers)
            {
                tools.AddRange((await ToolsAsync(server, problems, cancel)).Select(tool => new McpTool(names.Of(server.Name, tool.Name), server.Name, tool)));
            }

            return (tools, problems);
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        foreach (var attempt in _attempts.Values)
        {
            await ((Task)attempt.Connecting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await CloseAsync(attempt);
        }

        _attempts.Clear();
        _stop.Dispose();
        _gate.Dispose();
    }

    /// <summary>Starts to connect where that is due.</summary>
    private async ValueTask BeginAsync(McpServerOptions server)
    {
        var known = _attempts.GetValueOrDefault(server.Name);
        if (known is { Connecting.IsCompletedSuccessfully: true } && (await known.Connecting).Client.Completion.IsCompleted)
        {
            await CloseAsync(known);
            known = null;
        }

        if (known is null || (known.Failures > 0 && known.Connecting.IsCompleted && known.Failed && _time.GetUtcNow() >= known.NextTry))
        {
            _attempts[server.Name] = new Attempt(ConnectAsync(server, _stop.Token)) { Failures = known?.Failures ?? 0 };
        }
    }

    /// <summary>Waits for the first connection only: a server that failed before must not hold up a run.</summary>
    private async Task<IReadOnlyList<McpClientTool>> ToolsAsync(McpServerOptions server, List<string> problems, CancellationToken cancel)
    {
        var attempt = _attempts[server.Name];
        if (attempt.Failed || (attempt.Failures > 0 && !attempt.Connecting.IsCompleted))
        {
            return [];
        }

        try
        {
            var tools = (await attempt.Connecting.WaitAsync(cancel)).Tools;
            attempt.Failures = 0;
            return tools;
        }
        catch (Exception failure) when (!cancel.IsCancellationRequested)
        {
            LogUnavailable(_logger, server.Name, failure.Message);
            if (attempt.Failures == 0)
            {
                problems.Add($"The MCP server \"{server.Name}\" did not start, so its tools are not there: {failure.Message}");
            }

            attempt.Failed = true;
            attempt.NextTry = _time.GetUtcNow() + Pause(attempt.Failures++);
            return [];
        }
    }

    private static TimeSpan Pause(int failures) => _firstPause * Math.Min(Math.Pow(2, failures), _longestPause / _firstPause);

    private static async ValueTask CloseAsync(Attempt attempt)
    {
        if (attempt.Connecting.IsCompletedSuccessfully)
        {
            await (await attempt.Connecting).Client.DisposeAsync();
        }
    }

    /// <summary>One limit holds for the connection and for the names of its tools together.</summary>
    private async Task<Connection> ConnectAsync(McpServerOptions server, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(server.StartTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        var options = new McpClientOptions { InitializationTimeout = server.StartTimeout };
        McpClient? client = null;
        try
        {
            client = await McpClient.CreateAsync(Transport(server), options, loggers, either.Token);
            return new Connection(client, [.. await client.ListToolsAsync(cancellationToken: either.Token)]);
        }
        catch (Exception failure)
        {
            await (client?.DisposeAsync() ?? ValueTask.CompletedTask);
            if (failure is OperationCanceledException && limit.IsCancellationRequested && !cancel.IsCancellationRequested)
            {
                throw new TimeoutException($"it did not {(client is null ? "answer" : "name its tools")} within {server.StartTimeout.TotalSeconds:0.###} s.", failure);
            }

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

    private sealed class Attempt(Task<Connection> connecting)
    {
        public Task<Connection> Connecting { get; } = connecting;

        public int Failures { get; set; }

        public bool Failed { get; set; }

        public DateTimeOffset NextTry { get; set; }
    }

    private sealed record Connection(McpClient Client, IReadOnlyList<McpClientTool> Tools);

    [LoggerMessage(LogLevel.Warning, "MCP server {Server} is unavailable: {Reason}")]
    private static partial void LogUnavailable(ILogger logger, string server, string reason);
}
