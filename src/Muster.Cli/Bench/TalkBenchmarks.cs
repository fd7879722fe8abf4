using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Muster.Client;

namespace Muster.Cli.Bench;

/// <summary>What a person waits for: an answer, its words, and its stop.</summary>
internal sealed class TalkBenchmarks(BenchWorld world, TimeProvider time)
{
    /// <summary>Turns before the first that counts: a hub that runs for weeks is what is measured, not its first minute.</summary>
    public const int WarmUp = 500;

    private const string Bubblewrap = "/usr/bin/bwrap";

    /// <summary>From sending a message to the end of its run, with a model that answers at once.</summary>
    public async Task<Samples> TurnAsync(int count, CancellationToken cancel)
    {
        var values = new List<double>();
        await foreach (var took in AskedAsync("turn", cancel).Take(count + WarmUp).WithCancellation(cancel))
        {
            values.Add(took);
        }

        return new Samples("agent turn, instant model", "ms", "p95 20 ms", values[WarmUp..]);
    }

    /// <summary>From sending a command to its answer: of the hub, of the machine, and of a program that the machine starts.</summary>
    public async Task<IReadOnlyList<Samples>> CommandsAsync(int count, CancellationToken cancel)
    {
        var all = new List<Samples>();
        foreach (var (name, text) in ((string, string)[])[("/status, by the hub", "/status"), ("/smart, by the machine", "/smart"), ("/shell true, in its sandbox", "/shell true")])
        {
            var values = new List<double>();
            await foreach (var took in AskedAsync(text, cancel).Take(count + WarmUp / 5).WithCancellation(cancel))
            {
                values.Add(took);
            }

            all.Add(new Samples(name, "ms", "50 ms", values[(WarmUp / 5)..]));
        }

        return File.Exists(Bubblewrap) ? [.. all, await SandboxAloneAsync(count, cancel)] : all;
    }

    /// <summary>What the machine itself takes for a program in the least sandbox there is: of a command, that much is not Muster's.</summary>
    private async Task<Samples> SandboxAloneAsync(int count, CancellationToken cancel)
    {
        var values = new List<double>();
        for (var i = 0; i < count; i++)
        {
            var began = time.GetTimestamp();
            using var process = Process.Start(Bubblewrap, ["--unshare-user-try", "--unshare-pid", "--ro-bind", "/", "/", "--", "/bin/sh", "-c", "true"]);
            await process.WaitForExitAsync(cancel);
            values.Add(time.GetElapsedTime(began).TotalMilliseconds);
        }

        return new Samples("— bubblewrap alone, sh -c true", "ms", "", values);
    }

    /// <summary>Resident memory while one machine answers turns: after the first tenth of them, and after all.</summary>
    public async Task<IReadOnlyList<Samples>> MemoryAsync(int turns, CancellationToken cancel)
    {
        var (hub, node) = (new List<double>(), new List<double>());
        var done = 0;
        await foreach (var _ in AskedAsync("turn", cancel).Take(turns).WithCancellation(cancel))
        {
            if (++done % (turns / 10) == 0)
            {
                hub.Add(world.Hub.Memory());
                node.Add(world.Node.Memory());
            }
        }

        return
        [
            .. new (string Name, IReadOnlyList<double> Values)[] { ("hub", hub), ("node", node) }.SelectMany(of => (Samples[])
            [
                new Samples($"{of.Name}, memory at each tenth of {turns} turns", "MB", "", of.Values),
                new Samples($"{of.Name}, last tenth against the second", "", "1.05", [of.Values[^1] / of.Values[1]]),
            ]),
        ];
    }

    /// <summary>Milliseconds from sending this text to the end of what answers it, again and again; a new conversation after each fifty.</summary>
    private async IAsyncEnumerable<double> AskedAsync(string text, [EnumeratorCancellation] CancellationToken cancel)
    {
        var conversation = "";
        for (var i = 0; true; i++)
        {
            if (i % 50 == 0)
            {
                conversation = (await world.Client.Conversations.CreateAsync(cancellationToken: cancel)).Id;
            }

            var began = time.GetTimestamp();
            var took = 0.0;
            await foreach (var happened in world.Client.AskAsync(text, new AskOptions { ConversationId = conversation }, cancel))
            {
                if (happened is AgentEnd or Notice)
                {
                    took = time.GetElapsedTime(began).TotalMilliseconds;
                }
            }

            yield return took;
        }
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
