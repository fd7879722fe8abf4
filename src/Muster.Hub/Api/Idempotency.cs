using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Muster.Hub.Accounts;
using Muster.Storage;
using Muster.Storage.Rows;

namespace Muster.Hub.Api;

/// <summary>The same key and body give the same answer, kept for a day; the same key with another body is a conflict.</summary>
internal sealed class Idempotency(Database database, TimeProvider time)
{
    private static readonly TimeSpan _kept = TimeSpan.FromDays(1);
    private static readonly TimeSpan _swept = TimeSpan.FromMinutes(1);

    private static readonly RowTable Answers = new(
        "idempotency", RowConflict.Fail, new("user_id", RowType.Text, true), new("key", RowType.Text, true), new("request_hash", RowType.Text), new("status", RowType.Integer),
        new("body", RowType.Text), new("at", RowType.Integer));

    /// <summary>When old answers were last forgotten; on the database's writer alone.</summary>
    private DateTimeOffset _sweptAt;

    /// <summary>Does the work in one transaction with the memory of its answer.</summary>
    public Task<T> OnceAsync<T>(HttpContext context, string body, JsonTypeInfo<T> json, Func<Transaction, T> work)
    {
        var key = KeyOf(context, body);
        return database.WriteAsync(
            tx =>
            {
                if (key is not null && Find(tx, key) is { } known)
                {
                    return JsonSerializer.Deserialize(known, json)!;
                }

                var answer = work(tx);
                Keep(tx, key is null ? [] : [(key, JsonSerializer.Serialize(answer, json))]);
                return answer;
            },
            context.RequestAborted);
    }

    /// <summary>What tells this request from all others; null where its sender gave no key.</summary>
    public static OnceKey? KeyOf(HttpContext context, string body) => context.Request.Headers["Idempotency-Key"].ToString() switch
    {
        "" => null,
        { Length: > 200 } => throw ApiException.Invalid("Idempotency-Key", "The key is longer than 200 characters.", "Use a shorter one."),
        var key => new OnceKey(context.Caller().User.ToString(), key, Secrets.Hash($"{context.Request.Method} {context.Request.Path}\n{body}")),
    };

    /// <summary>The answer to this request, as JSON, where there was one.</summary>
    /// <exception cref="ApiException">The key was used for another request.</exception>
    public static string? Find(Transaction tx, OnceKey key) => tx.QueryPrepared(
            "select request_hash, body from idempotency where user_id = @user and key = @key", row => (RequestHash: row.GetString(0), Body: row.GetString(1)),
            ("@user", key.User), ("@key", key.Key)) switch
    {
        [] => null,
        [var known] when known.RequestHash == key.Request => known.Body,
        _ => throw Conflict(),
    };

    /// <summary>Remembers answers, each as JSON; the keys are new.</summary>
    public void Keep(Transaction tx, IReadOnlyCollection<(OnceKey Key, string Answer)> answers)
    {
        if (answers.Count == 0)
        {
            return;
        }

        var now = time.GetUtcNow();
        if (now - _sweptAt > _swept)
        {
            _sweptAt = now;
            tx.Execute("delete from idempotency where at < @old", new { old = (now - _kept).ToUnixTimeMilliseconds() });
        }

        tx.InsertMany(Answers, answers, (row, item) =>
            row.Add(item.Key.User).Add(item.Key.Key).Add(item.Key.Request).Add(200).Add(item.Answer).Add(now.ToUnixTimeMilliseconds()));
    }

    public static ApiException Conflict() => new(409, "idempotency_conflict", "This idempotency key was used for another request: use a new one.");
}

/// <param name="Request">A hash of all that the request says.</param>
internal sealed record OnceKey(string User, string Key, string Request);
