using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Muster.Agents.Providers;
using Muster.Agents.Providers.Spending;
using Muster.Hub;
using Muster.Hub.Ledger;
using Muster.Node;
using Muster.Protocol.Ids;
using Muster.Storage;
using Muster.Testing;
using Muster.Testing.Models;
using Muster.Tests.Node.Assistant;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Spending;

/// <summary>
/// Ada's hub and her machine, whose model costs 100 micro-credits for each token of an answer of at most 1,000: 0.1 CPT are set aside for each call.
/// </summary>
internal sealed class SpendingBench : IAsyncDisposable
{
    private const string Password = "correct horse battery";

    private SpendingBench(NodeBench machine) => Machine = machine;

    public NodeBench Machine { get; }

    public ScriptedModel Model => Machine.Model;

    /// <summary>Signed in with her password: she may raise limits.</summary>
    public HttpClient Ada { get; private set; } = null!;

    private Database Database => Machine.Hub.Hub.Services.GetRequiredService<Database>();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<SpendingBench> StartAsync(Func<HubOptions, HubOptions>? hub = null)
    {
        var bench = new SpendingBench(await NodeBench.StartAsync(Cancel, Priced, hub));
        await bench.Machine.Hub.ClaimAsync(Password);
        await bench.SignInAsync();
        return bench;
    }

    public static NodeOptions Priced(NodeOptions options) => options with
    {
        Models = new ModelCatalog([options.Models.Default with { Price = new ModelPrice(0, 100, 0), MaxTokens = 1_000 }], TimeProvider.System),
    };

    /// <summary>A member who may ask on Ada's machine, with credits of their own.</summary>
    public async Task<HttpClient> FriendAsync(string name, string? credits)
    {
        var friend = await Machine.Hub.MemberAsync(name, Cancel);
        (await Ada.PutAsJsonAsync("/api/v1/nodes/nas/permissions", new { ask = new[] { name } }, Cancel)).EnsureSuccessStatusCode();
        if (credits is not null)
        {
            await GrantAsync(name, credits);
        }

        return friend;
    }

    public async Task GrantAsync(string name, string credits) => (await Ada.PostAsJsonAsync("/api/v1/wallet/grants", new { to = name, amount = credits }, Cancel)).EnsureSuccessStatusCode();

