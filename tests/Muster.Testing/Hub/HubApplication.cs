using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Muster.Hub;
using Muster.Protocol.Ids;

namespace Muster.Testing.Hub;

/// <summary>A real hub on a free loopback port, with a home of its own unless the test brings one.</summary>
public sealed class HubApplication : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();

    private HubApplication(RunningHub hub, HubOptions options)
    {
        (Hub, Options) = (hub, options);
        Client = NewClient(hub.Local.Token);
        Anonymous = NewClient(null);
    }

    public RunningHub Hub { get; private set; }

    public HubOptions Options { get; }

    /// <summary>Signed in with the key of the home.</summary>
    public HttpClient Client { get; }

    public HttpClient Anonymous { get; }

    /// <summary>Where the databases of its nodes are.</summary>
    public string NodeFolder => _folder.Path;

    /// <param name="engine">A hub that is started again on its home finds its database again.</param>
    public static async Task<HubApplication> StartAsync(string home, Func<HubOptions, HubOptions>? configure = null, HubEngine? engine = null)
    {
        var options = new HubOptions { Home = home, Urls = ["http://127.0.0.1:0"], OwnerName = "ada", Database = await HubDatabases.AddressAsync(home, engine) };
        options = configure?.Invoke(options) ?? options;
        return new HubApplication(await HubHost.StartAsync(options), options);
    }

    public HttpClient NewClient(string? token)
    {
        var client = new HttpClient { BaseAddress = new Uri(Hub.Urls[0]) };
        client.DefaultRequestHeaders.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    /// <summary>A client of another user, who came by an invitation.</summary>
    public async Task<HttpClient> MemberAsync(string name, CancellationToken cancel)
    {
        using var offer = await Client.PostAsJsonAsync("/api/v1/invites", new { }, cancel);
        var invite = (await offer.Content.ReadFromJsonAsync<JsonElement>(cancel)).GetProperty("token").GetString();
        using var answer = await Anonymous.PostAsJsonAsync("/api/v1/register", new { username = name, password = "correct horse", email = name + "@example.org", invite }, cancel);
        answer.EnsureSuccessStatusCode();
        return NewClient((await answer.Content.ReadFromJsonAsync<JsonElement>(cancel)).GetProperty("access_token").GetString());
    }

    public async Task<JsonElement> ClaimAsync(string password)
    {
        var link = await Hub.OwnerLinkAsync();
        using var answer = await Anonymous.PostAsJsonAsync("/api/v1/claim", new { token = link!.Token, username = "ada", password });
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    public async Task<ScriptedNode> JoinAsync(string name, CancellationToken cancel)
    {
        using var offer = await Client.PostAsJsonAsync("/api/v1/enrolments", new { name }, cancel);
        offer.EnsureSuccessStatusCode();
        var token = (await offer.Content.ReadFromJsonAsync<JsonElement>(cancel)).GetProperty("token").GetString()!;
        var packed = JsonDocument.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(token.AsSpan("mjt_".Length)));
        var identity = await ScriptedNode.JoinAsync(Anonymous, packed.RootElement.GetProperty("s").GetString()!, name);
        return await StartNodeAsync(identity, cancel);
    }

    /// <param name="folder">Where the node's database is; by default with those of the other nodes of this hub.</param>
    public async Task<ScriptedNode> StartNodeAsync(Muster.Node.Link.NodeIdentity identity, CancellationToken cancel, string? folder = null)
    {
        var node = await ScriptedNode.StartAsync(identity, folder ?? NodeFolder);
        await Eventually.TrueAsync(
            async () => (await Client.GetFromJsonAsync<JsonElement>($"/api/v1/nodes/{identity.NodeId}", cancel)).GetProperty("status").GetString() != "offline", cancel);
        return node;
    }

    public async Task<string> ConversationAsync(CancellationToken cancel)
    {
        using var answer = await Client.PostAsJsonAsync("/api/v1/conversations", new { title = (string?)null }, cancel);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(cancel)).GetProperty("id").GetString()!;
    }

    /// <returns>The message's id.</returns>
    public async Task<string> SayAsync(string conversation, string text, CancellationToken cancel)
    {
        var id = Id<Message>.New(TimeProvider.System).ToString();
        using var answer = await Client.PostAsJsonAsync($"/api/v1/conversations/{conversation}/messages", new { id, text }, cancel);
        answer.EnsureSuccessStatusCode();
        return id;
    }

    /// <summary>The events of a thread as they come.</summary>
    public async IAsyncEnumerable<(long? Id, string Name, JsonElement Data)> WatchAsync(
        string conversation, long after = 0, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        using var stream = await Client.GetStreamAsync($"/api/v1/conversations/{conversation}/events?after={after}", cancel);
        await foreach (var item in System.Net.ServerSentEvents.SseParser.Create(stream).EnumerateAsync(cancel))
        {
            yield return (long.TryParse(item.EventId, out var id) ? id : null, item.EventType, JsonDocument.Parse(item.Data).RootElement);
        }
    }

    /// <summary>The first event of this name for which the condition holds, from the beginning of the thread.</summary>
    public async Task<JsonElement> UntilAsync(string conversation, string name, CancellationToken cancel, Func<JsonElement, bool>? condition = null)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(TimeSpan.FromSeconds(30));
        await foreach (var item in WatchAsync(conversation, cancel: deadline.Token))
        {
            if (item.Name == name && (condition?.Invoke(item.Data) ?? true))
            {
                return item.Data;
            }
        }

        throw new InvalidOperationException($"The stream ended without {name}.");
    }

    /// <summary>The notice that answers this message.</summary>
    public async Task<string> AnswerAsync(string conversation, string message, CancellationToken cancel) =>
        (await UntilAsync(
            conversation, "notice", cancel, data => data.TryGetProperty("reply_to", out var to) && to.GetString() == message)).GetProperty("text").GetString()!;

    /// <summary>The notice with this text, from the beginning of the thread.</summary>
    public Task NoticedAsync(string conversation, string text, CancellationToken cancel) =>
        UntilAsync(conversation, "notice", cancel, data => data.GetProperty("text").GetString() == text);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Anonymous.Dispose();
        await Hub.DisposeAsync();
        _folder.Dispose();
    }
}
