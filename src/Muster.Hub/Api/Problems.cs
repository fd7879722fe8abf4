using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Muster.Storage;

namespace Muster.Hub.Api;

/// <summary>Turns whatever a handler throws into problem details; the only place that does.</summary>
internal sealed partial class Problems(RequestDelegate next, ILogger<Problems> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
            if (context.Response is { HasStarted: false, StatusCode: >= 400, ContentType: null } && context.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal))
            {
                // The framework answers some requests with a bare status before a handler sees them.
                await WriteAsync(context, OfStatus(context.Response.StatusCode));
            }
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The reader has gone; nobody is there to be told.
        }
        catch (Exception error) when (!context.Response.HasStarted)
        {
            var problem = Describe(error, HttpMethods.IsGet(context.Request.Method));
            if (problem.Status >= 500 && error is not ApiException)
            {
                LogFailed(context.Request.Path, error);
            }

            await WriteAsync(context, problem);
        }
    }

    public static async Task WriteAsync(HttpContext context, ApiException error)
    {
        context.Response.Clear();
        context.Response.StatusCode = error.Status;
        context.Response.ContentType = "application/problem+json";
        SecurityHeaders.Set(context);
        if (error.RetryAfter is { } wait)
        {
            context.Response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)).ToString();
        }

        var problem = new ApiProblem(
            "about:blank", Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(error.Status), error.Status, error.Message, error.Code, error.Errors);
        await JsonSerializer.SerializeAsync(context.Response.Body, problem, HubJson.Default.ApiProblem, context.RequestAborted);
    }

    private static ApiException Describe(Exception error, bool reads) => error switch
    {
        ApiException known => known,
        StorageException storage => new ApiException(503, "storage", storage.Message + (reads ? "" : " What was asked for now was not stored.")),
        Ledger.LedgerException ledger => new ApiException(409, ledger.Code, ledger.Message),
        Fleet.NodeUndeliverableException undeliverable => new ApiException(409, "undeliverable", undeliverable.Message),
        BadHttpRequestException { StatusCode: 413 } => OfStatus(413),
        BadHttpRequestException { InnerException: JsonException json } => new ApiException(
            422, "invalid", $"The body cannot be read at {json.Path ?? "its beginning"}: it must be JSON of the form that /openapi/v1.json describes."),
        BadHttpRequestException => OfStatus(400),
        _ => new ApiException(500, "internal", "The hub failed at this. Its log says why; if it happens again, please report it."),
    };

    private static ApiException OfStatus(int status) => status switch
    {
        400 => new ApiException(422, "invalid", "A value in the address or the body is missing or of the wrong form: /openapi/v1.json describes what is expected."),
        404 => ApiException.NotFound("such address"),
        405 => new ApiException(405, "method", "This address does not take that method: see /openapi/v1.json."),
        413 => new ApiException(413, "too_large", "This request is larger than the hub takes: send less at once."),
        415 => new ApiException(415, "media_type", "The body must be JSON: send it with Content-Type: application/json."),
        _ => new ApiException(status, "invalid", "The hub cannot take this request: see /openapi/v1.json."),
    };

    [LoggerMessage(LogLevel.Error, "A request to {Path} failed")]
    private partial void LogFailed(string path, Exception error);
}
