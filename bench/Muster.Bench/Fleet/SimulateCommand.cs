using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text.Json;
using Muster.Node.Link;

namespace Muster.Bench.Fleet;

/// <summary>
/// <c>simulate --hub URL --key KEY [--nodes 1000] [--seconds 60] [--pid HUB]</c>: joins that many machines to a running hub, keeps
/// them idle, and removes them. With the hub's process id (on Linux) it prints what the hub used meanwhile.
/// </summary>
internal static class SimulateCommand
{
    public static async Task RunAsync(string[] args)
    {
        string Option(string name, string otherwise) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : otherwise;
        var (hub, key) = (Option("--hub", "http://127.0.0.1:5000"), Option("--key", ""));
        var (count, seconds, pid) = (int.Parse(Option("--nodes", "1000")), int.Parse(Option("--seconds", "60")), Option("--pid", ""));
        using var client = new HttpClient { BaseAddress = new Uri(hub) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        await using var nodes = new SimulatedNodes();
        var joined = new List<string>();
        try
        {
            var began = TimeProvider.System.GetTimestamp();
            for (var i = 0; i < count; i++)
            {
                var identity = await JoinAsync(client, $"simulated-{i}");
                joined.Add(identity.NodeId);
                await ConnectAsync(nodes, identity);
            }

            Console.WriteLine($"{count} machines joined in {TimeProvider.System.GetElapsedTime(began).TotalSeconds:0.0} s");
            await Task.Delay(TimeSpan.FromSeconds(5), TimeProvider.System);
            var before = Used(pid);
            await Task.Delay(TimeSpan.FromSeconds(seconds), TimeProvider.System);
            var after = Used(pid);
            Console.WriteLine($"{nodes.Connected} connected after {seconds} s");
            if (before is not null && after is not null)
            {
                Console.WriteLine($"hub: {(after.Value.Cpu - before.Value.Cpu).TotalSeconds / seconds:0.000} cores, {after.Value.Memory / 1048576} MB resident");
            }
        }
        finally
        {
            foreach (var id in joined)
            {
                using var removed = await client.DeleteAsync($"/api/v1/nodes/{id}");
            }
        }
    }

    /// <summary>A hub lets only so many connections of one address in at a time, and says so with 429.</summary>
    private static async Task ConnectAsync(SimulatedNodes nodes, NodeIdentity identity)
    {
        for (var patience = 60; ; patience--)
        {
            try
            {
                await nodes.ConnectAsync(identity, CancellationToken.None);
                return;
            }
            catch (WebSocketException refused) when (patience > 0 && refused.Message.Contains("429", StringComparison.Ordinal))
            {
                await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System);
            }
        }
    }

    public static async Task<NodeIdentity> JoinAsync(HttpClient client, string name)
    {
        using var offer = await SendAsync(() => client.PostAsJsonAsync("/api/v1/enrolments", new Dictionary<string, string> { ["name"] = name }));
        var token = (await offer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString()!;
        using var packed = JsonDocument.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(token.AsSpan("mjt_".Length)));
        var (privateKey, publicKey) = NodeIdentity.NewKey();
        var enrol = new Dictionary<string, string>
        {
            ["secret"] = packed.RootElement.GetProperty("s").GetString()!,
            ["public_key"] = Convert.ToBase64String(publicKey),
            ["name"] = name,
            ["machine_id"] = NodeIdentity.NewMachineId(),
        };
        using var answer = await SendAsync(() => client.PostAsJsonAsync("/api/v1/enrol", enrol));
        var json = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return new NodeIdentity
        {
            HubUrl = client.BaseAddress!.GetLeftPart(UriPartial.Authority),
            NodeId = json.GetProperty("node_id").GetString()!,
            Secret = json.GetProperty("credential").GetString()!,
            PrivateKey = privateKey,
            MachineId = enrol["machine_id"],
        };
    }

    /// <summary>Waits as the hub asks when it was too fast.</summary>
    private static async Task<HttpResponseMessage> SendAsync(Func<Task<HttpResponseMessage>> send)
    {
        while (true)
        {
            var answer = await send();
            if (answer.Headers.RetryAfter?.Delta is not { } wait)
            {
                return answer.EnsureSuccessStatusCode();
            }

            answer.Dispose();
            await Task.Delay(wait, TimeProvider.System);
        }
    }

    private static (TimeSpan Cpu, long Memory)? Used(string pid)
    {
        if (pid.Length == 0)
        {
            return null;
        }

        using var process = Process.GetProcessById(int.Parse(pid));
        return (process.TotalProcessorTime, process.WorkingSet64);
    }
}
