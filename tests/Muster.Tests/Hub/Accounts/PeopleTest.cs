using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Muster.Hub;
using Muster.Protocol.Ids;
using Muster.Storage;
using Muster.Testing.Hub;
using Muster.Tests.Hub.Chat;
using Shouldly;

namespace Muster.Tests.Hub.Accounts;

/// <summary>A claimed hub whose owner is ada, and further people who came by invitations.</summary>
public abstract class PeopleTest : HubTest
{
    public const string Password = "correct horse";

    protected HttpClient Ada => App.Client;

    internal Database Database => App.Hub.Services.GetRequiredService<Database>();

    protected override HubOptions Configure(HubOptions options) => base.Configure(options) with { RequestsPerSecond = 100_000 };

    /// <summary>Registers with an invitation.</summary>
    /// <returns>A client with the access token that registering gave, and the whole answer.</returns>
    protected async Task<Person> JoinAsync(string name, string role = "member", string password = Password)
    {
        var invite = await OkAsync(Ada, HttpMethod.Post, "invites", new { role });
        var answer = await OkAsync(App.Anonymous, HttpMethod.Post, "register", new { username = name, password, email = $"{name}@example.org", invite = invite.GetProperty("token").GetString() });
        return new Person(App.NewClient(answer.GetProperty("access_token").GetString()), answer);
    }

    protected async Task<JsonElement> LoginAsync(string name, string password = Password) =>
        await OkAsync(App.Anonymous, HttpMethod.Post, "login", new { username = name, password });

    protected HttpClient With(JsonElement login) => App.NewClient(login.GetProperty("access_token").GetString());

    protected static async Task<JsonElement> OkAsync(HttpClient client, HttpMethod method, string route, object? body = null)
    {
        var answer = await SendAsync(client, method, route, body);
        answer.Status.ShouldBeOneOf([HttpStatusCode.OK, HttpStatusCode.Created, HttpStatusCode.NoContent, HttpStatusCode.Accepted], $"{method} {route}: {answer.Body}");
        return answer.Body;
    }

    protected static async Task<Answer> SendAsync(HttpClient client, HttpMethod method, string route, object? body = null, string? key = null)
    {
        using var request = new HttpRequestMessage(method, "/api/v1/" + route) { Content = body is null ? null : JsonContent.Create(body) };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        using var answer = await client.SendAsync(request, Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        return new Answer(answer.StatusCode, text.Length == 0 ? default : JsonDocument.Parse(text).RootElement, answer.Headers.RetryAfter?.Delta);
    }

    /// <summary>Says something in a new conversation.</summary>
    /// <returns>The conversation.</returns>
    protected static async Task<string> AskAsync(HttpClient client, string text)
    {
        var conversation = (await OkAsync(client, HttpMethod.Post, "conversations", new { })).GetProperty("id").GetString()!;
        await OkAsync(client, HttpMethod.Post, $"conversations/{conversation}/messages", new { id = Id<Message>.New(TimeProvider.System).ToString(), text });
        return conversation;
    }

    protected sealed record Answer(HttpStatusCode Status, JsonElement Body, TimeSpan? RetryAfter)
    {
        public string? Code => Body.ValueKind == JsonValueKind.Object && Body.TryGetProperty("code", out var code) ? code.GetString() : null;

        public string? Detail => Body.GetProperty("detail").GetString();
    }

    protected sealed record Person(HttpClient Client, JsonElement Login)
    {
        public string Id => Login.GetProperty("user").GetProperty("id").GetString()!;

        public string Refresh => Login.GetProperty("refresh_token").GetString()!;
    }
}
