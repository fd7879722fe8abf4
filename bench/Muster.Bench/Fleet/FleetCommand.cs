using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Muster.Agents.Messages;
using Muster.Agents.Models;
using Muster.Agents.Providers;
using Muster.Bench.Machine;
using Muster.Node;
using Muster.Node.Compute;
using Muster.Node.Tools;
using Muster.Protocol.Ids;

namespace Muster.Bench.Fleet;

/// <summary>
/// <c>fleet [--machines 50] [--rounds 20]</c>: one request to so many machines, each a real node in this process whose model takes up to half a second:
/// how much later than the slowest of them the answer is there.
/// </summary>
internal static class FleetCommand
{
    private const int SlowestMilliseconds = 500;
    private const int Warm = 3;

    public static async Task RunAsync(string[] args)
    {
        string Option(string name, string otherwise) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : otherwise;
        var (count, rounds) = (int.Parse(Option("--machines", "50")), int.Parse(Option("--rounds", "20")));
        await using var hub = await BenchHub.StartAsync(1);
        using var client = new HttpClient { BaseAddress = new Uri(hub.Url) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", hub.People[0].Key);
        var home = Directory.CreateTempSubdirectory("muster-fleet-").FullName;
        var nodes = new List<RunningNode>();
        try
        {
            for (var number = 0; number < count; number++)
            {
                nodes.Add(await NodeAsync(client, home, number, TimeSpan.FromMilliseconds(SlowestMilliseconds * (number + 1.0) / count)));
            }

            await Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System);
            var conversation = (await PostAsync(client, "/api/v1/conversations", "{}")).GetProperty("id").GetString()!;
            var late = new List<double>();
            for (var round = 0; round < Warm + rounds; round++)
            {
                var (took, answer) = await AskAsync(client, conversation);
                if (!answer.Contains($"{count} of {count} machines answered", StringComparison.Ordinal))
                {
                    throw new InvalidOperationException($"Not all answered: {answer}");
                }

                if (round >= Warm)
                {
                    late.Add(took.TotalMilliseconds - SlowestMilliseconds);
                }
            }

            late.Sort();
            Console.WriteLine($"{count} machines, the slowest {SlowestMilliseconds} ms: answered {late[late.Count / 2]:0} ms after it (median of {rounds}), {late[^1]:0} ms at the most");
        }
        finally
        {
            foreach (var node in nodes)
            {
                await node.DisposeAsync();
            }

            Directory.Delete(home, recursive: true);
        }
    }

    private static async Task<(TimeSpan Took, string Answer)> AskAsync(HttpClient client, string conversation)
    {
        using var events = await client.GetStreamReaderAsync($"/api/v1/conversations/{conversation}/events?after=-1");
        var began = TimeProvider.System.GetTimestamp();
        var message = Id<Message>.New(TimeProvider.System).ToString();
        await PostAsync(client, $"/api/v1/conversations/{conversation}/messages", $$"""{"id":"{{message}}","text":"@all say hello"}""");
        var (name, answer, mine) = ("", "", false);
        while (await events.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("event: ", StringComparison.Ordinal))
            {
                name = line["event: ".Length..];
            }
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                mine |= name == "routed" && line.Contains(message, StringComparison.Ordinal);
                answer = name == "message_end" && mine ? line : answer;
                if (name == "agent_end" && mine)
                {
                    return (TimeProvider.System.GetElapsedTime(began), answer);
                }
            }
        }

        throw new InvalidOperationException("The hub ended the stream.");
    }

    private static async Task<StreamReader> GetStreamReaderAsync(this HttpClient client, string path)
    {
        var answer = await client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead);
        answer.EnsureSuccessStatusCode();
        return new StreamReader(await answer.Content.ReadAsStreamAsync());
    }

    private static async Task<RunningNode> NodeAsync(HttpClient client, string home, int number, TimeSpan takes)
    {
        var name = $"machine-{number}";
        var folder = Directory.CreateDirectory(Path.Combine(home, name)).FullName;
        return await NodeHost.StartAsync(
            new NodeOptions
            {
                Tools = new ToolOptions { Home = folder, WorkingDir = Path.Combine(folder, "work") }, Identity = await SimulateCommand.JoinAsync(client, name), Name = name,
                Models = new ModelCatalog([new ModelOptions { Name = "slow", Stream = (request, abort) => Answer(takes, abort) }], TimeProvider.System),
                Compute = new ComputeOptions { Cpus = 4, MemoryBytes = 1L << 30, DiskBytes = 1L << 30 },
            },
            CancellationToken.None);
    }

    private static async IAsyncEnumerable<ModelEvent> Answer(TimeSpan takes, [EnumeratorCancellation] CancellationToken abort)
    {
        var draft = new AssistantDraft(Id<Message>.New(TimeProvider.System).ToString(), "slow", TimeProvider.System.GetUtcNow());
        yield return draft.Start();
        await Task.Delay(takes, TimeProvider.System, abort);
        var block = (ModelEvent.BlockStarted)draft.Open(BlockKind.Text);
        yield return block;
        yield return draft.Append(block.Index, "Hello.");
        yield return draft.Close(block.Index);
        yield return draft.Finish(StopReason.Stop);
    }

    private static async Task<JsonElement> PostAsync(HttpClient client, string path, string json)
    {
        using var content = new StringContent(json, System.Text.Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync(path, content);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }
}
