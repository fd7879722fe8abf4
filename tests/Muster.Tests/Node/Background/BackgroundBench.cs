using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Muster.Agents.Messages;
using Muster.Agents.Providers;
using Muster.Node;
using Muster.Node.Background;
using Muster.Node.Link;
using Muster.Node.Tools;
using Muster.Testing;
using Muster.Testing.Hub;
using Muster.Testing.Models;
using Shouldly;

namespace Muster.Tests.Node.Background;

/// <summary>A real hub and a real node with a script for a model. Either can be taken down and started again on its store.</summary>
internal sealed class BackgroundBench : IAsyncDisposable
{
    /// <summary>A command that prints a word and goes on until <see cref="Go"/>.</summary>
    public const string Waits = "echo begun; until [ -e go ]; do sleep 0.05; done; echo over";

    private readonly TemporaryFolder _folder = new();
    private readonly TemporaryFolder _hubHome = new();
    private readonly Func<NodeOptions, NodeOptions> _change;
    private readonly HubEngine? _engine;
    private readonly CancellationToken _cancel;
    private NodeIdentity _identity = null!;
    private RunningNode? _node;

    private BackgroundBench(Func<NodeOptions, NodeOptions>? change, HubEngine? engine, CancellationToken cancel) => (_change, _engine, _cancel) = (change ?? (options => options), engine, cancel);

    public HubApplication Hub { get; private set; } = null!;

    public ScriptedModel Model { get; } = new();

    public string Conversation { get; private set; } = "";

    public string Work => Path.Combine(_folder.Path, "work");

