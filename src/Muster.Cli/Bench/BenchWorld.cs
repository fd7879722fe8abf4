using System.Text.Json;
using Muster.Client;

namespace Muster.Cli.Bench;

/// <summary>A hub and a node as processes of their own, an instant model and a client here: what the figures are about.</summary>
internal sealed class BenchWorld : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("muster-bench-").FullName;

    private BenchWorld(InstantModel model) => Model = model;

    public InstantModel Model { get; }
    public BenchProcess Hub { get; private set; } = null!;
    public BenchProcess Node { get; private set; } = null!;
    public MusterClient Client { get; private set; } = null!;

    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["OPENAI_BASE_URL"] = Model.BaseUrl,
        ["OPENAI_API_KEY"] = InstantModel.Key,
        ["OPENAI_MODEL"] = InstantModel.Name,
    };

    public static async Task<BenchWorld> StartAsync(TimeProvider time, CancellationToken cancel)
    {
        var world = new BenchWorld(await InstantModel.StartAsync(time, cancel));
        var home = world.Folder("hub");
        world.Hub = BenchProcess.Start(home, world.Environment, "hub", "--urls", "http://127.0.0.1:0");
        await world.Hub.SeeAsync("http://127.0.0.1:", cancel);
        world.Client = Connect(home);
        var node = world.Folder("node");
        var token = (await world.Client.Enrolments.CreateAsync(cancellationToken: cancel)).Token;
        await using (var join = BenchProcess.Start(node, world.Environment, "node", "join", token, "--name", "bench"))
        {
            await join.WaitAsync(cancel);
        }

        world.Node = BenchProcess.Start(node, world.Environment, "node");
        await world.OnlineAsync(1, cancel);
        return world;
    }

    public string Folder(string name) => Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;

    /// <summary>Waits until so many machines are online.</summary>
    public async Task OnlineAsync(int count, CancellationToken cancel)
    {
        await using var changes = Client.FleetEvents(cancel).GetAsyncEnumerator(cancel);
        while ((await Client.Nodes.ListAsync(cancel)).Count(node => node.Status != "offline") < count)
        {
            await changes.MoveNextAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client?.Dispose();
        foreach (var process in (BenchProcess?[])[Node, Hub])
        {
            if (process is not null)
            {
                await process.DisposeAsync();
            }
        }

        await Model.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static MusterClient Connect(string home)
    {
        using var hub = JsonDocument.Parse(File.ReadAllText(Path.Combine(home, "run", "hub.json")));
        using var credential = JsonDocument.Parse(File.ReadAllText(Path.Combine(home, "credentials.json")));
        return new MusterClient(
            new Uri(hub.RootElement.GetProperty("url").GetString()!),
            credential.RootElement.GetProperty("token").GetString());
    }
}
