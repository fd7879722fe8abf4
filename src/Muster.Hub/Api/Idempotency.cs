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
    private static readonly TimeSpan _swept = TimeSpan.FromMinutes(1);

    /// <summary>When old answers were last forgotten; on the database's writer alone.</summary>
    private DateTimeOffset _sweptAt;

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
        tx.QueryPrepared(
                "select request_hash, body from idempotency where user_id = @user and key = @key", row => (RequestHash: row.GetString(0), Body: row.GetString(1)),
                ("@user", user), ("@key", key)) switch
        {
            [] => default,
            [var known] when known.RequestHash == request => JsonSerializer.Deserialize(known.Body, json),
            _ => throw new ApiException(409, "idempotency_conflict", "This idempotency key was used for another request: use a new one."),
        };

    private T First<T>(Transaction tx, string user, string key, string request, JsonTypeInfo<T> json, Func<Transaction, T> work)
    {
        var now = time.GetUtcNow();
        var answer = work(tx);
        if (now - _sweptAt > _swept)
        {
            _sweptAt = now;
            tx.Execute("delete from idempotency where at < @old", new { old = (now - _kept).ToUnixTimeMilliseconds() });
        }

        tx.ExecutePrepared(
            "insert into idempotency (user_id, key, request_hash, status, body, at) values (@user, @key, @request, 200, @body, @at)",
            ("@user", user), ("@key", key), ("@request", request), ("@body", JsonSerializer.Serialize(answer, json)), ("@at", now.ToUnixTimeMilliseconds()));
        return answer;
    }
}
