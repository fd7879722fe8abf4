using System.Threading.Channels;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Muster.Testing.Models;

/// <summary>All requests that a double received, in order; a test may wait for the next one.</summary>
public sealed class RequestLog
{
    private readonly List<RecordedRequest> _all = [];
    private readonly Channel<RecordedRequest> _next = Channel.CreateBounded<RecordedRequest>(
        new BoundedChannelOptions(1000) { FullMode = BoundedChannelFullMode.DropOldest });

    public IReadOnlyList<RecordedRequest> All
    {
        get
        {
            lock (_all)
            {
                return [.. _all];
            }
        }
    }

    /// <summary>The oldest request that no call of this has returned yet.</summary>
    public Task<RecordedRequest> NextAsync(CancellationToken cancel) => _next.Reader.NextAsync(cancel);

    internal async Task<RecordedRequest> AddAsync(HttpContext context)
    {
        using var text = new StreamReader(context.Request.Body);
        var body = await text.ReadToEndAsync(context.RequestAborted);
        var left = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        context.RequestAborted.Register(() => left.TrySetResult());
        RecordedRequest request;
        lock (_all)
        {
            request = new RecordedRequest(
                _all.Count + 1,
                context.Request.Method,
                context.Request.Path,
                context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
                body.Length == 0 ? default : JsonElement.Parse(body),
                left.Task);
            _all.Add(request);
        }

        _next.Writer.TryWrite(request);
        return request;
    }
}
