using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Muster.Hub.Accounts;
using Muster.Storage;

namespace Muster.Hub.Api;

/// <summary>The same key and body give the same answer, kept for a day; the same key with another body is a conflict.</summary>
internal sealed class Idempotency(Database database, TimeProvider time)
{
    private static readonly TimeSpan _kept = TimeSpan.FromDays(1);

    /// <summary>Does the work in one transaction with the memory of its answer.</summary>
    public async Task<T> OnceAsync<T>(HttpContext context, string body, JsonTypeInfo<T> json, Func<Transaction, T> work)
    {
        var key = context.Request.Headers["Idempotency-Key"].ToString();
        if (key.Length == 0)
        {
            return await database.WriteAsync(work, context.RequestAborted);
        }

        if (key.Length > 200)
        {
            throw ApiException.Invalid("Idempotency-Key", "The key is longer than 200 characters.", "Use a shorter one.");
        }

        var user = context.Caller().User.ToString();
        var request = Secrets.Hash($"{context.Request.Method} {context.Request.Path}\n{body}");
        return await database.WriteAsync(tx => Repeat(tx, user, key, request, json) ?? First(tx, user, key, request, json, work), context.RequestAborted);
    }

    private static T? Repeat<T>(Transaction tx, string user, string key, string request, JsonTypeInfo<T> json) =>
        tx.Query<(string RequestHash, string Body)>(
                "select request_hash, body from idempotency where user_id = @user and key = @key", new { user, key }) switch
        {
            [] => default,
            [var known] when known.RequestHash == request => JsonSerializer.Deserialize(known.Body, json),
            _ => throw new ApiException(409, "idempotency_conflict", "This idempotency key was used for another request: use a new one."),
        };

    private T First<T>(Transaction tx, string user, string key, string request, JsonTypeInfo<T> json, Func<Transaction, T> work)
    {
        var now = time.GetUtcNow();
        var answer = work(tx);
        tx.Execute("delete from idempotency where at < @old", new { old = (now - _kept).ToUnixTimeMilliseconds() });
        tx.Execute(
            "insert into idempotency (user_id, key, request_hash, status, body, at) values (@user, @key, @request, 200, @body, @at)",
            new { user, key, request, body = JsonSerializer.Serialize(answer, json), at = now.ToUnixTimeMilliseconds() });
        return answer;
    }
}