    public static async Task<string> ConversationAsync(HttpClient client, string? node = "nas")
    {
        using var answer = await client.PostAsJsonAsync("/api/v1/conversations", new { title = "work", node }, Cancel);
        return (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("id").GetString()!;
    }

    public static async Task SayAsync(HttpClient client, string conversation, string text)
    {
        using var answer = await client.PostAsJsonAsync(
            $"/api/v1/conversations/{conversation}/messages", new { id = Id<Message>.New(TimeProvider.System).ToString(), text }, Cancel);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>The first event of this name for which the condition holds, from the beginning of the thread.</summary>
    public static async Task<JsonElement> UntilAsync(HttpClient client, string conversation, string name, Func<JsonElement, bool>? condition = null)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        deadline.CancelAfter(TimeSpan.FromSeconds(60));
        using var stream = await client.GetStreamAsync($"/api/v1/conversations/{conversation}/events", deadline.Token);
        await foreach (var item in System.Net.ServerSentEvents.SseParser.Create(stream).EnumerateAsync(deadline.Token))
        {
            var data = JsonDocument.Parse(item.Data).RootElement;
            if (item.EventType == name && (condition?.Invoke(data) ?? true))
            {
                return data;
            }
        }

        throw new InvalidOperationException($"The stream ended without {name}.");
    }

    public static async Task<string> EndAsync(HttpClient client, string conversation) => (await UntilAsync(client, conversation, "agent_end")).GetProperty("outcome").GetString()!;

    /// <summary>The run waits, and its person was told so.</summary>
    public static async Task<string> PausedAsync(HttpClient client, string conversation) =>
        (await UntilAsync(client, conversation, "notice", IsBudget)).GetProperty("text").GetString()!;

    public static bool IsBudget(JsonElement notice) => notice.GetProperty("kind").GetString() == "budget";

    public static async Task<JsonElement> LimitAsync(HttpClient client, string conversation, object change)
    {
        using var answer = await client.PutAsJsonAsync($"/api/v1/conversations/{conversation}/budget", change, Cancel);
        return await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(Cancel);
    }

    public static async Task<string> SpentAsync(HttpClient client, string conversation) =>
        (await client.GetFromJsonAsync<JsonElement>($"/api/v1/conversations/{conversation}/budget", Cancel)).GetProperty("spent_cpt").GetString()!;

    public static async Task<(string Balance, string Held)> WalletAsync(HttpClient client)
    {
        var wallet = await client.GetFromJsonAsync<JsonElement>("/api/v1/wallet", Cancel);
        return (wallet.GetProperty("balance").GetString()!, wallet.GetProperty("held").GetString()!);
    }

    /// <returns>The job's id.</returns>
    public static async Task<string> SubmitAsync(HttpClient client, object spec)
    {
        using var submitted = await client.PostAsJsonAsync("/api/v1/jobs", new { spec }, Cancel);
        return (await submitted.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("id").GetString()!;
    }

    /// <summary>Once the job is over.</summary>
    public static async Task<(string State, JsonElement Tasks)> EndOfJobAsync(HttpClient client, string job)
    {
        var results = await client.GetFromJsonAsync<JsonElement>($"/api/v1/jobs/{job}/results?wait=50", Cancel);
        return (results.GetProperty("state").GetString()!, await client.GetFromJsonAsync<JsonElement>($"/api/v1/jobs/{job}/tasks", Cancel));
    }

    /// <summary>The first task of the job that waits for a person.</summary>
    public static async Task<JsonElement> WaitingTaskAsync(HttpClient client, string job)
    {
        JsonElement? waiting = null;
        await Eventually.TrueAsync(
            async () =>
            {
                var tasks = await client.GetFromJsonAsync<JsonElement>($"/api/v1/jobs/{job}/tasks", Cancel);
                waiting = tasks.GetProperty("items").EnumerateArray().Where(task => task.GetProperty("state").GetString() == "paused").Cast<JsonElement?>().FirstOrDefault();
                return waiting is not null;
            },
            Cancel);
        return waiting!.Value;
    }

    /// <summary>How often somebody was told that work waits for credits.</summary>
    public Task<long> ToldAsync() => Database.ReadAsync(tx => tx.Scalar<long>("select count(*) from inbox where kind = 'budget'"), Cancel);

    /// <summary>How many wait for credits or a limit now.</summary>
    public Task<long> WaitsAsync() => Database.ReadAsync(tx => tx.Scalar<long>("select count(*) from spending_waits"), Cancel);

    /// <summary>Rows that are kept of the limit of this.</summary>
    public Task<long> LimitsAsync(string scope) => Database.ReadAsync(tx => tx.Scalar<long>("select count(*) from spending_limits where scope = @scope", new { scope }), Cancel);

    /// <summary>All that must hold of the ledger.</summary>
    public async Task ProveAsync() =>
        (await Database.ReadAsync(LedgerBook.Verify, Cancel)).ShouldBeEmpty();

    public async ValueTask DisposeAsync()
    {
        Ada?.Dispose();
        await Machine.DisposeAsync();
    }

    /// <summary>The hub goes down and comes back on its home.</summary>
    public async Task RestartHubAsync()
    {
        await Machine.RestartHubAsync();
        await SignInAsync();
    }

    /// <summary>The same person, signed in so that they may raise limits.</summary>
    public async Task<HttpClient> ApproverAsync(string name, string password = "correct horse")
    {
        using var login = await Machine.Hub.Anonymous.PostAsJsonAsync("/api/v1/login", new { username = name, password, approve = true }, Cancel);
        return Machine.Hub.NewClient((await login.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("access_token").GetString());
    }

    private async Task SignInAsync()
    {
        Ada?.Dispose();
        Ada = await ApproverAsync("ada", Password);
    }
}