    public static async Task<BackgroundBench> StartAsync(CancellationToken cancel, BackgroundOptions? background = null, Func<NodeOptions, NodeOptions>? change = null, HubEngine? engine = null)
    {
        var bench = new BackgroundBench(options => (change?.Invoke(options) ?? options) with { Background = background ?? new BackgroundOptions() }, engine, cancel);
        bench.Hub = await HubApplication.StartAsync(bench._hubHome.Path, engine: engine);
        using var offer = await bench.Hub.Client.PostAsJsonAsync("/api/v1/enrolments", new { name = "nas" }, cancel);
        var token = (await offer.Content.ReadFromJsonAsync<JsonElement>(cancel)).GetProperty("token").GetString()!;
        using var packed = JsonDocument.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(token.AsSpan("mjt_".Length)));
        bench._identity = await ScriptedNode.JoinAsync(bench.Hub.Anonymous, packed.RootElement.GetProperty("s").GetString()!, "nas");
        Directory.CreateDirectory(bench.Work);
        await bench.NodeUpAsync();
        bench.Conversation = await bench.Hub.ConversationAsync(cancel);
        return bench;
    }

    public async Task NodeUpAsync(bool linked = true)
    {
        var home = Directory.CreateDirectory(Path.Combine(_folder.Path, "home")).FullName;
        _node = await NodeHost.StartAsync(
            _change(new NodeOptions
            {
                Tools = new ToolOptions { WorkingDir = Work, Home = home, UserHome = Path.Combine(_folder.Path, "person") }, Identity = _identity, Name = "nas",
                Models = new ModelCatalog([new ModelOptions { Name = "scripted", Stream = Model.Stream }], TimeProvider.System),
            }),
            _cancel);
        if (linked)
        {
            await LinkedAsync();
        }
    }

    public async Task NodeDownAsync()
    {
        await (_node?.DisposeAsync() ?? ValueTask.CompletedTask);
        _node = null;
    }

    private (string Token, string Url) _before;

    public async Task HubDownAsync()
    {
        _before = (Hub.Hub.Local.Token, Hub.Hub.Urls[0]);
        await Hub.DisposeAsync();
    }

    public async Task HubUpAsync(bool linked = true)
    {
        Hub = await HubApplication.StartAsync(_hubHome.Path, options => options with { ExistingLocalToken = _before.Token, Urls = [_before.Url] }, _engine);
        if (linked)
        {
            await LinkedAsync();
        }
    }

    /// <summary>Tasks of which the node still has something to do or to say.</summary>
    public int Background => _node!.BackgroundTasks;

    /// <summary>Waits until the only task's command has printed this on the node.</summary>
    public Task PrintedAsync(string text) => Eventually.TrueAsync(() => Printed(text), _cancel);

    private bool Printed(string text) => Directory.EnumerateFiles(Path.Combine(_folder.Path, "home", "background")).Any(file => File.ReadAllText(file).Contains(text, StringComparison.Ordinal));

    /// <summary>The run that goes on has the end of a task in its journal.</summary>
    public Task FollowUpQueuedAsync() => Eventually.TrueAsync(
        async () => await StoreAsync("select count(*) from journal where record like '%result is 42%' and record like '%follow_up%'") > 0, _cancel);

    /// <summary>As if the node had been killed before the result of the last call was written down.</summary>
    public Task ForgetLastResultAsync() =>
        StoreAsync("delete from journal where number > (select max(number) from journal where record like '%tool_started%'); select count(*) from journal");

    private async Task<long> StoreAsync(string sql)
    {
        await using var store = new SqliteConnection($"Data Source={Path.Combine(_folder.Path, "home", "node.db")};Pooling=False");
        await store.OpenAsync(_cancel);
        await using var command = store.CreateCommand();
        command.CommandText = sql;
        return (long)(await command.ExecuteScalarAsync(_cancel))!;
    }

    public void Go() => File.WriteAllText(Path.Combine(Work, "go"), "");

    /// <summary>What the model is told that a call gave, the newest.</summary>
    public async Task<string> ResultAsync() => (await Model.NextRequestAsync(_cancel)).Messages.OfType<ToolResultMessage>().Last().Text;

    public Task<string> SayAsync(string text) => Hub.SayAsync(Conversation, text, _cancel);

    /// <summary>Has the model make one call and end its turn; returns what the call gave.</summary>
    public async Task<string> CallAsync(string tool, object arguments)
    {
        Model.Calls(tool, JsonSerializer.Serialize(arguments)).Says("Fine.");
        await SayAsync("go");
        await Model.NextRequestAsync(_cancel);
        return await ResultAsync();
    }

    /// <summary>Starts a command in the background; returns its short id.</summary>
    public async Task<string> StartAsync(string command, string then = "")
    {
        var told = await CallAsync("run_background", then.Length == 0 ? new { command } : new { command, then });
        told.ShouldStartWith("⏳ Task #");
        return IdIn(told);
    }

    public static string IdIn(string text) => text.Split('#')[1][..6];

    public async Task<string> NoticeAsync(string begins) => (await Hub.UntilAsync(
        Conversation, "notice", _cancel, data => data.GetProperty("text").GetString()!.StartsWith(begins, StringComparison.Ordinal))).GetProperty("text").GetString()!;

    /// <summary>All notices so far that begin so.</summary>
    public async Task<int> CountAsync(string begins)
    {
        var (count, mark) = (0, await SayAsync("/help"));
        await foreach (var (_, name, data) in Hub.WatchAsync(Conversation, cancel: _cancel))
        {
            if (name == "notice")
            {
                if (data.TryGetProperty("reply_to", out var to) && to.GetString() == mark)
                {
                    return count;
                }

                count += data.GetProperty("text").GetString()!.StartsWith(begins, StringComparison.Ordinal) ? 1 : 0;
            }
        }

        throw new InvalidOperationException("The stream ended.");
    }

    public async Task<IReadOnlyList<JsonElement>> TasksAsync() =>
        [.. (await Hub.Client.GetFromJsonAsync<JsonElement>("/api/v1/tasks", _cancel)).GetProperty("items").EnumerateArray()];

    /// <summary>The only task, once the pool says this of it.</summary>
    public async Task<JsonElement> InStateAsync(string state)
    {
        IReadOnlyList<JsonElement> tasks = [];
        await Eventually.TrueAsync(
            async () => (tasks = await TasksAsync()) is [var only] && only.GetProperty("task").GetProperty("state").GetString() == state, _cancel, () => string.Join('\n', tasks));
        return tasks[0];
    }

    public async ValueTask DisposeAsync()
    {
        await NodeDownAsync();
        await Hub.DisposeAsync();
        _hubHome.Dispose();
        _folder.Dispose();
    }

    private Task LinkedAsync() => Eventually.TrueAsync(
        async () => _node!.Link.Status == LinkStatus.Online
            && (await Hub.Client.GetFromJsonAsync<JsonElement>($"/api/v1/nodes/{_identity.NodeId}", _cancel)).GetProperty("status").GetString() != "offline",
        _cancel);
}
