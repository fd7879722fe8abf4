using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Muster.Client;
using Muster.Hub;
using Muster.Hub.Accounts;
using Muster.Hub.Accounts.Keys;
using Muster.Hub.Artifacts;
using Muster.Protocol.Ids;
using Muster.Protocol.Transfers;
using Muster.Storage;
using Muster.Testing;
using Muster.Testing.Hub;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Artifacts;

/// <summary>A hub whose owner is ada, and files for it.</summary>
public abstract class ArtifactTest : IAsyncLifetime
{
    private readonly TemporaryFolder _home = new();
    private readonly List<IDisposable> _clients = [];

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected HubApplication App { get; private set; } = null!;

    protected HttpClient Ada => App.Client;

    protected string Home => _home.Path;

    protected string Folder => Path.Combine(Home, "artifacts");

    internal Database Database => App.Hub.Services.GetRequiredService<Database>();

    protected virtual HubEngine? Engine => null;

    public async ValueTask InitializeAsync() => App = await HubApplication.StartAsync(Home, Configure, Engine);

    public virtual async ValueTask DisposeAsync()
    {
        _clients.ForEach(client => client.Dispose());
        await App.DisposeAsync();
        _home.Dispose();
        GC.SuppressFinalize(this);
    }

    protected virtual HubOptions Configure(HubOptions options) => options with { RequestsPerSecond = 100_000 };

    protected static byte[] Bytes(int count, int seed = 1)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    protected static string HashOf(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));

    protected string[] StoredFiles() => [.. Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Folder, file)).Order()];

    protected MusterClient Sdk(string? token = null, string? url = null, MusterClientOptions? options = null)
    {
        var client = new MusterClient(new Uri(url ?? App.Hub.Urls[0]), token ?? App.Hub.Local.Token, options);
        _clients.Add(client);
        return client;
    }

    protected async Task RestartAsync(Func<HubOptions, HubOptions>? change = null)
    {
        var (token, url) = (App.Hub.Local.Token, App.Hub.Urls[0]);
        await App.DisposeAsync();
        App = await HubApplication.StartAsync(
            Home, options => (change?.Invoke(Configure(options)) ?? Configure(options)) with { ExistingLocalToken = token, Urls = [url] }, Engine);
    }

    /// <summary>Another person, signed in with a key.</summary>
    private protected async Task<(HttpClient Client, Id<User> Id)> PersonAsync(string name, Role role = Role.Member)
    {
        var id = Id<User>.New(TimeProvider.System);
        var key = await Database.WriteAsync(
            tx =>
            {
                tx.Execute(
                    "insert into users (id, username, username_key, role, created_at) values (@id, @name, @name, @role, 0)",
                    new { id = id.ToString(), name, role = role.ToString().ToLowerInvariant() });
                return ApiKeys.Issue(tx, id.ToString(), "test", Scopes.Stored, TimeProvider.System);
            },
            Cancel);
        var client = App.NewClient(key);
        _clients.Add(client);
        return (client, id);
    }

    internal Id<User> AdaId => App.Hub.Services.GetRequiredService<People>().Owner!.Value;

    protected static async Task<ArtifactInfo> UploadAsync(HttpClient client, byte[] content)
    {
        using var answer = await client.PostAsync("/api/v1/artifacts", new ByteArrayContent(content), Cancel);
        answer.StatusCode.ShouldBe(HttpStatusCode.Created);
        return JsonSerializer.Deserialize(await answer.Content.ReadAsStringAsync(Cancel), TransferJson.Default.ArtifactInfo)!;
    }

    protected static Task<HttpResponseMessage> GetAsync(HttpClient client, string sha256, Action<HttpRequestHeaders>? headers = null, HttpMethod? method = null)
    {
        var request = new HttpRequestMessage(method ?? HttpMethod.Get, "/api/v1/artifacts/" + sha256);
        headers?.Invoke(request.Headers);
        return client.SendAsync(request, Cancel);
    }

    /// <summary>Makes an upload that can be resumed, and returns its address.</summary>
    protected static async Task<string> BeginAsync(HttpClient client, long? length)
    {
        using var answer = await SendAsync(client, HttpMethod.Post, "/api/v1/artifacts", null, ("Upload-Complete", "?0"), ("Upload-Length", length?.ToString()));
        answer.StatusCode.ShouldBe(HttpStatusCode.Created, await answer.Content.ReadAsStringAsync(Cancel));
        return answer.Headers.Location!.ToString();
    }

    protected static Task<HttpResponseMessage> PatchAsync(HttpClient client, string upload, long offset, bool last, byte[] content) => SendAsync(
        client, HttpMethod.Patch, upload, new ByteArrayContent(content), ("Upload-Offset", offset.ToString()), ("Upload-Complete", last ? "?1" : "?0"));

    protected static Task<HttpResponseMessage> SendAsync(HttpClient client, HttpMethod method, string path, HttpContent? content, params (string Name, string? Value)[] headers)
    {
        var request = new HttpRequestMessage(method, path) { Content = content };
        foreach (var (name, value) in headers.Where(header => header.Value is not null))
        {
            request.Headers.Add(name, value);
        }

        return client.SendAsync(request, Cancel);
    }

    protected static async Task<(HttpStatusCode Status, string? Code, string? Detail)> ProblemAsync(HttpResponseMessage answer)
    {
        using (answer)
        {
            var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel);
            return (answer.StatusCode, problem.GetProperty("code").GetString(), problem.GetProperty("detail").GetString());
        }
    }
}
