using System.Globalization;
using System.Net;
using System.Text.Json;

namespace Muster.Client.Http;

/// <summary>Turns an error answer (RFC 9457, or whatever a proxy sent) into an exception with a sentence.</summary>
internal static class Problems
{
    public static async Task<MusterException> ReadAsync(HttpResponseMessage response, Uri hub, TimeProvider time, CancellationToken cancellationToken)
    {
        var problem = await ParseAsync(response, cancellationToken);
        var status = (int)response.StatusCode;
        return new MusterException(
            status,
            problem?.Code ?? Code(response.StatusCode),
            problem?.Detail ?? problem?.Title ?? $"{hub} answered {status.ToString(CultureInfo.InvariantCulture)} {response.ReasonPhrase}; it may be no Muster hub.",
            problem?.Errors)
        {
            RetryAfter = Wait(response, time),
        };
    }

    private static async Task<Problem?> ParseAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) != true)
        {
            return null;
        }

        try
        {
            var bytes = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            return JsonSerializer.Deserialize(bytes, ClientJson.Default.Problem);
        }
        catch (JsonException)
        {
            return null; // not a hub's error: the status alone is told
        }
    }

    private static TimeSpan? Wait(HttpResponseMessage response, TimeProvider time) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - time.GetUtcNow(),
        _ => null,
    };

    private static string Code(HttpStatusCode status) => status switch
    {
        HttpStatusCode.Unauthorized => "unauthenticated",
        HttpStatusCode.Forbidden => "forbidden",
        HttpStatusCode.NotFound => "not_found",
        HttpStatusCode.Conflict => "conflict",
        HttpStatusCode.RequestEntityTooLarge => "too_large",
        HttpStatusCode.UnprocessableEntity => "invalid",
        HttpStatusCode.TooManyRequests => "rate_limited",
        _ => "failed",
    };
}
