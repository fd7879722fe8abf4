using System.Globalization;
using Muster.Client;

namespace Muster.Cli.Bench;

/// <summary>What a person waits for: an answer, its words, and its stop.</summary>
internal sealed class TalkBenchmarks(BenchWorld world, TimeProvider time)
{
    /// <summary>Turns before the first that counts: a hub that runs for weeks is what is measured, not its first minute.</summary>
    public const int WarmUp = 500;

    /// <summary>From sending a message to the end of its run, with a model that answers at once.</summary>
    public async Task<Samples> TurnAsync(int count, CancellationToken cancel)
    {
        var conversation = (await world.Client.Conversations.CreateAsync(cancellationToken: cancel)).Id;
        var values = new List<double>();
        for (var i = 0; i < count + WarmUp; i++)
        {
            var began = time.GetTimestamp();
            await foreach (var happened in world.Client.AskAsync("turn", new AskOptions { ConversationId = conversation }, cancel))
            {
                if (happened is AgentEnd)
                {
                    values.Add(time.GetElapsedTime(began).TotalMilliseconds);
                }
            }

            if (i % 50 == 49)
            {
                conversation = (await world.Client.Conversations.CreateAsync(cancellationToken: cancel)).Id;
            }
        }

        return new Samples("agent turn, instant model", "ms", "p95 20 ms", values[WarmUp..]);
    }

    /// <summary>From the model's write of a token to this client's read of it, at 100 tokens a second.</summary>
    public async Task<Samples> TokenAsync(int answers, CancellationToken cancel)
    {
        var values = new List<double>();
        for (var i = 0; i < answers; i++)
        {
            await foreach (var happened in world.Client.AskAsync("tokens", cancellationToken: cancel))
            {
                if (happened is MessageUpdate { Kind: "text" } update
                    && long.TryParse(update.Delta.Trim(), CultureInfo.InvariantCulture, out var written))
                {
                    values.Add(time.GetElapsedTime(written).TotalMilliseconds);
                }
            }
        }

        return new Samples("token, model's write to client's read", "ms", "p95 5 ms", values);
    }

    /// <summary>From asking to stop to the receipt, which comes after the process tree is dead.</summary>
    public async Task<Samples> StopAsync(int count, CancellationToken cancel)
    {
        var values = new List<double>();
        for (var i = 0; i < count; i++)
        {
            var conversation = (await world.Client.Conversations.CreateAsync(cancellationToken: cancel)).Id;
            await foreach (var happened in world.Client.AskAsync("sleep", new AskOptions { ConversationId = conversation }, cancel))
            {
                if (happened is ToolStart)
                {
                    var began = time.GetTimestamp();
                    await world.Client.Conversations.StopAsync(conversation, cancel);
                    values.Add(time.GetElapsedTime(began).TotalMilliseconds);
                }
            }
        }

        return new Samples("stop, request to dead process tree", "ms", "1 s", values);
    }
}
