using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Muster.Hub;
using Muster.Hub.Accounts;
using Muster.Hub.Accounts.Keys;
using Muster.Hub.Ledger;
using Muster.Protocol.Ids;
using Muster.Storage;
using Muster.Testing;
using Muster.Testing.Hub;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Ledger.Wallet;

/// <summary>A hub whose owner is ada, and further people.</summary>
public abstract class WalletTest : IAsyncLifetime
{
    private readonly TemporaryFolder _home = new();
    private readonly List<HttpClient> _clients = [];

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected HubApplication App { get; private set; } = null!;

    protected HttpClient Ada => App.Client;

    internal Database Database => App.Hub.Services.GetRequiredService<Database>();

    public async ValueTask InitializeAsync() => App = await HubApplication.StartAsync(_home.Path, Configure);

    public async ValueTask DisposeAsync()
    {
        (await Database.ReadAsync(tx => LedgerBook.Verify(tx), Cancel)).ShouldBeEmpty();
        _clients.ForEach(client => client.Dispose());
        await App.DisposeAsync();
        _home.Dispose();
        GC.SuppressFinalize(this);
    }

    protected virtual HubOptions Configure(HubOptions options) => options with { RequestsPerSecond = 100_000 };

    protected async Task RestartAsync(Func<HubOptions, HubOptions> change)
    {
        var token = App.Hub.Local.Token;
        await App.DisposeAsync();
        App = await HubApplication.StartAsync(_home.Path, options => change(Configure(options)) with { ExistingLocalToken = token });
    }

    /// <summary>Another person, signed in with a key.</summary>
    private protected async Task<HttpClient> PersonAsync(string name, Role role = Role.Member, Scopes scopes = Scopes.Stored)
    {
        var key = await Database.WriteAsync(
            tx =>
            {
                var id = Id<User>.New(TimeProvider.System).ToString();
                tx.Execute(
                    "insert into users (id, username, username_key, role, created_at) values (@id, @name, @key, @role, 0)",
                    new { id, name, key = name.ToLowerInvariant(), role = role.ToString().ToLowerInvariant() });
                return ApiKeys.Issue(tx, id, "test", scopes, TimeProvider.System);
            },
            Cancel);
        var client = App.NewClient(key);
        _clients.Add(client);
        return client;
    }

    protected async Task GrantAsync(string user, string amount) => (await PostAsync(Ada, "grants", new { to = user, amount })).Status.ShouldBe(HttpStatusCode.OK);

    protected static async Task<JsonElement> WalletAsync(HttpClient client) => await client.GetFromJsonAsync<JsonElement>("/api/v1/wallet", Cancel);

    protected static async Task<string?> BalanceAsync(HttpClient client) => (await WalletAsync(client)).GetProperty("balance").GetString();

    protected static async Task<Answer> PostAsync(HttpClient client, string route, object body, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/wallet/" + route) { Content = JsonContent.Create(body) };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        using var answer = await client.SendAsync(request, Cancel);
        return new Answer(answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel));
    }

    protected sealed record Answer(HttpStatusCode Status, JsonElement Body)
    {
        public string? Code => Text("code");

        public string? Detail => Text("detail");

        public IEnumerable<string?> Fields => Body.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("field").GetString());

        public string? Text(string name) => Body.GetProperty(name).GetString();
    }
}
