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
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The reader has gone; nobody is there to be told.
        }
        catch (Exception error) when (!context.Response.HasStarted)
        {
            if (error is not ApiException)
            {
                LogFailed(context.Request.Path, error);
            }

            await WriteAsync(context, Describe(error));
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

    private static ApiException Describe(Exception error) => error switch
    {
        ApiException known => known,
        StorageException storage => new ApiException(503, "storage", storage.Message),
        Fleet.NodeUndeliverableException undeliverable => new ApiException(409, "undeliverable", undeliverable.Message),
        BadHttpRequestException { StatusCode: 413 } => new ApiException(413, "too_large", "This request is larger than the hub takes: send less at once."),
        BadHttpRequestException bad => new ApiException(422, "invalid", "The request cannot be read: " + (bad.InnerException ?? bad).Message),
        _ => new ApiException(500, "internal", "The hub failed at this. Its log says why; if it happens again, please report it."),
    };

    [LoggerMessage(LogLevel.Error, "A request to {Path} failed")]
    private partial void LogFailed(string path, Exception error);
}
