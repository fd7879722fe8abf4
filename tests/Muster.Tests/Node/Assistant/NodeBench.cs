using System.Net.Http.Json;
using System.Text.Json;
using Muster.Agents.Providers;
using Muster.Hub;
using Muster.Node;
using Muster.Node.Link;
using Muster.Node.Tools;
using Muster.Testing;
using Muster.Testing.Hub;
using Muster.Testing.Models;

namespace Muster.Tests.Node.Assistant;

/// <summary>A real hub, and a real node joined to it whose model is a script. The node can be taken down and started again on its store.</summary>
internal sealed class NodeBench : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly NodeIdentity _identity;
    private RunningNode? _node;

    private NodeBench(HubApplication hub, NodeIdentity identity, TemporaryFolder hubHome)
    {
        (Hub, _identity, HubHome) = (hub, identity, hubHome);
        Conversation = "";
    }

    public HubApplication Hub { get; private set; }
    public ScriptedModel Model { get; } = new();
    public string Conversation { get; private set; }
    public NodeIdentity Identity => _identity;
    public string Work => Path.Combine(_folder.Path, "work");
    public string Home => Path.Combine(_folder.Path, "home");
    public ToolOptions Tools => new() { WorkingDir = Work, Home = Home, UserHome = Path.Combine(_folder.Path, "person") };
    private TemporaryFolder HubHome { get; }

    /// <param name="change">Of every start of the node.</param>
    public static async Task<NodeBench> StartAsync(CancellationToken cancel, Func<NodeOptions, NodeOptions>? change = null, Func<HubOptions, HubOptions>? configure = null)
    {
        var home = new TemporaryFolder();
        var hub = await HubApplication.StartAsync(home.Path, configure);
        using var offer = await hub.Client.PostAsJsonAsync("/api/v1/enrolments", new { name = "nas" }, cancel);
        var token = (await offer.Content.ReadFromJsonAsync<JsonElement>(cancel)).GetProperty("token").GetString()!;
        using var packed = JsonDocument.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(token.AsSpan("mjt_".Length)));
        var bench = new NodeBench(hub, await ScriptedNode.JoinAsync(hub.Anonymous, packed.RootElement.GetProperty("s").GetString()!, "nas"), home);
        Directory.CreateDirectory(bench.Work);
        Directory.CreateDirectory(bench.Home);
        await bench.UpAsync(cancel, change);
        bench.Conversation = await hub.ConversationAsync(cancel);
        return bench;
    }

    public async Task UpAsync(CancellationToken cancel, Func<NodeOptions, NodeOptions>? change = null)
    {
        var options = new NodeOptions
        {
            Tools = Tools,
            Identity = _identity,
            Name = "nas",
            Models = new ModelCatalog([new ModelOptions { Name = "scripted", Stream = Model.Stream }], TimeProvider.System),
        };
        _node = await NodeHost.StartAsync(change?.Invoke(options) ?? options, cancel);
        await Eventually.TrueAsync(
            async () => _node.Link.Status == LinkStatus.Online
                && (await Hub.Client.GetFromJsonAsync<JsonElement>($"/api/v1/nodes/{_identity.NodeId}", cancel)).GetProperty("status").GetString() != "offline",
            cancel);
    }

    /// <summary>What was written stays; a run that works is left unfinished.</summary>
    public async Task DownAsync()
    {
        await (_node?.DisposeAsync() ?? ValueTask.CompletedTask);
        _node = null;
    }

    /// <summary>A hub again on the same home and port.</summary>
    public async Task RestartHubAsync()
    {
        var (url, token, options) = (Hub.Hub.Urls[0], Hub.Hub.Local.Token, Hub.Options);
        await Hub.DisposeAsync();
        Hub = await HubApplication.StartAsync(HubHome.Path, _ => options with { Urls = [url], ExistingLocalToken = token });
    }

    public Task<string> SayAsync(string text, CancellationToken cancel) => Hub.SayAsync(Conversation, text, cancel);

    public Task<JsonElement> UntilAsync(string name, CancellationToken cancel, Func<JsonElement, bool>? condition = null) =>
        Hub.UntilAsync(Conversation, name, cancel, condition);

    /// <summary>Waits for so many durable events of the run.</summary>
    public async Task EventAsync(int count, CancellationToken cancel)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(TimeSpan.FromSeconds(30));
        await foreach (var (id, name, _) in Hub.WatchAsync(Conversation, cancel: deadline.Token))
        {
            if (id is not null && name is not ("user_message" or "routed") && --count == 0)
            {
                return;
            }
        }
    }

    /// <summary>Says something and gives the text of the last answer of its run.</summary>
    public async Task<string> AskAsync(string text, CancellationToken cancel)
    {
        var message = await SayAsync(text, cancel);
        var run = (await UntilAsync("routed", cancel, data => data.GetProperty("message_id").GetString() == message)).GetProperty("run_id").GetString();
        await UntilAsync("agent_end", cancel, data => data.GetProperty("run_id").GetString() == run);
        var answer = (await ThreadAsync(cancel)).Last(item =>
            item.Name == "message_end" && item.Data.GetProperty("run_id").GetString() == run && item.Data.GetProperty("message").GetProperty("role").GetString() == "assistant");
        return string.Concat(answer.Data.GetProperty("message").GetProperty("content").EnumerateArray()
            .Where(block => block.GetProperty("type").GetString() == "text").Select(block => block.GetProperty("text").GetString()));
    }

    /// <summary>The durable events so far; a command of its own marks where they end.</summary>
    public async Task<IReadOnlyList<(string Name, JsonElement Data)>> ThreadAsync(CancellationToken cancel)
    {
        var all = new List<(string, JsonElement)>();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(TimeSpan.FromSeconds(30));
        var mark = await SayAsync("/help", cancel);
        await foreach (var (id, name, data) in Hub.WatchAsync(Conversation, cancel: deadline.Token))
        {
            if (name is "user_message" or "notice" && data.TryGetProperty(name == "notice" ? "reply_to" : "message_id", out var about) && about.GetString() == mark)
            {
                if (name == "notice")
                {
                    break;
                }
            }
            else if (id is not null)
            {
                all.Add((name, data));
            }
        }

        return all;
    }

    public async ValueTask DisposeAsync()
    {
        await DownAsync();
        await Hub.DisposeAsync();
        HubHome.Dispose();
        _folder.Dispose();
    }
}
