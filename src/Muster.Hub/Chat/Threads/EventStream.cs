using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Muster.Hub.Chat.Threads;

/// <summary>Writes Server-Sent Events: what is there at once goes out in one flush; a comment shows that the hub lives.</summary>
internal sealed class EventStream(HttpContext context, TimeProvider time)
{
    private static readonly TimeSpan _comments = TimeSpan.FromSeconds(15);
    private readonly CancellationToken _gone = context.RequestAborted;

    public async Task OpenAsync()
    {
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["X-Accel-Buffering"] = "no";
        await context.Response.Body.FlushAsync(_gone);
    }

    public void Write(ThreadEvent item)
    {
        var writer = context.Response.BodyWriter;
        if (item.Durable)
        {
            Encoding.UTF8.GetBytes($"id: {item.Number}\n", writer);
        }

        Encoding.UTF8.GetBytes("event: ", writer);
        Encoding.UTF8.GetBytes(item.Name, writer);
        Encoding.UTF8.GetBytes("\ndata: ", writer);
        Encoding.UTF8.GetBytes(item.Json, writer);
        Encoding.UTF8.GetBytes("\n\n", writer);
    }

    public async Task FlushAsync() => await context.Response.BodyWriter.FlushAsync(_gone);

    /// <summary>Sends what comes until the reader goes or is cut.</summary>
    public async Task FollowAsync(Watcher watcher, Func<ThreadEvent, bool> wanted)
    {
        while (true)
        {
            while (watcher.Events.TryRead(out var item))
            {
                if (wanted(item))
                {
                    Write(item);
                }
            }

            await FlushAsync();
            if (!await MoreAsync(watcher.Events))
            {
                return;
            }
        }
    }

    /// <summary>Waits for the next item, with comments meanwhile; false when none follows.</summary>
    public async Task<bool> MoreAsync<T>(ChannelReader<T> items)
    {
        var more = items.WaitToReadAsync(_gone).AsTask();
        while (true)
        {
            try
            {
                return await more.WaitAsync(_comments, time, _gone);
            }
            catch (TimeoutException)
            {
                Encoding.UTF8.GetBytes(": \n\n", context.Response.BodyWriter);
                await FlushAsync();
            }
        }
    }
}
